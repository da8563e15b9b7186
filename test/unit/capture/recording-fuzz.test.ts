import { cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { encodePng } from '../../../main/capture/recording/png-encoder.ts';
import { readRecording } from '../../../main/capture/recording/reader.ts';
import { createRecording } from '../../../main/capture/recording/writer.ts';
import { type Random, seeded } from '../../attacks/random.ts';
import { makeFrame, smallCalibration, temporaryFolder } from './scene.ts';

const mutations = 400;
/** A reading that takes longer hangs: the recordings have three frames of 64x48 pixels. */
const hangMs = 20_000;

/** Values that a calibration, hand-written or damaged, may hold. */
const oddValues: readonly unknown[] = [
  0,
  -1,
  1,
  15,
  63,
  64.5,
  65,
  8192,
  8193,
  1e9,
  1e308,
  -1e308,
  null,
  true,
  '64',
  'wide',
  [],
  {},
  [1, 2, 3],
];
const oddTimes = ['0', '0.000001', '-1', '1e3', 'NaN', 'Infinity', '', '99999999999999999999999', '1.0.1', '1.000125', '1.010125', '5'];

const oneOf = <T>(random: Random, list: readonly T[]): T => list[random.int(list.length)] as T;

type Mutation = (folder: string, random: Random) => Promise<unknown>;

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function edit(file: string, change: (bytes: Buffer) => Buffer): Promise<void> {
  await writeFile(file, change(await readFile(file)));
}

async function anyFile(folder: string, random: Random, ending = ''): Promise<string> {
  return oneOf(
    random,
    (await filesOf(folder)).filter((name) => name.endsWith(ending)),
  );
}

const listOf = (folder: string, random: Random): string => join(folder, oneOf(random, ['rgb.txt', 'depth.txt', 'infrared.txt']));

const mutationsByName: Readonly<Record<string, Mutation>> = {
  'bytes flipped': async (folder, random) =>
    edit(await anyFile(folder, random), (bytes) => {
      for (let flip = random.int(8); flip >= 0; flip--) {
        const at = random.int(bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(8));
      }
      return bytes;
    }),
  'cut short': async (folder, random) => {
    const file = await anyFile(folder, random);
    await truncate(file, random.int((await readFile(file)).length));
  },
  'a piece missing': async (folder, random) =>
    edit(await anyFile(folder, random), (bytes) => {
      const from = random.int(bytes.length);
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + random.int(200))]);
    }),
  'rubbish appended': async (folder, random) =>
    edit(await anyFile(folder, random), (bytes) => Buffer.concat([bytes, Buffer.from(Array.from({ length: 50 }, () => random.int(256)))])),
  'two files swapped': async (folder, random) => {
    const files = await filesOf(folder);
    const [one, other] = [oneOf(random, files), oneOf(random, files)];
    const [first, second] = [await readFile(one), await readFile(other)];
    await writeFile(one, second);
    await writeFile(other, first);
  },
  'a file gone, or a folder in its place': async (folder, random) => {
    const file = await anyFile(folder, random);
    await rm(file);
    if (random.chance(0.5)) await mkdir(file);
  },
  'a picture of another size or kind': async (folder, random) => {
    const file = await anyFile(folder, random, '.png');
    const [width, height] = [oneOf(random, [1, 16, 63, 64, 128]), oneOf(random, [1, 47, 48, 96])];
    const pixels = width * height;
    const picture = oneOf(random, [
      { kind: 'rgba' as const, pixels: new Uint8Array(pixels * 4) },
      { kind: 'grey' as const, pixels: new Uint8Array(pixels) },
      { kind: 'grey16' as const, pixels: new Uint16Array(pixels) },
    ]);
    await writeFile(file, await encodePng(picture, width, height));
  },
  'a picture whose header claims another size': async (folder, random) => {
    const file = await anyFile(folder, random, '.png');
    // Width and height stand 16 bytes into a PNG.
    await edit(file, (bytes) => {
      bytes.writeUInt32BE(oneOf(random, [0, 1, 64, 65_535, 0x7fffffff, 0xffffffff]), 16 + 4 * random.int(2));
      return bytes;
    });
  },
  'timestamps changed': async (folder, random) =>
    edit(listOf(folder, random), (bytes) => {
      const lines = bytes.toString().split('\n');
      const at = 1 + random.int(3);
      lines[at] = (lines[at] ?? '').replace(/^\S*/, oneOf(random, oddTimes));
      return Buffer.from(lines.join('\n'));
    }),
  'lines in another order or twice': async (folder, random) =>
    edit(listOf(folder, random), (bytes) => {
      const lines = bytes.toString().split('\n');
      lines.splice(random.int(lines.length), random.int(2), oneOf(random, lines));
      return Buffer.from(lines.join('\n'));
    }),
  'paths changed': async (folder, random) =>
    edit(listOf(folder, random), (bytes) =>
      Buffer.from(
        bytes
          .toString()
          .replace(/\S+\.png/, oneOf(random, ['../x.png', '/etc/passwd', 'rgb', '.', 'depth/000001.png', 'infrared/000000.png', 'a\0b'])),
      ),
    ),
  'calibration changed': async (folder, random) => {
    const file = join(folder, 'calibration.json');
    const calibration = JSON.parse(await readFile(file, 'utf8'));
    const part = oneOf(random, [calibration, calibration.color, calibration.depth, calibration.depthToColor]);
    const key = oneOf(random, Object.keys(part));
    if (Array.isArray(part[key]) && random.chance(0.5)) part[key][random.int(part[key].length)] = oneOf(random, oddValues);
    else if (random.chance(0.1)) delete part[key];
    else part[key] = oneOf(random, oddValues);
    await writeFile(file, JSON.stringify(calibration));
  },
  'depth of 65535': async (folder, random) => {
    const depthMm = makeFrame(5, 0, 0).depthMm.slice();
    depthMm[random.int(depthMm.length)] = 65_535;
    await writeFile(join(folder, 'depth', `00000${random.int(3)}.png`), await encodePng({ kind: 'grey16', pixels: depthMm }, 64, 48));
  },
};

async function writeOriginal(folder: string): Promise<void> {
  const opened = await createRecording(folder, smallCalibration);
  if (opened.kind === 'failed') throw new Error(opened.sentence);
  for (let sequence = 0; sequence < 3; sequence++) {
    const infrared = Uint8Array.from({ length: 64 * 48 }, (_, index) => (index * 5 + sequence) & 255);
    await opened.writer.write({ ...makeFrame(5, sequence, 1000.125 + sequence * 20), infrared });
  }
}

/** Reads to the end. Checks on the way that each frame is whole and that nothing follows a failure. */
async function readToTheEnd(folder: string): Promise<{ frames: number; sentence: string | undefined }> {
  let frames = 0;
  let sentence: string | undefined;
  for await (const read of readRecording(folder)) {
    expect(sentence).toBeUndefined();
    if (read.kind === 'failed') {
      sentence = read.sentence;
      continue;
    }
    const { color, depthMm, infrared, calibration, capturedAtMs } = read.frame;
    const depthPixels = calibration.depth.width * calibration.depth.height;
    expect(color).toHaveLength(calibration.color.width * calibration.color.height * 4);
    expect(depthMm).toHaveLength(depthPixels);
    if (infrared !== undefined) expect(infrared).toHaveLength(depthPixels);
    expect(depthMm.includes(65_535)).toBe(false);
    expect(Number.isFinite(capturedAtMs)).toBe(true);
    frames++;
  }
  return { frames, sentence };
}

async function within<T>(ms: number, work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} hangs`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

test(`${mutations} damaged recordings: each is read to its end, or refused in one sentence that names a file of it`, {
  timeout: 300_000,
}, async () => {
  const root = await temporaryFolder();
  const original = join(root, 'original');
  await writeOriginal(original);
  expect(await readToTheEnd(original)).toEqual({ frames: 3, sentence: undefined });
  const names = Object.keys(mutationsByName);
  const tally = { read: 0, refused: 0 };
  for (let seed = 1; seed <= mutations; seed++) {
    const random = seeded(seed);
    const folder = join(root, 'take');
    await cp(original, folder, { recursive: true });
    const name = names[seed % names.length] as string;
    await mutationsByName[name]?.(folder, random);
    const what = `seed ${seed} (${name})`;
    const { sentence } = await within(hangMs, readToTheEnd(folder), what);
    if (sentence === undefined) tally.read++;
    else {
      tally.refused++;
      expect(sentence, what).toMatch(/^[^\n]{1,400}\.$/);
      expect(relative(root, sentence.split(/[\s,:]/)[0] ?? ''), what).toMatch(/^take/);
      expect(sentence, what).not.toMatch(/Error|undefined|\bat .*:\d+:\d+/);
    }
    if (name === 'depth of 65535') expect(sentence, what).toContain('65535');
    await rm(folder, { recursive: true });
  }
  // Damage that is never noticed, or always, would mean that the mutations miss their aim.
  expect(tally.read).toBeGreaterThan(mutations / 20);
  expect(tally.refused).toBeGreaterThan(mutations / 2);
});
