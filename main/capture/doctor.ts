import { constants } from 'node:fs';
import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadKinect2 } from './kinect2/module.ts';
import { type CaptureOptions, openniOf } from './open-camera.ts';
import { openCast } from './simulated/cast.ts';

/** How one way to a camera stands on this machine. `remedy` is one line to type or do. */
export interface CapturePath {
  readonly name: string;
  readonly kind: 'works' | 'missing' | 'not-for-this-system';
  readonly sentence: string;
  readonly remedy?: string;
}

/** Depth cameras by USB vendor and product, and the OpenNI driver that each needs. */
const knownCameras: readonly { vendor: string; product: RegExp; label: string; driver: RegExp; remedy: string }[] = [
  {
    vendor: '045e',
    product: /^(02ae|02bf)$/,
    label: 'Kinect v1',
    driver: /Freenect|PS1080/i,
    remedy:
      'sudo apt install libfreenect-dev && sudo ln -s $(dpkg -L libfreenect-dev libfreenect0.5 | grep -m1 FreenectDriver) /usr/lib/$(uname -m)-linux-gnu/OpenNI2/Drivers/',
  },
  {
    vendor: '045e',
    product: /^(02c4|02d8|02d9)$/,
    label: 'Kinect v2',
    driver: /freenect2/i,
    remedy:
      'build libfreenect2 with its OpenNI2 driver: https://github.com/OpenKinect/libfreenect2 (cmake -DBUILD_OPENNI2_DRIVER=ON, sudo make install-openni2)',
  },
  {
    vendor: '1d27',
    product: /./,
    label: 'PrimeSense or Xtion camera',
    driver: /PS1080|PSLink/i,
    remedy: 'sudo apt install --reinstall libopenni2-0',
  },
  {
    vendor: '2bc5',
    product: /./,
    label: 'Orbbec camera',
    driver: /orbbec/i,
    remedy: 'install the OpenNI 2 SDK of Orbbec and set OPENNI2_REDIST to its folder',
  },
];

/** Every way to a camera, in the order in which they are preferred. `root` is the root of the file system, another one in tests. */
export async function examineCapture(options: CaptureOptions, root = '/'): Promise<readonly CapturePath[]> {
  const kinect2 = options.kinect2 ?? loadKinect2();
  const sdk: CapturePath =
    kinect2.kind === 'module'
      ? { name: 'Kinect v2 (Microsoft SDK)', kind: 'works', sentence: 'The Kinect runtime answers.' }
      : process.platform === 'win32'
        ? { name: 'Kinect v2 (Microsoft SDK)', kind: 'missing', sentence: kinect2.sentence, remedy: kinect2.remedy }
        : { name: 'Kinect v2 (Microsoft SDK)', kind: 'not-for-this-system', sentence: kinect2.sentence };
  return [sdk, ...(await examineOpenni(options, root)), await examineSimulated(options)];
}

async function examineOpenni(options: CaptureOptions, root: string): Promise<readonly CapturePath[]> {
  const name = 'OpenNI 2';
  if (process.platform === 'win32') {
    return [{ name, kind: 'not-for-this-system', sentence: 'OpenNI cameras are for Linux and macOS; Windows uses the Kinect SDK.' }];
  }
  const openni = await openniOf(options);
  const plugged = process.platform === 'linux' ? await pluggedCameras(root) : [];
  if (openni.kind === 'absent') {
    const seen = plugged.map(({ label }) => label);
    const sentence = seen.length === 0 ? openni.sentence : `${openni.sentence} A ${seen.join(' and a ')} is plugged in and waits for it.`;
    return [{ name, kind: 'missing', sentence, remedy: openni.remedy }];
  }
  const devices = await openni.addon.list();
  const library: CapturePath = {
    name,
    kind: devices.length > 0 ? 'works' : 'missing',
    sentence:
      devices.length > 0
        ? `Version ${openni.version} sees ${devices.map(({ vendor, name: device }) => `${vendor} ${device}`).join(', ')}.`
        : `Version ${openni.version} is installed and sees no camera.`,
    ...(devices.length === 0 && { remedy: plugged.length === 0 ? 'Plug in a depth camera.' : 'See the camera below.' }),
  };
  const drivers = await driverFiles(openni.path, root);
  return [library, ...plugged.map((camera) => examinePlugged(camera, drivers))];
}

interface PluggedCamera {
  readonly label: string;
  readonly vendor: string;
  readonly product: string;
  readonly driver: RegExp;
  readonly remedy: string;
  readonly mayWrite: boolean;
}

function examinePlugged(camera: PluggedCamera, drivers: readonly string[]): CapturePath {
  const name = `${camera.label} (USB ${camera.vendor}:${camera.product})`;
  if (!drivers.some((file) => camera.driver.test(file))) {
    return { name, kind: 'missing', sentence: 'It is plugged in, but OpenNI 2 has no driver for it.', remedy: camera.remedy };
  }
  if (!camera.mayWrite) {
    const rule = `SUBSYSTEM=="usb", ATTR{idVendor}=="${camera.vendor}", MODE="0660", TAG+="uaccess"`;
    const remedy = `echo '${rule}' | sudo tee /etc/udev/rules.d/60-facelatch-${camera.vendor}.rules && sudo udevadm control --reload && sudo udevadm trigger`;
    return { name, kind: 'missing', sentence: 'It is plugged in, but you may not use it: a udev rule is missing.', remedy };
  }
  return { name, kind: 'works', sentence: 'It is plugged in, has a driver, and may be used.' };
}

/** Known depth cameras on the USB bus, from sysfs. */
async function pluggedCameras(root: string): Promise<readonly PluggedCamera[]> {
  const folder = join(root, 'sys/bus/usb/devices');
  const cameras: PluggedCamera[] = [];
  for (const device of await namesIn(folder)) {
    const [vendor, product, bus, number] = await Promise.all(
      ['idVendor', 'idProduct', 'busnum', 'devnum'].map((file) => firstLine(join(folder, device, file))),
    );
    if (vendor === undefined || product === undefined) continue;
    const known = knownCameras.find((each) => each.vendor === vendor && each.product.test(product));
    if (known === undefined) continue;
    const node = join(root, 'dev/bus/usb', (bus ?? '').padStart(3, '0'), (number ?? '').padStart(3, '0'));
    const mayWrite = await access(node, constants.R_OK | constants.W_OK).then(
      () => true,
      () => false,
    );
    cameras.push({ ...known, vendor, product, mayWrite });
  }
  return cameras;
}

/** File names of OpenNI's drivers: beside its library, or in the system's own places when it was found by name alone. */
async function driverFiles(libraryPath: string, root: string): Promise<readonly string[]> {
  const folders = libraryPath.includes('/')
    ? [join(dirname(libraryPath), 'OpenNI2/Drivers')]
    : ['usr/lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu', 'usr/lib64', 'usr/lib', 'usr/local/lib'].map((each) =>
        join(root, each, 'OpenNI2/Drivers'),
      );
  return (await Promise.all(folders.map(namesIn))).flat();
}

async function examineSimulated({ modelsDir }: CaptureOptions): Promise<CapturePath> {
  const name = 'Simulated camera';
  const opened = await openCast(modelsDir);
  if (opened.kind === 'failed') return { name, kind: 'missing', sentence: opened.sentence, remedy: 'npm run render' };
  return { name, kind: 'works', sentence: `It plays ${opened.cast.people.map(({ name: person }) => person).join(', ')}.` };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

async function firstLine(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').then(
    (text) => text.split('\n')[0]?.trim(),
    () => undefined,
  );
}
