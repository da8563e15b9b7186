import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import {
  type Adaptation,
  type AdaptationRecord,
  beginAdaptation,
  openAdaptation,
  templatesInService,
} from '../identity/adaptation-record.ts';
import { isCore } from '../identity/comparison.ts';
import { type Renewal, renewalOf, renewalSecretBytes, renewedTemplates, rotation, wipeRenewal } from '../identity/renewal.ts';
import type { Template } from '../identity/template.ts';
import { readRecord, writeRecord } from './records.ts';
import { newKey, wipe } from './seal.ts';
import { decodeTemplates, encodeTemplates, wipeTemplates } from './template-codec.ts';

/** Whether Facelatch follows this person's changing face. */
export type Learning = 'on' | 'off';

/** All that is kept of one person's face. Its vectors are under the renewal, which only the secret makes. */
export interface StoredFace {
  readonly secret: Buffer;
  readonly renewal: Renewal;
  readonly adaptation: Adaptation;
  readonly learning: Learning;
}

/**
 * A face as it was found. `old`: written before vectors were kept under a renewal; it is under one now, in memory. `learning-damaged`: the enrolled
 * vectors are whole, what was learned and how was touched: the enrolment alone counts, and learning is off.
 */
export type FaceReading =
  | { readonly kind: 'face'; readonly face: StoredFace; readonly found: 'whole' | 'old' | 'learning-damaged' }
  | { readonly kind: 'damaged' };

/** The version that had the vectors as the network gave them, and nothing beside them. */
const versionWithoutRenewal = 1;
const damaged: FaceReading = { kind: 'damaged' };

/** The face of these templates, as the network gave them, under a secret of its own. */
export function newFace(templates: readonly Template[], learning: Learning): StoredFace {
  const secret = newKey();
  const renewal = renewalOf(secret);
  return { secret, renewal, adaptation: beginAdaptation(renewedTemplates(templates, renewal)), learning };
}

/** The same face under a new secret: vectors and probes of before match nothing of it. */
export function rotatedFace(face: StoredFace): StoredFace {
  const secret = newKey();
  const renewal = renewalOf(secret);
  const turn = rotation(face.renewal, renewal);
  const { core, learned, shelved, record } = face.adaptation;
  const adaptation = {
    core: renewedTemplates(core, turn),
    learned: renewedTemplates(learned, turn),
    shelved: renewedTemplates(shelved, turn),
    record,
  };
  wipeRenewal(turn);
  return { ...face, secret, renewal, adaptation };
}

/** The same vectors in memory of their own. */
export function copyOf({ core, learned, shelved, record }: Adaptation): Adaptation {
  const copied = (templates: readonly Template[]): Template[] =>
    templates.map((template) => ({ ...template, vector: Float32Array.from(template.vector) }));
  return { core: copied(core), learned: copied(learned), shelved: copied(shelved), record };
}

/** Overwrites the vectors. */
export function wipeAdaptation({ core, learned, shelved }: Adaptation): void {
  for (const templates of [core, learned, shelved]) wipeTemplates(templates);
}

/** Overwrites secret and vectors. */
export function wipeFace({ secret, renewal, adaptation }: StoredFace): void {
  wipe(secret);
  wipeRenewal(renewal);
  wipeAdaptation(adaptation);
}

/** Seals a face. Call it inside a transaction: its three records belong together. */
export function writeFace(database: Database, dataKey: Buffer, personId: string, { secret, adaptation, learning }: StoredFace): void {
  const templates = encodeTemplates(templatesInService(adaptation));
  const beside = encodeBeside({ templates: digest(templates), learning, record: adaptation.record }, adaptation.shelved);
  writeRecord(database, dataKey, personId, 'renewal', secret);
  writeRecord(database, dataKey, personId, 'templates', templates);
  writeRecord(database, dataKey, personId, 'adaptation', beside);
  wipe(templates, beside);
}

/** Opens a face. Without its secret the vectors say nothing, so a touched secret damages all of it. */
export function readFace(database: Database, dataKey: Buffer, personId: string): FaceReading {
  const secret = readRecord(database, dataKey, personId, 'renewal');
  if (secret === 'missing') return readOldFace(database, dataKey, personId);
  const bytes = readRecord(database, dataKey, personId, 'templates');
  const templates = typeof bytes === 'string' ? undefined : decodeTemplates(bytes);
  if (typeof secret === 'string' || secret.length !== renewalSecretBytes || typeof bytes === 'string' || templates === undefined) {
    if (typeof secret !== 'string') wipe(secret);
    return damaged;
  }
  const beside = readBeside(database, dataKey, personId);
  const isWhole = beside !== undefined && beside.templates === digest(bytes);
  wipe(bytes);
  const common = { secret, renewal: renewalOf(secret) };
  if (isWhole) {
    const adaptation = openAdaptation(templates, beside.shelved, beside.record);
    return { kind: 'face', found: 'whole', face: { ...common, adaptation, learning: beside.learning } };
  }
  wipeTemplates(templates.filter((template) => !isCore(template)));
  return { kind: 'face', found: 'learning-damaged', face: { ...common, adaptation: beginAdaptation(templates), learning: 'off' } };
}

/** Vectors without a secret are believed only where nothing newer was ever written. */
function readOldFace(database: Database, dataKey: Buffer, personId: string): FaceReading {
  const bytes = readRecord(database, dataKey, personId, 'templates', versionWithoutRenewal);
  const templates = typeof bytes === 'string' ? undefined : decodeTemplates(bytes);
  if (typeof bytes !== 'string') wipe(bytes);
  if (templates === undefined || readRecord(database, dataKey, personId, 'adaptation') !== 'missing') return damaged;
  const face = newFace(templates, 'on');
  wipeTemplates(templates);
  return { kind: 'face', found: 'old', face };
}

/*
 * What is kept beside the templates, as bytes: length of the JSON (uint32, little-endian), the JSON, then the vectors out of service. It names the
 * templates it belongs to by their digest, so that an older one cannot be put beside newer templates.
 */
const lengthBytes = 4;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const time = v.pipe(v.number(), v.finite());
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const use = v.strictObject({ templateId: id, uses: count, lastUsedAtMs: time, unmatched: count });

const recordSchema = v.strictObject({
  version: v.literal(1),
  learned: v.array(use),
  trail: v.array(id),
  updateTakenAtMs: v.nullable(time),
  failedLooks: count,
  suspendedUntilMs: v.nullable(time),
  latestAtMs: time,
  undo: v.array(v.strictObject({ templateId: id, atMs: time, replaced: v.array(use) })),
}) satisfies v.GenericSchema<unknown, AdaptationRecord>;

const besideSchema = v.strictObject({
  templates: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  learning: v.picklist(['on', 'off']),
  record: recordSchema,
});

interface Beside {
  readonly templates: string;
  readonly learning: Learning;
  readonly record: AdaptationRecord;
}
interface Shelved {
  readonly shelved: readonly Template[];
}

function encodeBeside(described: Beside, shelved: readonly Template[]): Buffer {
  const json = Buffer.from(JSON.stringify(described), 'utf8');
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32LE(json.length, 0);
  const vectors = encodeTemplates(shelved);
  const bytes = Buffer.concat([length, json, vectors]);
  wipe(vectors);
  return bytes;
}

function readBeside(database: Database, dataKey: Buffer, personId: string): (Beside & Shelved) | undefined {
  const bytes = readRecord(database, dataKey, personId, 'adaptation');
  if (typeof bytes === 'string') return undefined;
  const beside = decodeBeside(bytes);
  wipe(bytes);
  return beside;
}

function decodeBeside(bytes: Buffer): (Beside & Shelved) | undefined {
  if (bytes.length < lengthBytes) return undefined;
  const end = lengthBytes + bytes.readUInt32LE(0);
  if (end > bytes.length) return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), besideSchema), bytes.toString('utf8', lengthBytes, end));
  const shelved = parsed.success ? decodeTemplates(bytes.subarray(end)) : undefined;
  return parsed.success && shelved !== undefined ? { ...parsed.output, shelved } : undefined;
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
