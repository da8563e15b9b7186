import { parseArgs } from 'node:util';
import { readFrames } from '../capture/recording/reader.ts';
import { openCast, type SimulatedCast } from '../capture/simulated/cast.ts';
import { identityModels, isIdentityModel } from '../contract/identity-model.ts';
import type { Observation } from '../contract/observation.ts';
import { thresholdsOf } from '../identity/thresholds.ts';
import { identityModelInService, loadFaceNetworks } from '../vision/load-networks.ts';
import type { FaceNetworks } from '../vision/recognise.ts';
import { exitCode, Progress, printJson, printLine, printTable, refuse } from './console.ts';
import { articleTable, type NetworkDistances, printArticleTable } from './evaluation/article-table.ts';
import { observeFrames } from './evaluation/observe.ts';
import { galleryOf, galleryOfAll, measureLook, replayEnrolment, replayLook } from './evaluation/replay.ts';
import { findModelsDir } from './models-dir.ts';

/** One look of somebody at somebody's lock. */
interface SimulatedLook {
  readonly owner: string;
  readonly probe: string;
  readonly kind: 'genuine' | 'impostor' | 'attack';
  readonly species: string | null;
  readonly distance: number | null;
  readonly liveness: number;
  readonly decision: 'unlock' | 'refuse';
  readonly reason: string;
}

/** Something that can sit before the camera, observed once and shown to every owner's lock. */
interface Probe {
  readonly name: string;
  readonly person: string;
  readonly species: string | null;
  readonly observations: readonly Observation[];
}

type Observing<Value> = { readonly kind: 'observed'; readonly value: Value } | { readonly kind: 'failed'; readonly sentence: string };

const threads = 2;

/**
 * The article's own experiment on the built-in recordings: each simulated person in turn registers, looks, and is looked for by strangers and
 * photographs; then the article's table of distances for every network. `--model` is the network in service when not given; one without a
 * calibrated threshold refuses everybody. Exits with 0 when every owner got in and nobody else did, 1 otherwise.
 */
export async function simulate(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { model: { type: 'string', default: identityModelInService }, json: { type: 'boolean', default: false } },
  });
  const { model } = values;
  if (!isIdentityModel(model)) return refuse(`there is no model "${model}": it is ${identityModels.join(', ')}.`);
  const threshold = thresholdsOf(model)?.unlock;
  const modelsDir = findModelsDir();
  const opened = await openCast(modelsDir);
  if (opened.kind === 'failed') return refuse(opened.sentence);
  const loading = await loadFaceNetworks(modelsDir, threads, model);
  if (loading.kind === 'refused') return refuse(loading.sentence);
  const { networks } = loading;

  const seen = await observeCast(networks, opened.cast);
  if (seen.kind === 'failed') return refuse(seen.sentence);
  const rows: SimulatedLook[] = [];
  for (const { name } of opened.cast.people) {
    const circle = seen.value.circles.get(name) ?? [];
    if (threshold === undefined) {
      const gallery = galleryOfAll(name, circle, model);
      for (const probe of seen.value.probes) rows.push(lookOf(name, probe, measureLook(probe.observations, gallery, model)));
      continue;
    }
    const enrolment = replayEnrolment(circle, model);
    if (enrolment.phase !== 'complete') return refuse(`${name} could not be registered: "${enrolment.hint}" (${enrolment.phase}).`);
    const gallery = galleryOf(name, enrolment);
    for (const probe of seen.value.probes)
      rows.push(lookOf(name, probe, replayLook(probe.observations, gallery, model, { attention: true })));
  }
  const table = await articleTable(modelsDir, opened.cast, threads);
  if (table.kind === 'failed') return refuse(table.sentence);
  if (values.json) printJson({ command: 'simulate', model, threshold: threshold ?? null, rows, networks: table.rows });
  else printRows(rows, table.rows, model, threshold);
  return rows.every((row) => (row.kind === 'genuine') === (row.decision === 'unlock')) ? exitCode.positive : exitCode.negative;
}

function lookOf(owner: string, probe: Probe, { distance, liveness, decision, reason }: ReturnType<typeof replayLook>): SimulatedLook {
  const kind = probe.species !== null ? 'attack' : probe.person === owner ? 'genuine' : 'impostor';
  return { owner, probe: probe.name, kind, species: probe.species, distance, liveness, decision, reason };
}

async function observeCast(
  networks: FaceNetworks,
  cast: SimulatedCast,
): Promise<Observing<{ circles: Map<string, readonly Observation[]>; probes: Probe[] }>> {
  const circles = new Map<string, readonly Observation[]>();
  const probes: Probe[] = [];
  const progress = new Progress(
    'looking',
    cast.people.reduce((sum, person) => sum + 1 + person.looks.length, cast.attacks.length),
  );
  for (const person of cast.people) {
    const circle = await observeFrames(networks, readFrames(person.enrolCircle), 'enrol');
    if (circle.kind === 'failed') return circle;
    circles.set(person.name, circle.observations);
    progress.step();
    for (const [index, recording] of person.looks.entries()) {
      const look = await observeFrames(networks, readFrames(recording), 'unlock');
      if (look.kind === 'failed') return look;
      probes.push({ name: `${person.name}/look-${index + 1}`, person: person.name, species: null, observations: look.observations });
      progress.step();
    }
  }
  for (const attack of cast.attacks) {
    const shown = await observeFrames(networks, readFrames(attack.recording), 'unlock');
    if (shown.kind === 'failed') return shown;
    probes.push({
      name: `${attack.species} of ${attack.target}`,
      person: attack.target,
      species: attack.species,
      observations: shown.observations,
    });
    progress.step();
  }
  return { kind: 'observed', value: { circles, probes } };
}

function printRows(
  rows: readonly SimulatedLook[],
  networks: readonly NetworkDistances[],
  model: string,
  threshold: number | undefined,
): void {
  printTable(
    ['owner', 'probe', 'kind', 'distance', 'liveness', 'decision', 'reason'],
    rows.map((row) => [row.owner, row.probe, row.kind, row.distance?.toFixed(3) ?? '-', row.liveness.toFixed(2), row.decision, row.reason]),
  );
  printLine();
  printLine(
    threshold === undefined
      ? `model ${model}, without a calibrated threshold: it unlocks nothing`
      : `model ${model}, threshold ${threshold}`,
  );
  for (const kind of ['genuine', 'impostor', 'attack'] as const) {
    const some = rows.filter((row) => row.kind === kind);
    printLine(`${kind}: ${some.filter((row) => row.decision === 'unlock').length} of ${some.length} unlocked`);
  }
  printLine();
  printArticleTable(networks);
  printLine();
  printLine(`mean genuine distance  ${meanDistance(rows, 'genuine')}`);
  printLine(`mean impostor distance ${meanDistance(rows, 'impostor')}`);
}

function meanDistance(rows: readonly SimulatedLook[], kind: SimulatedLook['kind']): string {
  const distances = rows.flatMap((row) => (row.kind === kind && row.distance !== null ? [row.distance] : []));
  return distances.length === 0 ? '-' : (distances.reduce((sum, value) => sum + value, 0) / distances.length).toFixed(3);
}
