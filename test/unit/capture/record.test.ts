import { existsSync, readdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readRecording } from '../../../main/capture/recording/reader.ts';
import { record } from '../../../main/cli/record.ts';
import type { RgbdFrame } from '../../../main/contract/frame.ts';
import { smallCalibration, temporaryFolder, writeRecording } from './scene.ts';

const simulated = fileURLToPath(new URL('../../../models/simulated/people', import.meta.url));

let said: string;
beforeEach(() => {
  said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

async function readAll(folder: string): Promise<RgbdFrame[]> {
  const frames: RgbdFrame[] = [];
  for await (const read of readRecording(folder)) {
    if (read.kind === 'failed') throw new Error(read.sentence);
    frames.push(read.frame);
  }
  return frames;
}

function pixels({ color, depthMm }: RgbdFrame): string {
  return Buffer.concat([color, new Uint8Array(depthMm.buffer, depthMm.byteOffset, depthMm.byteLength)]).toString('base64');
}

describe('facelatch record', () => {
  test('writes what the camera showed, to the bit', async () => {
    const folder = await temporaryFolder();
    const source = join(folder, 'source');
    await writeRecording(source, 7, 5, 40);
    const out = join(folder, 'take');
    expect(await record(['--camera', `recording:${source}`, '--out', out, '--seconds', '0.5'])).toBe(0);
    const originals = (await readAll(source)).map(pixels);
    const recorded = await readAll(out);
    expect(recorded.length).toBeGreaterThan(0);
    expect(recorded[0]?.calibration).toEqual(smallCalibration);
    for (const frame of recorded) expect(originals).toContain(pixels(frame));
  });

  test.skipIf(!existsSync(simulated))('records the simulated camera, and playing it back shows the same pixels', async () => {
    const out = join(await temporaryFolder(), 'take');
    expect(await record(['--camera', 'simulated:0', '--out', out, '--seconds', '2'])).toBe(0);
    const [person] = readdirSync(simulated).sort();
    const originals = new Set((await readAll(join(simulated, person ?? '', 'enrol-circle'))).map(pixels));
    const recorded = await readAll(out);
    expect(recorded.length).toBeGreaterThan(0);
    for (const frame of recorded) expect(originals.has(pixels(frame))).toBe(true);
  });

  test.each([
    [['--camera', 'simulated:0'], 'usage'],
    [['--camera', 'webcam', '--out', '/tmp/never', '--seconds', '1'], 'no camera "webcam"'],
    [['--camera', 'simulated:0', '--out', '/tmp/never', '--seconds=-1'], '--seconds'],
    [['--camera', 'simulated:0', '--out', '/proc/never/take', '--seconds', '1'], '/proc/never does not exist'],
  ])('refuses %s with one line', async (args, says) => {
    expect(await record(args)).toBe(2);
    expect(said).toContain(says);
    expect(said.trimEnd().split('\n')).toHaveLength(1);
  });

  test('says when the camera is lost, and what was written still opens', async () => {
    const folder = await temporaryFolder();
    const source = join(folder, 'source');
    await writeRecording(source, 7, 5, 40);
    await writeFile(join(source, 'depth/000003.png'), 'damaged');
    const out = join(folder, 'take');
    expect(await record(['--camera', `recording:${source}`, '--out', out, '--seconds', '5'])).toBe(2);
    expect(said).toContain('000003.png');
    expect((await readAll(out)).length).toBeGreaterThan(0);
    await rm(out, { recursive: true });
  });
});
