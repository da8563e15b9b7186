// Gives every blended face of a training store its teacher's vector: what SFace makes of its colours.
//   node scripts/runtime.mjs models/training/teach.mts --store DIR [--part N --of M]
// The store is one by make_store.py: colour.npy, kind.npy and teacher.npy are C-ordered arrays after a NumPy header; teacher.npy is written in place, and a
// face that has a teacher keeps it. Parts run beside each other. Exit 0: done. 2: wrong usage or a store that is none.
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sfaceNetwork } from '../../main/vision/embed.ts';
import { networkFiles } from '../../main/vision/load-networks.ts';
import type { Network } from '../../main/vision/network.ts';
import { openNetworks, refuse } from '../describing.mts';

const sidePx = 128;
const marginPx = 8;
const pictureBytes = sidePx * sidePx * 3;
const vectorBytes = 128 * 4;
/** Index of `blended` in store.KINDS. */
const blended = 3;

/** An array of a store: where its data begin, and of how many faces it has some. */
interface StoredArray {
  readonly file: FileHandle;
  readonly start: number;
  readonly faces: number;
}

type StoreOpening =
  | { readonly kind: 'opened'; readonly colour: StoredArray; readonly kinds: StoredArray; readonly teacher: StoredArray }
  | { readonly kind: 'refused'; readonly sentence: string };

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return refuse('usage: teach.mts --store DIR [--part N --of M], N from 0 on and less than M');
  const { part, parts } = options;
  const store = await openStore(options.store);
  if (store.kind === 'refused') return refuse(store.sentence);
  const opening = await openNetworks([networkFiles.sface]);
  if (opening.kind === 'refused') return refuse(opening.sentence);
  const [network] = opening.networks as [Network];
  const sface = sfaceNetwork(network);
  const { colour, teacher } = store;
  const count = store.kinds.faces;
  const kinds = Buffer.alloc(count);
  await store.kinds.file.read(kinds, 0, count, store.kinds.start);
  const pixels = Buffer.alloc(pictureBytes);
  const rgba = new Uint8Array(sidePx * sidePx * 4).fill(255);
  let taught = 0;
  for (let face = part; face < count; face += parts) {
    if (kinds[face] !== blended) continue;
    await colour.file.read(pixels, 0, pictureBytes, colour.start + face * pictureBytes);
    for (let i = 0, j = 0; i < pixels.length; i += 3, j += 4) {
      rgba[j] = pixels[i] as number;
      rgba[j + 1] = pixels[i + 1] as number;
      rgba[j + 2] = pixels[i + 2] as number;
    }
    const picture = { width: sidePx, height: sidePx, rgba };
    const answer = await sface.embed({ picture, depthMm: undefined, alignedToPicture: { a: 1, b: 0, c: 0, d: 1, tx: marginPx, ty: marginPx } });
    if (answer.kind !== 'vector') continue;
    const vector = new Uint8Array(answer.vector.buffer, answer.vector.byteOffset, vectorBytes);
    await teacher.file.write(vector, 0, vectorBytes, teacher.start + face * vectorBytes);
    taught++;
    if (taught % 1000 === 0) process.stderr.write(`${taught} taught, face ${face} of ${count}\n`);
  }
  await Promise.all([colour, store.kinds, teacher].map(({ file }) => file.close()));
  process.stdout.write(`${taught} faces taught\n`);
  return 0;
}

function readOptions(): { store: string; part: number; parts: number } | undefined {
  try {
    const { values } = parseArgs({
      options: { store: { type: 'string' }, part: { type: 'string', default: '0' }, of: { type: 'string', default: '1' } },
    });
    const { store } = values;
    const [part, parts] = [Number(values.part), Number(values.of)];
    const sensible = Number.isInteger(part) && Number.isInteger(parts) && part >= 0 && part < parts;
    return store === undefined || !sensible ? undefined : { store, part, parts };
  } catch {
    return undefined;
  }
}

/** The arrays of a store that belong together. The first that is missing or none is refused by name, and a store of which one is shorter than the others. */
async function openStore(dir: string): Promise<StoreOpening> {
  const arrays: StoredArray[] = [];
  for (const [name, flags, bytes] of [['colour.npy', 'r', pictureBytes], ['kind.npy', 'r', 1], ['teacher.npy', 'r+', vectorBytes]] as const) {
    const path = join(dir, name);
    const file = await open(path, flags).catch(() => undefined);
    if (file === undefined) return { kind: 'refused', sentence: `${path} is missing or cannot be opened.` };
    const start = await headerLength(file);
    if (start === undefined) return { kind: 'refused', sentence: `${path} is not a NumPy array.` };
    arrays.push({ file, start, faces: ((await file.stat()).size - start) / bytes });
  }
  const [colour, kinds, teacher] = arrays as [StoredArray, StoredArray, StoredArray];
  if (kinds.faces >= 0 && colour.faces === kinds.faces && teacher.faces === kinds.faces) return { kind: 'opened', colour, kinds, teacher };
  return { kind: 'refused', sentence: `${dir} is no whole store: its arrays are not of equally many faces.` };
}

/** Bytes before the data of a .npy file of version 1; `undefined` where it is none. */
async function headerLength(file: FileHandle): Promise<number | undefined> {
  const start = Buffer.alloc(10);
  await file.read(start, 0, 10, 0);
  return start.toString('latin1', 1, 6) === 'NUMPY' ? 10 + start.readUInt16LE(8) : undefined;
}
