import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { describe, expect, test } from 'vitest';
import { associate, parsePictureList } from '../../../main/capture/recording/picture-list.ts';
import { encodePng, type PngPixels } from '../../../main/capture/recording/png-encoder.ts';
import { readRecording } from '../../../main/capture/recording/reader.ts';
import { createRecording } from '../../../main/capture/recording/writer.ts';
import type { RgbdFrame } from '../../../main/contract/frame.ts';
import { makeFrame, smallCalibration, temporaryFolder, writeRecording } from './scene.ts';

/** All frames, and the sentence the reading ended with, if any. */
async function readAll(folder: string): Promise<{ frames: RgbdFrame[]; sentence: string | undefined }> {
  const frames: RgbdFrame[] = [];
  for await (const read of readRecording(folder)) {
    if (read.kind === 'failed') return { frames, sentence: read.sentence };
    frames.push(read.frame);
  }
  return { frames, sentence: undefined };
}

async function recordingOnDisk(): Promise<string> {
  const folder = join(await temporaryFolder(), 'take');
  await writeRecording(folder, 5);
  return folder;
}

async function writePng(path: string, picture: PngPixels, width: number, height: number): Promise<void> {
  await writeFile(path, await encodePng(picture, width, height));
}

async function editCalibration(folder: string, edit: (json: Record<string, never>) => unknown): Promise<void> {
  const file = join(folder, 'calibration.json');
  await writeFile(file, JSON.stringify(edit(JSON.parse(await readFile(file, 'utf8')))));
}

describe('a recording', () => {
  test('comes back as it was written, to the bit', async () => {
    const folder = join(await temporaryFolder(), 'take');
    const written = await writeRecording(folder, 9, 4, 33.333);
    const { frames, sentence } = await readAll(folder);
    expect(sentence).toBeUndefined();
    expect(frames.map(({ color }) => Buffer.from(color).toString('hex'))).toEqual(
      written.map(({ color }) => Buffer.from(color).toString('hex')),
    );
    expect(frames.map(({ depthMm }) => [...depthMm])).toEqual(written.map(({ depthMm }) => [...depthMm]));
    expect(frames.map(({ capturedAtMs }) => capturedAtMs)).toEqual(
      written.map(({ capturedAtMs }) => Math.round(capturedAtMs * 1000) / 1000),
    );
    expect(frames.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3]);
    expect(frames[0]?.calibration).toEqual(smallCalibration);
  });

  test('may have JPEG colour', async () => {
    const folder = await recordingOnDisk();
    const flat = new Uint8Array(64 * 48 * 4).fill(200);
    await writeFile(join(folder, 'rgb/000000.png'), await Transformer.fromRgbaPixels(flat, 64, 48).jpeg(95));
    const { frames } = await readAll(folder);
    expect(frames[0]?.color.slice(0, 4)).toEqual(Uint8Array.of(200, 200, 200, 255));
  });

  test('keeps infrared', async () => {
    const folder = join(await temporaryFolder(), 'take');
    const opened = await createRecording(folder, smallCalibration);
    if (opened.kind === 'failed') throw new Error(opened.sentence);
    const infrared = Uint8Array.from({ length: 64 * 48 }, (_, index) => (index * 5) & 255);
    await opened.writer.write({ ...makeFrame(1, 0, 10), infrared });
    const { frames } = await readAll(folder);
    expect([...(frames[0]?.infrared ?? [])]).toEqual([...infrared]);
  });

  test('gives millimetres whatever the scale of its files', async () => {
    const folder = await recordingOnDisk();
    await editCalibration(folder, (json) => ({ ...json, depthScaleMm: 0.2 }));
    const { frames } = await readAll(folder);
    expect(frames[0]?.depthMm[1]).toBe(Math.round((makeFrame(5, 0, 0).depthMm[1] ?? 0) * 0.2));
    expect(frames[0]?.calibration.depthScaleMm).toBe(1);
  });

  test('is not written over an older one', async () => {
    const folder = await recordingOnDisk();
    const opened = await createRecording(folder, smallCalibration);
    expect(opened).toMatchObject({ kind: 'failed', sentence: expect.stringContaining('exists already') });
  });

  test('refuses a frame of another size or an older time while writing', async () => {
    const opened = await createRecording(join(await temporaryFolder(), 'take'), smallCalibration);
    if (opened.kind === 'failed') throw new Error(opened.sentence);
    expect((await opened.writer.write(makeFrame(1, 0, 100))).kind).toBe('written');
    expect(await opened.writer.write(makeFrame(1, 1, 99))).toMatchObject({
      kind: 'failed',
      sentence: expect.stringContaining('backwards'),
    });
    const other = { ...smallCalibration, depth: { ...smallCalibration.depth, width: 32 } };
    expect(await opened.writer.write(makeFrame(1, 2, 101, other))).toMatchObject({
      kind: 'failed',
      sentence: expect.stringContaining('another size'),
    });
  });
});

describe('a damaged recording is refused with one sentence that names the file', () => {
  const damages: Record<string, { damage: (folder: string) => Promise<unknown>; file: string; says: string }> = {
    'truncated colour': { damage: (folder) => truncate(join(folder, 'rgb/000001.png'), 300), file: '000001.png', says: 'damaged' },
    'truncated depth': { damage: (folder) => truncate(join(folder, 'depth/000001.png'), 300), file: '000001.png', says: 'damaged' },
    'truncated JPEG': {
      damage: async (folder) => {
        const jpeg = await new Transformer(await readFile(join(folder, 'rgb/000001.png'))).jpeg(90);
        await writeFile(join(folder, 'rgb/000001.png'), jpeg.subarray(0, jpeg.length * 0.7));
      },
      file: '000001.png',
      says: 'damaged',
    },
    'empty colour': { damage: (folder) => writeFile(join(folder, 'rgb/000000.png'), ''), file: '000000.png', says: 'damaged' },
    'missing depth': {
      damage: (folder) => writeFile(join(folder, 'depth.txt'), '1.000125 depth/gone.png\n'),
      file: 'gone.png',
      says: 'missing',
    },
    'colour of another size': {
      damage: (folder) => writePng(join(folder, 'rgb/000000.png'), { kind: 'rgba', pixels: new Uint8Array(20 * 20 * 4) }, 20, 20),
      file: '000000.png',
      says: '20x20 pixels, but the calibration says 64x48',
    },
    '8-bit depth': {
      damage: (folder) => writePng(join(folder, 'depth/000000.png'), { kind: 'grey', pixels: new Uint8Array(64 * 48) }, 64, 48),
      file: '000000.png',
      says: 'not a 16-bit grey PNG',
    },
    'depth of 65535': {
      damage: (folder) =>
        writePng(join(folder, 'depth/000001.png'), { kind: 'grey16', pixels: new Uint16Array(64 * 48).fill(65535) }, 64, 48),
      file: '000001.png',
      says: '65535',
    },
    'timestamps backwards': {
      damage: (folder) => writeFile(join(folder, 'rgb.txt'), '2.0 rgb/000000.png\n1.0 rgb/000001.png\n'),
      file: 'rgb.txt, line 2',
      says: 'go backwards',
    },
    'a line of nonsense': {
      damage: (folder) => writeFile(join(folder, 'depth.txt'), 'hello\n'),
      file: 'depth.txt, line 1',
      says: 'expected a timestamp',
    },
    'an empty list': { damage: (folder) => writeFile(join(folder, 'rgb.txt'), '# nothing\n'), file: 'rgb.txt', says: 'lists no pictures' },
    'a path out of the folder': {
      damage: (folder) => writeFile(join(folder, 'rgb.txt'), '1 ../../etc/passwd\n'),
      file: 'rgb.txt',
      says: 'leads out',
    },
    'colour and depth far apart': {
      damage: (folder) => writeFile(join(folder, 'depth.txt'), '9 depth/000000.png\n'),
      file: 'take',
      says: 'within 20 ms',
    },
    'no calibration': {
      damage: (folder) => writeFile(join(folder, 'calibration.json'), '{'),
      file: 'calibration.json',
      says: 'not valid JSON',
    },
    'a focal length of nothing': {
      damage: (folder) => editCalibration(folder, (json) => ({ ...json, color: { width: 64, height: 48, fx: 0, fy: 1, cx: 0, cy: 0 } })),
      file: 'calibration.json',
      says: 'color.fx',
    },
    'a rotation that is none': {
      damage: (folder) =>
        editCalibration(folder, (json) => ({ ...json, depthToColor: { rotation: [1, 1, 0, 0, 1, 0, 0, 0, 1], translationMm: [0, 0, 0] } })),
      file: 'calibration.json',
      says: 'depthToColor.rotation is not a rotation',
    },
    'a picture that is text': {
      damage: (folder) => writeFile(join(folder, 'rgb/000000.png'), 'not a picture'),
      file: '000000.png',
      says: 'not a png or jpeg or bmp picture',
    },
  };

  test.each(Object.entries(damages))('%s', async (_name, { damage, file, says }) => {
    const folder = await recordingOnDisk();
    await damage(folder);
    const { sentence } = await readAll(folder);
    expect(sentence).toContain(file);
    expect(sentence).toContain(says);
    expect(sentence?.split('\n')).toHaveLength(1);
  });

  test('a folder that does not exist', async () => {
    const { sentence } = await readAll('/nowhere/at/all');
    expect(sentence).toContain('/nowhere/at/all/calibration.json is missing');
  });
});

describe('picture lists', () => {
  test('skip comments and empty lines, and take paths with spaces', () => {
    expect(parsePictureList('# a\n\n1.5 rgb/one two.png\r\n2 rgb/b.png', 'rgb.txt')).toEqual({
      kind: 'list',
      pictures: [
        { timestampS: 1.5, path: 'rgb/one two.png' },
        { timestampS: 2, path: 'rgb/b.png' },
      ],
    });
  });

  test('join the nearest pictures within the tolerance, each used once', () => {
    const at = (...times: number[]) => times.map((timestampS) => ({ timestampS, path: `${timestampS}` }));
    const pairs = associate(at(0, 0.033, 0.066, 0.5), at(0.014, 0.034, 0.08, 0.6));
    expect(pairs.map(([color, depth]) => [color.timestampS, depth.timestampS])).toEqual([
      [0, 0.014],
      [0.033, 0.034],
      [0.066, 0.08],
    ]);
    const exactlyTolerance = associate(at(1.000125, 1.020125, 1.040125), at(1.000125, 1.020125, 1.040125));
    expect(exactlyTolerance).toHaveLength(3);
    const shared = associate(at(0, 0.02), at(0.015));
    expect(shared.map(([color, depth]) => [color.timestampS, depth.timestampS])).toEqual([[0.02, 0.015]]);
  });
});
