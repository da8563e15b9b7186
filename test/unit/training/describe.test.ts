import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { decodePicture } from '../../../main/capture/recording/pictures.ts';
import { applyAffine } from '../../../main/geometry/similarity.ts';
import { findCentralFace } from '../../../main/vision/recognise.ts';
import { alignedOffsetPx, describePhotograph, loadTools, squareSizePx } from '../../../models/training/description.mts';
import { framesOf, modelsDir, networks, peopleDir } from '../vision/frames.ts';

const root = join(modelsDir, '..');
const look = (name: string): string => join(peopleDir, name, 'look-1');
const photograph = (name: string): string => join(look(name), 'rgb', '1.000.jpg');

async function toolsHere() {
  const loading = await loadTools(modelsDir);
  if (loading.kind === 'refused') throw new Error(loading.sentence);
  return loading.tools;
}

describe('a described photograph', () => {
  test('has the relief that the depth camera saw, in its place', async () => {
    const decoded = await decodePicture(photograph('ada'));
    if (decoded.kind === 'failed') throw new Error(decoded.sentence);
    const described = await describePhotograph(await toolsHere(), decoded.picture);
    if (described.kind === 'failed') throw new Error(described.sentence);
    const { depth, face, landmarks, sface } = described.description;

    const [frame] = await framesOf(look('ada'));
    const found = await findCentralFace(await networks(), decoded.picture);
    if (frame === undefined || found === undefined) throw new Error('no face');
    const off: number[] = [];
    let missing = 0;
    for (let v = 40; v < 95; v++) {
      for (let u = 30; u < 82; u++) {
        const { x, y } = applyAffine(found.alignedToPicture, { x: u, y: v });
        const seenMm = frame.depthMm[Math.round(y) * decoded.picture.width + Math.round(x)] as number;
        const fittedMm = depth[(v + alignedOffsetPx) * squareSizePx + u + alignedOffsetPx] as number;
        if (fittedMm === 0) missing++;
        else if (seenMm > 0) off.push(fittedMm - seenMm);
      }
    }
    off.sort((p, q) => p - q);
    const middle = off[off.length >> 1] as number;
    const rmsMm = Math.sqrt(off.reduce((sum, value) => sum + (value - middle) ** 2, 0) / off.length);
    expect(off.length).toBeGreaterThan(2000);
    expect(missing).toBe(0);
    expect(rmsMm).toBeLessThan(6);

    // The five points lie where ArcFace wants them: the nose tip near (56, 72).
    expect(Math.hypot((landmarks[3] as number) - 56, (landmarks[4] as number) - 71.7)).toBeLessThan(8);
    expect(Math.hypot(...sface)).toBeCloseTo(1, 5);
    // The square's middle is skin, not black border.
    const middlePixel = 3 * (80 * squareSizePx + 80);
    expect(Math.max(...face.subarray(middlePixel, middlePixel + 3))).toBeGreaterThan(40);
  });

  test('without a face says so', async () => {
    const grey = { width: 250, height: 250, rgba: new Uint8Array(250 * 250 * 4).fill(128) };
    expect(await describePhotograph(await toolsHere(), grey)).toEqual({ kind: 'failed', sentence: 'no face made out' });
  });
});

describe('describe_photographs', () => {
  const run = (...args: string[]) =>
    promisify(execFile)('node', [join(root, 'scripts', 'runtime.mjs'), 'models/training/describe_photographs.mts', ...args], { cwd: root });

  test('writes records of fixed size in the order of the names and lists what failed', { timeout: 300_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'facelatch-described-'));
    for (const name of ['ada', 'ben']) {
      await mkdir(join(folder, 'in', name), { recursive: true });
      await cp(photograph(name), join(folder, 'in', name, `${name}_0001.jpg`));
    }
    await writeFile(join(folder, 'in', 'ada', 'ada_0002.jpg'), 'no picture');
    const { stdout } = await run('--images', join(folder, 'in'), '--out', join(folder, 'out'), '--threads', '1');
    expect(stdout).toMatch(/^2 photographs of 2 people described, 1 failed/);
    const index = JSON.parse(await readFile(join(folder, 'out', 'index.json'), 'utf8'));
    expect(index.pictures).toEqual([
      { file: 'ada/ada_0001.jpg', person: 0 },
      { file: 'ben/ben_0001.jpg', person: 1 },
    ]);
    expect(index.failed).toMatchObject([{ file: 'ada/ada_0002.jpg' }]);
    for (const { file, dtype, shape } of Object.values<{ file: string; dtype: string; shape: number[] }>(index.arrays)) {
      const recordBytes = Number(dtype.slice(2)) * shape.reduce((product, side) => product * side, 1);
      expect((await stat(join(folder, 'out', file))).size).toBe(2 * recordBytes);
    }
  });

  test('refuses a folder without pictures with one sentence', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'facelatch-empty-'));
    await expect(run('--images', empty, '--out', join(empty, 'out'))).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/there are no JPEG pictures there\.\n$/),
    });
  });
});
