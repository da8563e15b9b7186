import { readFile, writeFile } from 'node:fs/promises';
import { type BoundedRate, bounds, percent } from '../evaluation/rates.ts';
import type { AttacksReport } from './attacks.ts';

/** What a document is asked to hold: begins and ends the part that `--table` writes. */
const begins = (name: string): string => `<!-- experiment attacks: ${name} -->`;
const ends = '<!-- experiment attacks: end -->';

/** The species and the living of a report as Markdown, rates in per cent with their 95 % bounds. */
export function attackTable({ owners, species, living }: AttacksReport): string {
  const { refused, ownersRefused, people } = living;
  const rows = species.map((row) => `| ${row.species} | ${row.liveness.n} | ${bounded(row.liveness)} | ${bounded(row.lock)} |`);
  return [
    '| species | presentations | passed liveness (95 %) | opened the lock (95 %) |',
    '|---|---|---|---|',
    ...rows,
    '',
    `${owners} owners. Living looks of ${people} people: liveness refused ${bounded(refused)} of ${refused.n}; of ${ownersRefused.n} looks of owners at their own lock ${bounded(ownersRefused)} were refused for any reason.`,
  ].join('\n');
}

/** `document` with `table` in place of what lies between the marks of `name`; undefined where it has no such marks. */
export function withTable(document: string, name: string, table: string): string | undefined {
  const from = document.indexOf(begins(name));
  const to = document.indexOf(ends, from);
  if (from < 0 || to < 0) return undefined;
  return `${document.slice(0, from)}${begins(name)}\n\n${table}\n\n${document.slice(to)}`;
}

/** Whether a file has marks for a table of `name`: asked before a run that takes half an hour. */
export async function holdsTable(file: string, name: string): Promise<boolean> {
  return (await replaced(file, name, '')) !== undefined;
}

/** Puts the table into the file as it is by now; false, and nothing written, where it has no such marks. */
export async function writeTable(file: string, name: string, table: string): Promise<boolean> {
  const document = await replaced(file, name, table);
  if (document === undefined) return false;
  await writeFile(file, document);
  return true;
}

async function replaced(file: string, name: string, table: string): Promise<string | undefined> {
  const document = await readFile(file, 'utf8').catch(() => undefined);
  return document === undefined ? undefined : withTable(document, name, table);
}

function bounded(rate: BoundedRate): string {
  return rate.rate === 0 ? `0 (at most ${percent(rate.high95)})` : `${percent(rate.rate)} (${bounds(rate)})`;
}
