import { parseArgs } from 'node:util';
import { exitCode, refuse } from './console.ts';
import { readContenders } from './evaluation/contenders.ts';
import { readPeopleList } from './evaluation/people-list.ts';
import { photographSamples } from './evaluation/photograph-samples.ts';
import { publish, tabulate } from './evaluation/tables.ts';

export const evaluatePairsUsage =
  'facelatch evaluate pairs --images DIR --pairs FILE|all [--people FILE] [--model sface|turned|rgbd|fused|all]... [--modality colour|depth] [--det FILE.svg] [--json]';

/**
 * Compares pairs of photographs in LFW's layout. `--pairs all` compares every picture under DIR with every other; `--people` keeps the people it lists.
 * Photographs carry no depth: rgbd and fused see that of a fitted shape, and the report says so. Several models are measured in one pass, on the pictures that
 * each of them has a vector of. Exits with 0 when done, 2 for bad input.
 */
export async function evaluatePairs(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      images: { type: 'string' },
      pairs: { type: 'string' },
      people: { type: 'string' },
      model: { type: 'string', multiple: true, default: [] },
      modality: { type: 'string', default: 'both' },
      det: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { images, pairs, det, json } = values;
  if (images === undefined || pairs === undefined) return refuse(`usage: ${evaluatePairsUsage}`);
  const list = readContenders(values.model, values.modality);
  if (list.kind === 'failed') return refuse(list.sentence);
  const people = await readPeopleList(values.people);
  if (people.kind === 'failed') return refuse(people.sentence);
  const seen = await photographSamples({ images, pairs, people }, list.contenders);
  if (seen.kind === 'failed') return refuse(seen.sentence);

  const command = 'evaluate pairs';
  await publish(command, tabulate({ command, contenders: list.contenders, depth: 'fitted mesh', ...seen }), { det, json });
  return exitCode.positive;
}
