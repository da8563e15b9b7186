import { type Recording, readFrames } from '../../capture/recording/reader.ts';
import type { SimulatedCast } from '../../capture/simulated/cast.ts';
import { loadIdentities } from '../../vision/load-networks.ts';
import { printLine, printTable } from '../console.ts';
import { compareWithEnrolled } from './comparisons.ts';
import { allContenders } from './contenders.ts';
import { type Summary, summarise } from './rates.ts';
import { framesAlone } from './recording-samples.ts';
import { comparableSamples, vectorsBy } from './samples.ts';
import type { Session } from './sessions.ts';

/** How far apart one network finds one person's frames, and two people's. */
export interface NetworkDistances {
  readonly network: string;
  readonly genuine: Summary;
  readonly impostor: Summary;
}

export type ArticleTable =
  | { readonly kind: 'measured'; readonly rows: readonly NetworkDistances[] }
  | { readonly kind: 'failed'; readonly sentence: string };

/**
 * The article's own table on the built-in recordings: each frame of every look against the nearest frame of everybody's registration, by each network, without
 * quality, liveness and attention. Only frames that every network has a vector of count, so that all rows rest on the same.
 */
export async function articleTable(modelsDir: string, cast: SimulatedCast, threads: number): Promise<ArticleTable> {
  const loading = await loadIdentities(modelsDir, threads, allContenders);
  if (loading.kind === 'refused') return { kind: 'failed', sentence: loading.sentence };
  const session = (recording: Recording, path: string): Session => ({ path, frames: () => readFrames(recording) });
  const people = cast.people.map(({ name, enrolCircle, looks }) => ({
    name,
    enrol: [session(enrolCircle, `${name}/enrol-circle`)],
    probe: looks.map((look, index) => session(look, `${name}/look-${index + 1}`)),
  }));
  const seen = await framesAlone(loading.finders, loading.identities, { people, attacks: [] });
  if (seen.kind === 'failed') return seen;
  const samples = comparableSamples(seen.samples);
  const rows = allContenders.map(({ name }, index) => {
    const of = (use: 'enrol' | 'probe') =>
      vectorsBy(
        index,
        samples.filter((sample) => sample.use === use),
      );
    const { genuine, impostor } = compareWithEnrolled(of('probe'), of('enrol'));
    return { network: name, genuine: summarise(genuine), impostor: summarise(impostor) };
  });
  return { kind: 'measured', rows };
}

/** Prints the rows, and what the article says of its own network. */
export function printArticleTable(rows: readonly NetworkDistances[]): void {
  printLine('distance of single frames to the nearest registered one, gates off');
  const cells = ({ n, mean, sd }: Summary): string[] => [String(n), mean.toFixed(3), sd.toFixed(3)];
  printTable(
    ['network', 'genuine', 'mean', 'sd', 'impostor', 'mean', 'sd'],
    rows.map(({ network, genuine, impostor }) => [network, ...cells(genuine), ...cells(impostor)]),
  );
  printLine('The article names 0.30 for its owner and 1.1 for strangers, on its own recordings.');
}
