import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { beforeAll, describe, expect, test } from 'vitest';
import { listVapTakes, readVapPerson } from '../../../main/capture/recording/vap.ts';
import type { RgbdFrame } from '../../../main/contract/frame.ts';
import { temporaryFolder } from './scene.ts';

let bmp: Buffer;
beforeAll(async () => {
  const rgba = new Uint8Array(1280 * 960 * 4).fill(255);
  rgba.set([10, 20, 30], 0);
  bmp = await Transformer.fromRgbaPixels(rgba, 1280, 960).bmp();
});

/** Depth as the database has it: values between tabs, a tab at the end of each line, -1 without reading. */
function dat(firstValues: readonly number[] = [-1, 700]): string {
  const values = Array.from({ length: 640 * 480 }, (_, index) => firstValues[index] ?? 1000);
  return Array.from({ length: 480 }, (_, y) => `${values.slice(y * 640, (y + 1) * 640).join('\t')}\t\n`).join('');
}

async function person(): Promise<string> {
  const folder = await temporaryFolder();
  for (const take of ['001_10_', '001_2_']) {
    await writeFile(join(folder, `${take}c.bmp`), bmp);
    await writeFile(join(folder, `${take}d.dat`), dat());
  }
  return folder;
}

async function readAll(folder: string): Promise<{ frames: RgbdFrame[]; sentence: string | undefined }> {
  const frames: RgbdFrame[] = [];
  for await (const read of readVapPerson(folder)) {
    if (read.kind === 'failed') return { frames, sentence: read.sentence };
    frames.push(read.frame);
  }
  return { frames, sentence: undefined };
}

describe('the VAP database', () => {
  test('is read as it is: depth between tabs, colour as BMP, in numeric order', async () => {
    const folder = await person();
    expect(await listVapTakes(folder)).toEqual(['001_2_', '001_10_']);
    const { frames, sentence } = await readAll(folder);
    expect(sentence).toBeUndefined();
    expect(frames).toHaveLength(2);
    expect([...(frames[0]?.depthMm.slice(0, 3) ?? [])]).toEqual([0, 700, 1000]);
    expect([...(frames[0]?.color.slice(0, 4) ?? [])]).toEqual([10, 20, 30, 255]);
    expect(frames[0]?.calibration.color.width).toBe(1280);
  });

  test('takes a calibration from its folder', async () => {
    const folder = await person();
    const { frames } = await readAll(folder);
    const calibration = { ...frames[0]?.calibration, depthToColor: { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translationMm: [-25, 0, 0] } };
    await writeFile(join(folder, 'calibration.json'), JSON.stringify(calibration));
    expect((await readAll(folder)).frames[0]?.calibration.depthToColor.translationMm).toEqual([-25, 0, 0]);
  });

  test.each([
    ['a word', (folder: string) => writeFile(join(folder, '001_2_d.dat'), dat().replace('700', 'far')), 'holds "far"'],
    ['too few values', (folder: string) => writeFile(join(folder, '001_2_d.dat'), '1\t2\t3'), 'holds 3 depth values instead of 307200'],
    ['depth of 65535', (folder: string) => writeFile(join(folder, '001_2_d.dat'), dat([65535])), 'holds "65535"'],
    ['half a colour picture', (folder: string) => writeFile(join(folder, '001_2_c.bmp'), bmp.subarray(0, bmp.length / 2)), '001_2_c.bmp'],
  ])('is refused with one sentence: %s', async (_name, damage, says) => {
    const folder = await person();
    await damage(folder);
    const { sentence } = await readAll(folder);
    expect(sentence).toContain(says);
    expect(sentence).toContain('001_2_');
  });

  test('an empty folder is no person', async () => {
    expect((await readAll(await temporaryFolder())).sentence).toContain('no pictures of the VAP database');
  });
});
