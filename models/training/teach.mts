// Gives every blended face of a training store its teacher's vector: what SFace makes of its colours.
//   node scripts/runtime.mjs models/training/teach.mts --store DIR [--part N --of M]
// The store is one by make_store.py: colour.npy, kind.npy and teacher.npy are C-ordered arrays after a NumPy header; teacher.npy is written in place, and a
// face that has a teacher keeps it. Parts run beside each other. Exit 0: done. 2: wrong usage or a store that is none.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sfaceNetwork } from '../../main/vision/embed.ts';
import { networkFiles } from '../../main/vision/load-networks.ts';
import type { Network } from '../../main/vision/network.ts';
import { openNetworks, refuse } from '../describing.mts';

const sidePx = 128;
const marginPx = 8;
const vectorBytes = 128 * 4;
/** Index of `blended` in store.KINDS. */
const blended = 3;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { store: { type: 'string' }, part: { type: 'string' }, of: { type: 'string' } } });
  const part = Number(values.part ?? 0);
  const parts = Number(values.of ?? 1);
  if (values.store === undefined || !Number.isInteger(part) || !Number.isInteger(parts)) return refuse('usage: teach.mts --store DIR [--part N --of M]');
  const opening = await openNetworks([networkFiles.sface]);
  if (opening.kind === 'refused') return refuse(opening.sentence);
  const [network] = opening.networks as [Network];
  const sface = sfaceNetwork(network);
  const colour = await open(join(values.store, 'colour.npy'));
  const kind = await open(join(values.store, 'kind.npy'));
  const teacher = await open(join(values.store, 'teacher.npy'), 'r+');
  const starts = [await headerLength(colour), await headerLength(kind), await headerLength(teacher)] as const;
  const count = (await kind.stat()).size - starts[1];
  const kinds = Buffer.alloc(count);
  await kind.read(kinds, 0, count, starts[1]);
  const pixels = Buffer.alloc(sidePx * sidePx * 3);
  const rgba = new Uint8Array(sidePx * sidePx * 4).fill(255);
  let taught = 0;
  for (let face = part; face < count; face += parts) {
    if (kinds[face] !== blended) continue;
    await colour.read(pixels, 0, pixels.length, starts[0] + face * pixels.length);
    for (let i = 0, j = 0; i < pixels.length; i += 3, j += 4) {
      rgba[j] = pixels[i] as number;
      rgba[j + 1] = pixels[i + 1] as number;
      rgba[j + 2] = pixels[i + 2] as number;
    }
    const picture = { width: sidePx, height: sidePx, rgba };
    const answer = await sface.embed({ picture, depthMm: undefined, alignedToPicture: { a: 1, b: 0, c: 0, d: 1, tx: marginPx, ty: marginPx } });
    if (answer.kind !== 'vector') continue;
    await teacher.write(new Uint8Array(answer.vector.buffer, answer.vector.byteOffset, vectorBytes), 0, vectorBytes, starts[2] + face * vectorBytes);
    taught++;
    if (taught % 1000 === 0) process.stderr.write(`${taught} taught, face ${face} of ${count}\n`);
  }
  await Promise.all([colour.close(), kind.close(), teacher.close()]);
  process.stdout.write(`${taught} faces taught\n`);
  return 0;
}

/** Bytes before the data of a .npy file of version 1. */
async function headerLength(file: Awaited<ReturnType<typeof open>>): Promise<number> {
  const start = Buffer.alloc(10);
  await file.read(start, 0, 10, 0);
  if (start.toString('latin1', 1, 6) !== 'NUMPY') throw new Error('not a NumPy array');
  return 10 + start.readUInt16LE(8);
}
