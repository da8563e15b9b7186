import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Database } from 'better-sqlite3';

/** Values that must be readable and writable while everything is sealed: they are authenticated, not hidden. */
export type GuardedKind = 'counters' | 'settings';

export type GuardedReading = { readonly kind: 'none' } | { readonly kind: 'value'; readonly json: string } | { readonly kind: 'lost' };

/** Without a keystore no secret exists while locked: this public key then only tells accidents, not forgeries. */
const checksumKey = Buffer.alloc(32);

function authenticate(guardKey: Buffer | undefined, kind: GuardedKind, body: Buffer): Buffer {
  return createHmac('sha256', guardKey ?? checksumKey)
    .update(`${kind}|1|`)
    .update(body)
    .digest();
}

export function readGuarded(database: Database, guardKey: Buffer | undefined, kind: GuardedKind): GuardedReading {
  const row = database.prepare<[string], { body: Buffer; mac: Buffer }>('SELECT body, mac FROM guarded WHERE kind = ?').get(kind);
  if (row === undefined) return { kind: 'none' };
  const mac = authenticate(guardKey, kind, row.body);
  const whole = mac.length === row.mac.length && timingSafeEqual(mac, row.mac);
  return whole ? { kind: 'value', json: row.body.toString('utf8') } : { kind: 'lost' };
}

export function writeGuarded(database: Database, guardKey: Buffer | undefined, kind: GuardedKind, json: string): void {
  const body = Buffer.from(json, 'utf8');
  database.prepare('INSERT OR REPLACE INTO guarded VALUES (?, ?, ?)').run(kind, body, authenticate(guardKey, kind, body));
}
