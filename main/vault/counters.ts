import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import type { LockCounters, StoredCounters } from '../contract/lock-counters.ts';
import type { JsonValue, StoredSettings } from './api.ts';
import { readGuarded, writeGuarded } from './guarded.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const time = v.pipe(v.number(), v.finite(), v.minValue(0));

const countersSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.strictObject({
    failedLooks: count,
    wrongPasscodes: count,
    lastPasscodeWallMs: time,
    lastUnlockWallMs: time,
    highestWallMs: time,
    locked: v.boolean(),
    bootId: v.string(),
    passcodeOwed: v.exactOptional(v.literal(true)),
  }),
);

/** Missing counters are lost ones as soon as somebody is enrolled: they are written before anybody is. */
export function readCounters(database: Database, guardKey: Buffer | undefined, anybodyEnrolled: boolean): StoredCounters {
  const reading = readGuarded(database, guardKey, 'counters');
  if (reading.kind === 'none') return anybodyEnrolled ? { kind: 'lost' } : { kind: 'none' };
  const parsed = reading.kind === 'value' ? v.safeParse(countersSchema, reading.json) : undefined;
  return parsed?.success ? { kind: 'counters', counters: parsed.output } : { kind: 'lost' };
}

export function writeCounters(database: Database, guardKey: Buffer | undefined, counters: LockCounters): void {
  writeGuarded(database, guardKey, 'counters', JSON.stringify(counters));
}

export function readSettings(database: Database, guardKey: Buffer | undefined): StoredSettings {
  const reading = readGuarded(database, guardKey, 'settings');
  if (reading.kind !== 'value') return { kind: reading.kind };
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson()), reading.json);
  return parsed.success ? { kind: 'settings', value: parsed.output as JsonValue } : { kind: 'lost' };
}

export function writeSettings(database: Database, guardKey: Buffer | undefined, value: JsonValue): void {
  writeGuarded(database, guardKey, 'settings', JSON.stringify(value));
}
