import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type SyntheticCamera, writeFramesFile } from './frames-file.ts';

const run = promisify(execFile);

/** The folder native/ of the project, with the prebuilt addon. */
export const nativeDir = fileURLToPath(new URL('../../../native', import.meta.url));
const sources = fileURLToPath(new URL('.', import.meta.url));

/** Where Debian and Ubuntu put OpenNI's headers and libraries. */
const headers = '/usr/include/openni2';
const libraryFolder = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu'].find((folder) =>
  existsSync(join(folder, 'libOpenNI2.so.0')),
);

/** Why the tests against the real OpenNI cannot run here, or nothing. */
export const missing =
  process.platform !== 'linux'
    ? 'they run on Linux'
    : libraryFolder === undefined || !existsSync(headers)
      ? 'sudo apt install libopenni2-dev g++'
      : undefined;

/** A copy of the system's OpenNI with the file driver and the synthetic camera as its only drivers. */
export interface PrivateOpenni {
  readonly folder: string;
  readonly library: string;
}

/** Builds a private OpenNI in a folder of its own; the system's drivers, which may look for hardware or crash, stay out. */
export async function buildPrivateOpenni(): Promise<PrivateOpenni> {
  const folder = await mkdtemp(join(tmpdir(), 'facelatch-openni-'));
  const drivers = join(folder, 'OpenNI2', 'Drivers');
  await mkdir(drivers, { recursive: true });
  const library = join(folder, 'libOpenNI2.so.0');
  await copyFile(join(libraryFolder ?? '', 'libOpenNI2.so.0'), library);
  await copyFile(join(libraryFolder ?? '', 'OpenNI2', 'Drivers', 'libOniFile.so.0'), join(drivers, 'libOniFile.so.0'));
  await compile(['-shared', '-fPIC', join(sources, 'synthetic-driver.cc'), '-o', join(drivers, 'libSynthetic.so.0')]);
  await compile([join(sources, 'record-oni.cc'), '-o', join(folder, 'record-oni'), library, `-Wl,-rpath,${folder}`]);
  return { folder, library };
}

/** Runs g++ with OpenNI's headers. */
export async function compile(args: readonly string[]): Promise<void> {
  await run('g++', ['-std=c++17', '-O1', '-Wall', '-I', headers, ...args, '-lpthread', '-ldl']);
}

/** Records every frame of a synthetic camera once into `file`, with OpenNI's own recorder. */
export async function recordOni(openni: PrivateOpenni, camera: SyntheticCamera, file: string): Promise<void> {
  const frames = join(openni.folder, `frames-${Math.random().toString(36).slice(2)}.bin`);
  await writeFramesFile(frames, camera);
  const env = { ...process.env, FACELATCH_SYNTHETIC_FRAMES: frames, FACELATCH_SYNTHETIC_FAULT: `stall:${camera.frames.length}` };
  await run(join(openni.folder, 'record-oni'), [file], { env });
}
