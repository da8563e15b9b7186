import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { evaluateRecordings } from '../../../main/cli/evaluate-recordings.ts';
import type { RgbdFrame } from '../../../main/contract/frame.ts';
import { temporaryFolder } from '../capture/scene.ts';
import { framesOf, peopleDir } from '../vision/frames.ts';

let out: string;
let err: string;
beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

/** One picture in the files of the VAP database: colour at twice the size as BMP, depth as text, -1 without reading. */
async function writeTake(folder: string, take: string, frame: RgbdFrame): Promise<void> {
  const { width, height } = frame.calibration.color;
  const small = new Uint32Array(frame.color.slice().buffer);
  const large = Uint32Array.from({ length: width * height * 4 }, (_, at) => {
    const x = (at % (2 * width)) >> 1;
    const y = Math.floor(at / (2 * width)) >> 1;
    return small[y * width + x] as number;
  });
  await writeFile(
    join(folder, `${take}c.bmp`),
    await Transformer.fromRgbaPixels(new Uint8Array(large.buffer), 2 * width, 2 * height).bmp(),
  );
  const lines = Array.from({ length: height }, (_, y) =>
    Array.from(frame.depthMm.subarray(y * width, (y + 1) * width), (mm) => (mm === 0 ? -1 : mm)).join('\t'),
  );
  await writeFile(join(folder, `${take}d.dat`), `${lines.join('\t\n')}\t\n`);
}

/** The built-in people as the VAP database would have them, four pictures each. */
async function writeDatabase(people: readonly string[]): Promise<string> {
  const dir = await temporaryFolder();
  for (const [number, person] of people.entries()) {
    const folder = join(dir, `00${number + 1}`);
    await mkdir(folder);
    const takes = [
      ...(await framesOf(join(peopleDir, person, 'look-1'))).slice(0, 2),
      ...(await framesOf(join(peopleDir, person, 'look-2'))).slice(0, 2),
    ];
    for (const [index, frame] of takes.entries()) await writeTake(folder, `00${number + 1}_${index + 8}_`, frame);
  }
  const { color, depth } = (await framesOf(join(peopleDir, 'ada', 'look-1')))[0]?.calibration ?? {};
  if (color === undefined) throw new Error('no built-in recording');
  const twice = {
    width: 2 * color.width,
    height: 2 * color.height,
    fx: 2 * color.fx,
    fy: 2 * color.fy,
    cx: 2 * color.cx + 0.5,
    cy: 2 * color.cy + 0.5,
  };
  const depthToColor = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translationMm: [0, 0, 0] };
  await writeFile(join(dir, 'calibration.json'), JSON.stringify({ color: twice, depth, depthToColor, depthScaleMm: 1 }));
  return dir;
}

test('the VAP database is evaluated as it lies on the disk', async () => {
  const dir = await writeDatabase(['ada', 'ben']);
  expect(await evaluateRecordings([dir, '--format', 'vap', '--json']), err).toBe(0);
  const report = JSON.parse(out);
  // Two of four pictures enrol, the other two are looks: of their owner at one lock each, and at one stranger's.
  expect(report).toMatchObject({ people: 2, samples: 4, failuresToAcquire: 0, genuine: { n: 4 }, impostor: { n: 4 }, eer: 0 });
  expect(report.genuine.mean).toBeLessThan(report.impostor.mean);
  out = '';
  expect(await evaluateRecordings([dir, '--format', 'vap', '--gates', 'off', '--json']), err).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ people: 2, samples: 8, failuresToAcquire: 0, genuine: { n: 4 }, impostor: { n: 4 } });

  await writeFile(join(dir, '002', '002_9_d.dat'), '1\t2\tfar');
  expect(await evaluateRecordings([dir, '--format', 'vap', '--json'])).toBe(2);
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(err).toContain('002_9_d.dat');
});

test.each([
  ['a folder without such pictures', async () => [await temporaryFolder(), '--format', 'vap'], 'VAP database'],
  ['a folder that is not there', async () => ['/nowhere', '--format', 'vap'], '/nowhere'],
  ['an unknown format', async () => [peopleDir, '--format', 'ply'], '--format is tum or vap'],
])('is refused with one line: %s', async (_name, args, says) => {
  expect(await evaluateRecordings(await args())).toBe(2);
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(err).toContain(says);
  expect(out).toBe('');
});

test('an .oni file is a session too: a damaged one is refused by its name', async () => {
  const dir = await temporaryFolder();
  await mkdir(join(dir, 'ada'));
  await writeFile(join(dir, 'ada', 'enrol-1.oni'), 'not a recording');
  expect(await evaluateRecordings([dir])).toBe(2);
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(err).toContain('enrol-1.oni');
});
