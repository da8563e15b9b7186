import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { examineCapture } from '../../../main/capture/doctor.ts';
import { temporaryFolder } from './scene.ts';

/** A file system with one camera on its USB bus. */
async function rootWith(vendor: string, product: string): Promise<string> {
  const root = await temporaryFolder();
  const device = join(root, 'sys/bus/usb/devices/1-2');
  for (const [file, text] of Object.entries({ idVendor: vendor, idProduct: product, busnum: '1', devnum: '7' }))
    await put(join(device, file), `${text}\n`);
  await put(join(root, 'dev/bus/usb/001/007'), '');
  return root;
}

async function put(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

const withoutOpenni = { modelsDir: '/nowhere', nativeDir: '/nowhere', openniLibrary: '/nowhere/libOpenNI2.so' };

describe.skipIf(process.platform !== 'linux')('the doctor for cameras', () => {
  test('explains each way to a camera and what would mend it', async () => {
    const paths = await examineCapture(withoutOpenni, await temporaryFolder());
    expect(paths.map(({ name, kind }) => [name, kind])).toEqual([
      ['Kinect v2 (Microsoft SDK)', 'not-for-this-system'],
      ['OpenNI 2', 'missing'],
      ['Simulated camera', 'missing'],
    ]);
    for (const path of paths) if (path.kind === 'missing') expect(path.remedy).toBeTruthy();
  });

  test('knows a camera that is plugged in and waits for OpenNI', async () => {
    const paths = await examineCapture(withoutOpenni, await rootWith('045e', '02c4'));
    expect(paths.find(({ name }) => name === 'OpenNI 2')?.sentence).toContain('A Kinect v2 is plugged in and waits for it.');
    const other = await examineCapture(withoutOpenni, await rootWith('046d', '0825'));
    expect(other.find(({ name }) => name === 'OpenNI 2')?.sentence).not.toContain('plugged in');
  });

  test('does not trip over a device it may not read', async () => {
    const root = await rootWith('1d27', '0601');
    await chmod(join(root, 'dev/bus/usb/001/007'), 0);
    expect((await examineCapture(withoutOpenni, root)).length).toBe(3);
  });
});
