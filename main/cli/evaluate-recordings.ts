import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { thresholdsOf } from '../identity/thresholds.ts';
import { loadFaceNetworks } from '../vision/load-networks.ts';
import { exitCode, printJson, refuse } from './console.ts';
import { detCurveSvg } from './evaluation/det-curve.ts';
import { sortComparisons } from './evaluation/rates.ts';
import { compareFacesAlone, compareThroughGates } from './evaluation/recording-looks.ts';
import { evaluationReport, printEvaluation } from './evaluation/report.ts';
import { findSessions, findVapSessions } from './evaluation/sessions.ts';
import { findModelsDir } from './models-dir.ts';

export const evaluateRecordingsUsage =
  'facelatch evaluate recordings DIR [--format tum|vap] [--model sface] [--gates off] [--det FILE.svg] [--json]';

/**
 * Lets everybody under `DIR/PERSON/SESSION/` look at everybody's lock: sessions beginning with `enrol` enrol, the others probe; attacks under
 * `DIR/attacks/SPECIES/N/` probe the person in their `target.txt`. `--format vap` reads the VAP database's own layout. With `--gates off` recognition alone is measured, without quality, liveness and
 * attention, and single frames count. Exits with 0 when done, 2 for bad input.
 */
export async function evaluateRecordings(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      model: { type: 'string', default: 'sface' },
      format: { type: 'string', default: 'tum' },
      gates: { type: 'string', default: 'on' },
      det: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) return refuse(`usage: ${evaluateRecordingsUsage}`);
  if (values.model !== 'sface') return refuse(`there is no model "${values.model}" in this version: it has sface.`);
  if (values.format !== 'tum' && values.format !== 'vap') return refuse('--format is tum or vap.');
  if (values.gates !== 'on' && values.gates !== 'off') return refuse('--gates is on or off.');
  const modelsDir = findModelsDir();
  const sessions = values.format === 'vap' ? await findVapSessions(folder) : await findSessions(folder, modelsDir);
  if (sessions.kind === 'failed') return refuse(sessions.sentence);
  const loading = await loadFaceNetworks(modelsDir, 2);
  if (loading.kind === 'refused') return refuse(loading.sentence);

  const compare = values.gates === 'off' ? compareFacesAlone : compareThroughGates;
  const result = await compare(loading.networks, sessions.set);
  if (result.kind === 'failed') return refuse(result.sentence);
  const report = {
    ...evaluationReport(result.comparisons, {
      command: 'evaluate recordings',
      model: values.model,
      people: sessions.set.people.length,
      samples: result.samples,
      failuresToAcquire: result.failuresToAcquire,
      lockThreshold: thresholdsOf(values.model)?.unlock,
    }),
    attacks: result.attacks,
  };
  if (values.det !== undefined)
    await writeFile(values.det, detCurveSvg(sortComparisons(result.comparisons), `${values.model}, ${report.people} people`));
  if (values.json) printJson(report);
  else printEvaluation(report);
  return exitCode.positive;
}
