import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import { type AuditEntry, type AuditEvent, auditEventSchema } from '../contract/audit.ts';
import { associatedData, open, seal, wipe } from './seal.ts';

/*
 * The log's keys form a chain (Schneier and Kelsey, "Secure Audit Logs to Support Computer Forensics", 1999): entry i is sealed under a key made of
 * link i, and link i+1 = HMAC(link i). Only the newest link is kept in the file; the first, the root, is sealed under each person's data key. So
 * an entry can be written while everything is sealed, but none already written can be read, changed, moved or dropped without the root: each key
 * fits one place only, and the newest link tells how many places there are.
 */

/** As many entries as are kept; older ones go when somebody is unsealed. */
export const keptEntries = 2_000;

interface Head {
  readonly nextSequence: number;
  readonly link: Buffer;
}

export type HeadReading = { readonly kind: 'head'; readonly head: Head } | { readonly kind: 'none' } | { readonly kind: 'unreadable' };

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function nextLink(link: Uint8Array): Buffer {
  return hmac(link, 'next');
}

function entryName(sequence: number): Buffer {
  return associatedData('log', 'entry', 1, sequence);
}

function headName(nextSequence: number): Buffer {
  return associatedData('log', 'head', 1, nextSequence);
}

/** The newest link; `logKey` hides it where there is a keystore. */
export function readHead(database: Database, logKey: Buffer | undefined): HeadReading {
  const row = database
    .prepare<[], { next_sequence: number; protection: string; key: Buffer }>('SELECT next_sequence, protection, key FROM log_head')
    .get();
  if (row === undefined) return { kind: 'none' };
  if (row.protection === 'none') return { kind: 'head', head: { nextSequence: row.next_sequence, link: row.key } };
  const link = logKey === undefined ? undefined : open(logKey, row.key, headName(row.next_sequence));
  return link === undefined ? { kind: 'unreadable' } : { kind: 'head', head: { nextSequence: row.next_sequence, link } };
}

function writeHead(database: Database, logKey: Buffer | undefined, head: Head): void {
  const [protection, key] = logKey === undefined ? ['none', head.link] : ['device', seal(logKey, head.link, headName(head.nextSequence))];
  database.prepare('INSERT OR REPLACE INTO log_head VALUES (1, ?, ?, ?)').run(head.nextSequence, protection, key);
}

/** Begins a log at its root, or takes it up again at `nextSequence` where the newest link was lost. */
export function startLog(database: Database, logKey: Buffer | undefined, root: Buffer, nextSequence: number): void {
  let link = root;
  for (let sequence = 0; sequence < nextSequence; sequence += 1) link = nextLink(link);
  writeHead(database, logKey, { nextSequence, link });
}

/** The place after the last entry in the file, by the entries themselves. */
export function placeAfterLastEntry(database: Database): number {
  const row = database.prepare<[], { next: number }>('SELECT coalesce(max(sequence) + 1, 0) AS next FROM log_entry').get();
  return row?.next ?? 0;
}

/** Seals one event into the next place. False when there is no readable log to append to. Call it inside a transaction. */
export function appendToLog(database: Database, logKey: Buffer | undefined, event: AuditEvent, wallMs: number): boolean {
  const reading = readHead(database, logKey);
  if (reading.kind !== 'head') return false;
  const { nextSequence, link } = reading.head;
  const plain = Buffer.from(JSON.stringify({ wallMs, event }), 'utf8');
  const sealed = seal(hmac(link, 'entry'), plain, entryName(nextSequence));
  database.prepare('INSERT INTO log_entry VALUES (?, ?)').run(nextSequence, sealed);
  writeHead(database, logKey, { nextSequence: nextSequence + 1, link: nextLink(link) });
  wipe(plain, link);
  return true;
}

export type LogCheck = { readonly kind: 'intact' | 'edited'; readonly entries: readonly AuditEntry[] };

/** Opens and checks every entry from the first kept one to the newest. `edited` comes with the entries before the first fault. */
export function checkLog(database: Database, logKey: Buffer | undefined, root: Buffer): LogCheck {
  const rows = database.prepare<[], { sequence: number; sealed: Buffer }>('SELECT sequence, sealed FROM log_entry ORDER BY sequence').all();
  const first = firstKept(database, root);
  const reading = readHead(database, logKey);
  const entries: AuditEntry[] = [];
  if (first === undefined || reading.kind !== 'head' || reading.head.nextSequence - first !== rows.length)
    return { kind: 'edited', entries };
  let link = root;
  for (let sequence = 0; sequence < first; sequence += 1) link = nextLink(link);
  for (const [index, row] of rows.entries()) {
    const entry = row.sequence === first + index ? openEntry(link, row.sequence, row.sealed) : undefined;
    if (entry === undefined) return { kind: 'edited', entries };
    entries.push(entry);
    link = nextLink(link);
  }
  const whole = reading.head.link.length === link.length && timingSafeEqual(reading.head.link, link);
  return { kind: whole ? 'intact' : 'edited', entries };
}

/** Drops what is older than `keptEntries`, and says so under the root, so that a dropped beginning cannot be faked. */
export function pruneLog(database: Database, root: Buffer): void {
  const first = Math.max(0, placeAfterLastEntry(database) - keptEntries);
  if (first <= (firstKept(database, root) ?? Number.POSITIVE_INFINITY)) return;
  const sealed = seal(hmac(root, 'anchor'), Buffer.from(String(first)), associatedData('log', 'anchor', 1));
  database.prepare('INSERT OR REPLACE INTO log_anchor VALUES (1, ?)').run(sealed);
  database.prepare('DELETE FROM log_entry WHERE sequence < ?').run(first);
}

function firstKept(database: Database, root: Buffer): number | undefined {
  const row = database.prepare<[], { sealed: Buffer }>('SELECT sealed FROM log_anchor').get();
  if (row === undefined) return 0;
  const plain = open(hmac(root, 'anchor'), row.sealed, associatedData('log', 'anchor', 1));
  return plain === undefined ? undefined : Number(plain.toString('utf8'));
}

const entrySchema = v.pipe(v.string(), v.parseJson(), v.strictObject({ wallMs: v.number(), event: auditEventSchema }));

function openEntry(link: Buffer, sequence: number, sealed: Buffer): AuditEntry | undefined {
  const plain = open(hmac(link, 'entry'), sealed, entryName(sequence));
  if (plain === undefined) return undefined;
  const parsed = v.safeParse(entrySchema, plain.toString('utf8'));
  return parsed.success ? { sequence, ...parsed.output } : undefined;
}
