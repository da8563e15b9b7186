import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { thresholdsOf } from '../identity/thresholds.ts';
import type { IdentityNetwork } from '../vision/embed.ts';
import { loadIdentities } from '../vision/load-networks.ts';
import type { FaceFinders } from '../vision/recognise.ts';
import { exitCode, refuse } from './console.ts';
import { compareAll, compareWithEnrolled } from './evaluation/comparisons.ts';
import { type Contender, looksAtDepth, readContenders } from './evaluation/contenders.ts';
import { detCurve } from './evaluation/det-curve.ts';
import { embeddingMapSvg } from './evaluation/embedding-map.ts';
import { readPeopleList } from './evaluation/people-list.ts';
import { type Comparisons, sortComparisons } from './evaluation/rates.ts';
import { compareThroughGates } from './evaluation/recording-looks.ts';
import { framesAlone, framesThroughGates } from './evaluation/recording-samples.ts';
import { mendRegistration, takenAsRecorded } from './evaluation/registration.ts';
import { evaluationReport } from './evaluation/report.ts';
import { type Sample, vectorsBy } from './evaluation/samples.ts';
import { findSessions, findVapSessions, keepPeople, type SessionSet } from './evaluation/sessions.ts';
import { publish, type Table, tabulate } from './evaluation/tables.ts';
import { findModelsDir } from './models-dir.ts';

export const evaluateRecordingsUsage =
  'facelatch evaluate recordings DIR [--format tum|vap] [--people FILE] [--model sface|turned|rgbd|fused|all]... [--modality colour|depth] [--gates off] [--protocol enrol|all] [--registration as-recorded] [--det FILE.svg] [--map FILE.svg [--caption TEXT]] [--json]';

const command = 'evaluate recordings';

type Tables = { readonly kind: 'made'; readonly tables: readonly Table[] } | { readonly kind: 'failed'; readonly sentence: string };

/**
 * Lets everybody under `DIR/PERSON/SESSION/` look at everybody's lock: sessions beginning with `enrol` enrol, the others probe; attacks under
 * `DIR/attacks/SPECIES/N/` probe the person in their `target.txt`. `--format vap` reads the VAP database's own layout. With `--gates off` recognition
 * alone is measured, without quality, liveness and attention, and single frames count. `--protocol all` compares every usable frame of everybody with every
 * other, whatever its session is called. Several models are measured on the frames that each has a vector of, with `--gates off` in one pass. `--map` draws where
 * the vectors lie. Depth that does not lie on colour as the recordings claim is put there first, for all models alike, unless `--registration as-recorded`
 * (`evaluation/registration.ts`). Exits with 0 when done, 2 for bad input.
 */
export async function evaluateRecordings(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      model: { type: 'string', multiple: true, default: [] },
      modality: { type: 'string', default: 'both' },
      people: { type: 'string' },
      format: { type: 'string', default: 'tum' },
      gates: { type: 'string', default: 'on' },
      protocol: { type: 'string', default: 'enrol' },
      registration: { type: 'string', default: 'checked' },
      det: { type: 'string' },
      map: { type: 'string' },
      caption: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
    },
  });
  const { format, gates, protocol, det, map, json } = values;
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) return refuse(`usage: ${evaluateRecordingsUsage}`);
  const list = readContenders(values.model, values.modality);
  if (list.kind === 'failed') return refuse(list.sentence);
  if (format !== 'tum' && format !== 'vap') return refuse('--format is tum or vap.');
  if (gates !== 'on' && gates !== 'off') return refuse('--gates is on or off.');
  if (protocol !== 'enrol' && protocol !== 'all') return refuse('--protocol is enrol or all.');
  if (values.registration !== 'checked' && values.registration !== 'as-recorded')
    return refuse('--registration is checked or as-recorded.');
  const wholeLooks = gates === 'on' && protocol === 'enrol';
  if (wholeLooks && map !== undefined) return refuse('--map draws single frames: add --gates off or --protocol all.');
  const people = await readPeopleList(values.people);
  if (people.kind === 'failed') return refuse(people.sentence);
  const modelsDir = findModelsDir();
  const found = format === 'vap' ? await findVapSessions(folder) : await findSessions(folder, modelsDir);
  if (found.kind === 'failed') return refuse(found.sentence);
  const asFound = keepPeople(found.set, people.includes);
  if (asFound.people.length === 0) return refuse(`${folder} holds nobody of ${values.people}.`);
  if (protocol === 'enrol' && !asFound.people.some(({ enrol }) => enrol.length > 0))
    return refuse(`${folder} holds no PERSON/enrol… session, so there is nobody to compare with.`);
  const loading = await loadIdentities(modelsDir, 2, list.contenders);
  if (loading.kind === 'refused') return refuse(loading.sentence);

  const { finders, identities } = loading;
  const { set, registration } = values.registration === 'checked' ? await mendRegistration(finders, asFound) : takenAsRecorded(asFound);
  if (wholeLooks) {
    const looks = await tablesOfLooks(finders, identities, list.contenders, set);
    if (looks.kind === 'failed') return refuse(looks.sentence);
    await publish(command, looks.tables, { det, json, registration });
    return exitCode.positive;
  }
  const seen = await (gates === 'on' ? framesThroughGates : framesAlone)(finders, identities, set);
  if (seen.kind === 'failed') return refuse(seen.sentence);
  const { samples } = seen;
  const everyPair = protocol === 'all';
  const compare = everyPair ? everyFrame : probesWithEnrolled;
  const tables = tabulate({ command, contenders: list.contenders, samples, depth: 'sensor', compare, everyPair });
  await publish(command, tables, { det, json, registration });
  if (map !== undefined) await writeFile(map, embeddingMapSvg(list.contenders, samples, values.caption));
  return exitCode.positive;
}

function everyFrame(index: number, samples: readonly Sample[]): Comparisons {
  return compareAll(vectorsBy(index, samples));
}

function probesWithEnrolled(index: number, samples: readonly Sample[]): Comparisons {
  const of = (use: Sample['use']) =>
    vectorsBy(
      index,
      samples.filter((sample) => sample.use === use),
    );
  return compareWithEnrolled(of('probe'), of('enrol'));
}

/** Whole looks, a pass for each network: what a look comes to is not a matter of single vectors. */
async function tablesOfLooks(
  finders: FaceFinders,
  identities: readonly IdentityNetwork[],
  contenders: readonly Contender[],
  set: SessionSet,
): Promise<Tables> {
  const tables: Table[] = [];
  for (const [index, identity] of identities.entries()) {
    const contender = contenders[index] as Contender;
    const looks = await compareThroughGates({ ...finders, identity }, set);
    if (looks.kind === 'failed') return looks;
    const { comparisons, samples, failuresToAcquire, attacks } = looks;
    const { model, modality, name } = contender;
    const counts = {
      command,
      model,
      modality,
      depth: looksAtDepth(contender) ? 'sensor' : 'none',
      people: set.people.length,
      samples,
      compared: samples - failuresToAcquire,
      failuresToAcquire,
      failureReasons: failuresToAcquire > 0 ? { 'nothing-judged': failuresToAcquire } : {},
      lockThreshold: modality === 'both' ? thresholdsOf(model)?.unlock : undefined,
    } as const;
    tables.push({ report: { ...evaluationReport(comparisons, counts), attacks }, curve: detCurve(name, sortComparisons(comparisons)) });
  }
  return { kind: 'made', tables };
}
