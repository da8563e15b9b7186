import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../main/session/os-locker.ts';
import { type Picture, readRootPicture } from './root-picture.ts';

const run = promisify(execFile);

/** Where one display lies on the desktop, in pixels. */
export interface Area {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A real X server with outputs that nobody can look at: displays are plugged in and out by `xrandr`, as a cable would. */
export interface VirtualDisplays {
  /** For the environment variable DISPLAY. */
  readonly name: string;
  xrandr(...args: readonly string[]): Promise<void>;
  /** The displays there are now, as the X server knows them. */
  areas(): Promise<readonly Area[]>;
  /** What all of them show now. */
  picture(): Promise<Picture>;
  stop(): Promise<void>;
}

const server = '/usr/lib/xorg/Xorg';
const driver = '/usr/lib/xorg/modules/drivers/dummy_drv.so';
const tools = ['xrandr', 'xsetroot', 'xwd', 'xlogo'];
const packages = 'xserver-xorg-core xserver-xorg-video-dummy x11-xserver-utils x11-apps';

/** The displays' modes; the driver knows the second from its own list. */
export const wideMode = '1280x800';
export const smallMode = '1024x768';

/** Why there can be no virtual displays here, in words; undefined when there can. Xvfb has one display and always one. */
export function whyNoVirtualDisplays(): string | undefined {
  if (process.platform !== 'linux') return 'displays can be made up on Linux only';
  const missing = [...[server, driver].filter((file) => !existsSync(file)), ...tools.filter((tool) => findProgram(tool) === undefined)];
  return missing.length === 0 ? undefined : `needs ${missing.join(', ')} (Debian: ${packages})`;
}

/** A colour that no window of Facelatch has: where it shows, the desktop shows. */
export const desktop = [255, 0, 255] as const;
const desktopColour = '#ff00ff';

/** Starts the server with one display and a desktop in the colour `desktop`, with a window of that colour on it. */
export async function startVirtualDisplays(): Promise<VirtualDisplays> {
  const folder = await mkdtemp(join(tmpdir(), 'facelatch-displays-'));
  const config = join(folder, 'xorg.conf');
  await writeFile(config, configuration);
  const args = [
    '-displayfd',
    '3',
    '-config',
    config,
    '-logfile',
    join(folder, 'log'),
    '-noreset',
    '-nolisten',
    'tcp',
    '-novtswitch',
    '-sharevts',
  ];
  const child = spawn(server, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const name = `:${await displayNumber(child)}`;
  const env = { ...process.env, DISPLAY: name };
  const xrandr = async (...given: readonly string[]): Promise<string> => (await run('xrandr', [...given], { env })).stdout;
  for (const output of ['DUMMY1', 'DUMMY2']) for (const mode of [wideMode, smallMode]) await xrandr('--addmode', output, mode);
  await run('xsetroot', ['-solid', desktopColour], { env });
  const desktopWindow = spawn('xlogo', ['-bg', desktopColour, '-fg', desktopColour, '-bw', '0', '-geometry', '700x500+200+150'], {
    env,
    stdio: 'ignore',
  });
  return {
    name,
    xrandr: async (...given) => void (await xrandr(...given)),
    areas: async () => areasIn(await xrandr('--query')),
    picture: async () => readRootPicture(await rootDump(env)),
    async stop() {
      desktopWindow.kill();
      child.kill();
      await new Promise((resolve) => child.once('exit', resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What xwd writes. It gives up where a window goes away while it looks: then it looks again. */
async function rootDump(env: NodeJS.ProcessEnv, triesLeft = 5): Promise<Buffer> {
  try {
    return (await run('xwd', ['-root', '-silent'], { env, encoding: 'buffer', maxBuffer: 2 ** 28 })).stdout;
  } catch (problem) {
    if (triesLeft === 0 || !String(problem).includes('BadWindow')) throw problem;
    return rootDump(env, triesLeft - 1);
  }
}

function displayNumber(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdio[3]?.on('data', (chunk) => resolve(String(chunk).trim()));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the X server ended with code ${code}`)));
  });
}

function areasIn(query: string): readonly Area[] {
  return [...query.matchAll(/^(\S+) connected (?:primary )?(\d+)x(\d+)\+(\d+)\+(\d+)/gm)].map(([, name, width, height, x, y]) => ({
    name: name ?? '',
    width: Number(width),
    height: Number(height),
    x: Number(x),
    y: Number(y),
  }));
}

const configuration = `
Section "ServerFlags"
  Option "AutoAddDevices" "false"
  Option "AutoAddGPU" "false"
  Option "DontVTSwitch" "true"
EndSection
Section "Device"
  Identifier "device"
  Driver "dummy"
  VideoRam 256000
EndSection
Section "Monitor"
  Identifier "monitor"
  HorizSync 5.0-1000.0
  VertRefresh 5.0-200.0
  Modeline "${wideMode}" 83.50 1280 1352 1480 1680 800 803 809 831
EndSection
Section "Screen"
  Identifier "screen"
  Device "device"
  Monitor "monitor"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Modes "${wideMode}"
    Virtual 3840 1600
  EndSubSection
EndSection
`;
