import { appendFile, readFile, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import type { Observation } from '../../contract/observation.ts';

/*
 * What vision made of many recordings, kept in a file, so that rules can be replayed again and again without looking at the pictures again. JSON lines: the first
 * names the network, each other one is a session. For experiments on rendered people only: vectors lie in it in the clear.
 */

const finite = v.pipe(v.number(), v.finite());
const headShape = v.object({ observations: v.literal(1), model: v.string() });
const faceShape = v.looseObject({ kind: v.picklist(['face', 'no-face']), embedding: v.optional(v.array(finite)) });
const lineShape = v.object({ session: v.string(), observations: v.array(faceShape) });

/** Sessions already observed, and where new ones are written as they come, so that a long run may be cut off and go on. */
export interface ObservationFile {
  readonly known: ReadonlyMap<string, readonly Observation[]>;
  add(session: string, observations: readonly Observation[]): Promise<void>;
}

export type ObservationFileOpening =
  | { readonly kind: 'opened'; readonly file: ObservationFile }
  | { readonly kind: 'failed'; readonly sentence: string };

/** Remembers nothing: for a run that keeps no file. */
export const noObservationFile: ObservationFile = { known: new Map(), add: async () => {} };

/** Opens or begins the file. One that another network wrote, or that is no such file, is refused: numbers from two networks would be mixed. */
export async function openObservationFile(path: string, model: string): Promise<ObservationFileOpening> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const known = new Map<string, readonly Observation[]>();
  if (text !== undefined) {
    const [first, ...lines] = text.split('\n').filter((line) => line !== '');
    const head = v.safeParse(headShape, parsed(first));
    if (!head.success) return { kind: 'failed', sentence: `${path} is no file of observations.` };
    if (head.output.model !== model)
      return { kind: 'failed', sentence: `${path} was made with the network ${head.output.model}, not with ${model}: name another file.` };
    for (const line of lines) {
      const session = v.safeParse(lineShape, parsed(line));
      // The last line of a run that was cut off in the middle of writing.
      if (!session.success) continue;
      known.set(session.output.session, session.output.observations.map(revived));
    }
  }
  try {
    if (text === undefined) await writeFile(path, `${JSON.stringify({ observations: 1, model })}\n`);
    else if (!text.endsWith('\n')) await appendFile(path, '\n');
  } catch {
    return { kind: 'failed', sentence: `${path} cannot be written.` };
  }
  return { kind: 'opened', file: { known, add: (session, observations) => appendFile(path, lineOf(session, observations)) } };
}

function lineOf(session: string, observations: readonly Observation[]): string {
  const plain = observations.map((each) => ('embedding' in each && each.embedding ? { ...each, embedding: [...each.embedding] } : each));
  return `${JSON.stringify({ session, observations: plain })}\n`;
}

/** The file is our own: beyond its shape its numbers are taken as they are. */
function revived(plain: v.InferOutput<typeof faceShape>): Observation {
  const { embedding, ...rest } = plain;
  const observation = embedding === undefined ? rest : { ...rest, embedding: Float32Array.from(embedding) };
  return observation as unknown as Observation;
}

function parsed(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined;
  }
}
