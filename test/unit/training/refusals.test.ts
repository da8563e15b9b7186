import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { modelsDir, peopleDir } from '../vision/frames.ts';

const root = join(modelsDir, '..');

interface Ended {
  readonly code: unknown;
  readonly stderr: string;
}

function run(command: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile('node', [join(root, 'scripts', 'runtime.mjs'), `models/${command}`, ...args], { cwd: root }, (error, _, stderr) =>
      resolve({ code: error?.code ?? 0, stderr }),
    );
  });
}

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'facelatch-refused-'));

/** Each wants a folder made for it, and returns the command line and the file or folder that the sentence must name. */
const faults: Record<string, () => Promise<{ readonly line: readonly [string, ...string[]]; readonly named: string }>> = {
  'check_fit.mts without landmarks': async () => {
    const dir = await folder();
    return { line: ['shape/check_fit.mts', dir], named: join(dir, 'landmarks.json') };
  },
  'check_fit.mts with landmarks cut off': async () => {
    const dir = await folder();
    await writeFile(join(dir, 'landmarks.json'), '[[[1, 2], [3');
    return { line: ['shape/check_fit.mts', dir], named: join(dir, 'landmarks.json') };
  },
  'check_fit.mts without vertices': async () => {
    const dir = await folder();
    await writeFile(join(dir, 'landmarks.json'), '[null, null]');
    return { line: ['shape/check_fit.mts', dir], named: join(dir, 'vertices_mm.bin') };
  },
  'check_fit.mts with vertices cut off': async () => {
    const dir = await folder();
    await writeFile(join(dir, 'landmarks.json'), '[null, null]');
    await writeFile(join(dir, 'vertices_mm.bin'), Buffer.alloc(2 * 12 * 5 - 3));
    return { line: ['shape/check_fit.mts', dir], named: join(dir, 'vertices_mm.bin') };
  },
  'find_landmarks.mts without its folder': async () => {
    const dir = join(await folder(), 'none');
    return { line: ['shape/find_landmarks.mts', dir], named: dir };
  },
  'find_landmarks.mts with a picture cut off': async () => {
    const dir = await folder();
    await writeFile(join(dir, '000.png'), (await readFile(join(peopleDir, 'ada', 'look-1', 'depth', '1.000.png'))).subarray(0, 500));
    return { line: ['shape/find_landmarks.mts', dir], named: join(dir, '000.png') };
  },
  'describe_eyes.mts with facts cut off': async () => {
    const dir = await folder();
    await mkdir(join(dir, 'ada'));
    await writeFile(join(dir, 'ada', 'eyes.json'), '[{"file": "0.p');
    return { line: ['eyes/describe_eyes.mts', '--pictures', dir, '--out', join(dir, 'out')], named: join(dir, 'ada', 'eyes.json') };
  },
  'describe_heads.mts without recordings': async () => {
    const dir = join(await folder(), 'none');
    return { line: ['liveness/describe_heads.mts', '--recordings', dir, '--out', join(dir, 'out')], named: dir };
  },
  'describe_heads.mts with a calibration cut off': async () => {
    const dir = await folder();
    const look = join(dir, 'ada', 'look-1');
    await cp(join(peopleDir, 'ada', 'look-1'), look, { recursive: true });
    await writeFile(join(look, 'done'), '');
    await truncate(join(look, 'calibration.json'), 20);
    return { line: ['liveness/describe_heads.mts', '--recordings', dir, '--out', join(dir, 'out')], named: look };
  },
  'describe_photographed.mts without its folder': async () => {
    const dir = join(await folder(), 'none');
    return { line: ['liveness/describe_photographed.mts', '--images', dir, '--out', join(dir, 'out')], named: dir };
  },
  'describe_photographed.mts with a picture cut off': async () => {
    const dir = await folder();
    await mkdir(join(dir, 'ada'));
    const picture = await readFile(join(peopleDir, 'ada', 'look-1', 'rgb', '1.000.jpg'));
    await writeFile(join(dir, 'ada', 'ada_0001.jpg'), picture.subarray(0, 300));
    return { line: ['liveness/describe_photographed.mts', '--images', dir, '--out', join(dir, 'out')], named: 'ada_0001.jpg' };
  },
  'describe_photographs.mts without its folder': async () => {
    const dir = join(await folder(), 'none');
    return { line: ['training/describe_photographs.mts', '--images', dir, '--out', join(dir, 'out')], named: dir };
  },
  'time_networks.mts with a network cut off': async () => {
    const file = join(await folder(), 'cut.onnx');
    await writeFile(file, (await readFile(join(modelsDir, 'face-detector.onnx'))).subarray(0, 5000));
    return { line: ['training/time_networks.mts', file], named: file };
  },
};

describe('a command that describes or trains says in one sentence what it cannot read:', () => {
  test.each(Object.entries(faults))('%s', { timeout: 300_000 }, async (_, prepare) => {
    const { line, named } = await prepare();
    const { code, stderr } = await run(...line);
    expect(stderr).toContain(named);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });
});
