// Cuts the heads of rendered looks and attacks out for training the head network.
//
//   node scripts/runtime.mjs models/liveness/describe_heads.mts --recordings DIR/teach --out FOLDER
//
// Writes heads.bin (uint8 RGB 144x144), depth-mm.bin (uint16 144x144, 0 without a reading) and index.json (person and species of every head; species null: alive), in the order of the
// folders' names. A frame without a face, or with too little depth on it, is left out and counted. Exit 0: done. 2: wrong usage or nothing there.
import { basename, dirname } from 'node:path';
import { readRecording } from '../../main/capture/recording/reader.ts';
import { finishedAttacks, finishedSessions, targetOf } from '../../main/cli/experiments/attack-looks.ts';
import { depthUnder } from '../../main/vision/aligned-depth.ts';
import { headReferenceMm, headSizePx, headToPicture } from '../../main/vision/head-network.ts';
import { networkFiles } from '../../main/vision/load-networks.ts';
import type { Network } from '../../main/vision/network.ts';
import type { Picture } from '../../main/vision/picture.ts';
import { findCentralFace } from '../../main/vision/recognise.ts';
import { openNetworks, readPaths, refuse } from '../describing.mts';
import { openHeadWindows, storedPx } from './head-windows.mts';

interface Look {
  readonly folder: string;
  readonly person: string;
  readonly species: string | null;
}

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readPaths('recordings', 'out');
  if (options === undefined) return refuse('usage: describe_heads.mts --recordings DIR --out FOLDER');
  const looks = await findLooks(options.recordings);
  if (looks.length === 0) return refuse(`${options.recordings} holds no finished looks or attacks.`);
  const opening = await openNetworks([networkFiles.detector, networkFiles.landmarks]);
  if (opening.kind === 'refused') return refuse(opening.sentence);
  const [detector, landmarks] = opening.networks as [Network, Network];
  const windows = await openHeadWindows(options.out);
  const entries: { person: string; species: string | null; look: number }[] = [];
  let left = 0;
  for (const [number, look] of looks.entries()) {
    for await (const read of readRecording(look.folder)) {
      if (read.kind === 'failed') return refuse(read.sentence);
      const { frame } = read;
      const picture: Picture = { ...frame.calibration.color, rgba: frame.color };
      const found = await findCentralFace({ detector, landmarks }, picture);
      const toPicture = found === undefined ? undefined : headToPicture(found.alignedToPicture);
      const measured = toPicture === undefined ? undefined : headReferenceMm(depthUnder(picture, frame.depthMm, toPicture, headSizePx));
      if (found === undefined || measured === undefined) {
        left++;
        continue;
      }
      await windows.write(picture, frame.depthMm, headToPicture(found.alignedToPicture, storedPx));
      entries.push({ person: look.person, species: look.species, look: number });
    }
    if ((number + 1) % 200 === 0) process.stderr.write(`${number + 1} of ${looks.length}\n`);
  }
  await windows.end(entries);
  process.stdout.write(`${entries.length} heads of ${looks.length} looks and attacks, ${left} frames left out\n`);
  return 0;
}

/** Finished looks of living people, then finished attacks; enrolments and injected frames (recordings of the living) are left out. */
async function findLooks(dir: string): Promise<Look[]> {
  const living = (await finishedSessions(dir, 'look-')).map((folder): Look => ({ folder, person: basename(dirname(folder)), species: null }));
  const attacks = (await finishedAttacks(dir)).map(
    async (folder): Promise<Look> => ({ folder, person: await targetOf(folder), species: basename(dirname(folder)) }),
  );
  return [...living, ...(await Promise.all(attacks)).filter(({ species }) => species !== 'injected-frames')];
}
