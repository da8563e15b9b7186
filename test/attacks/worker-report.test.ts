import { inspect } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { readWorkerReport } from '../../main/app/worker-report.ts';
import type { WorkerReport } from '../../main/contract/worker-messages.ts';
import { templates } from '../unit/vault/data.ts';
import { buildHouse, type House, model, owner, ownerVectors } from './house.ts';
import { mutated } from './mutate.ts';
import { type Random, seeded, seedOf } from './random.ts';

vi.mock('node:crypto', async (original) => {
  const { cheapScrypt } = await import('../unit/vault/cheap-scrypt.ts');
  return cheapScrypt(original as Parameters<typeof cheapScrypt>[0]);
});

const messages = 100_000;
/** A house is left for a new one before five failed looks have made the rest of the attack idle. */
const messagesPerHouse = 500;
const strangers = [2, 3, 4, 5, 6, 7].flatMap((seed) => templates(4, seed).map(({ vector }) => vector));

const houses: House[] = [];
afterEach(() => {
  for (const house of houses.splice(0)) house.close();
});

test('100,000 broken reports of the vision thread are refused or handled, and none opens the lock', async () => {
  const random = seeded(seedOf('reports'));
  let understood = 0;
  for (let sent = 0; sent < messages; sent += messagesPerHouse) understood += await attack(messagesPerHouse, random, sampleReport);
  expect(understood).toBeGreaterThan(messages / 10);
});

test('the owner, wrong in one respect in every frame, does not open the lock', async () => {
  const random = seeded(seedOf('owner'));
  let understood = 0;
  for (let sent = 0; sent < 20_000; sent += messagesPerHouse) {
    understood += await attack(messagesPerHouse, random, ownerWrongInOneRespect, { whole: true });
  }
  expect(understood).toBeGreaterThan(10_000);
});

test('the owner, right in every respect, does open it: the attack above is wrong in nothing else', async () => {
  const house = await lockedHouse();
  for (let frame = 0; frame < 12; frame += 1) {
    house.facelatch.latch?.look();
    house.pass(40);
    const read = readWorkerReport(ownerReport(house, {}, lookUnderWay(house)));
    if (read !== undefined) house.facelatch.onReport(read);
  }
  house.pass(2_000);
  expect(house.counts.uncovered).toBe(1);
});

type Sample = (house: House, look: number, random: Random) => unknown;

/** Sends so many reports while somebody is looked for. Returns how many were taken for reports. */
async function attack(count: number, random: Random, sample: Sample, { whole = false } = {}): Promise<number> {
  const house = await lockedHouse();
  let understood = 0;
  for (let sent = 0; sent < count; sent += 1) {
    house.facelatch.latch?.look();
    const made = sample(house, random.chance(0.8) ? lookUnderWay(house) : random.int(5), random);
    const message = asPosted(whole ? made : mutated(made, random));
    const read = readWorkerReport(message);
    if (read !== undefined) {
      understood += 1;
      expectWhole(read);
      house.facelatch.onReport(read);
    }
    if (random.chance(0.2)) house.pass(random.pick([5, 30, 400]));
    if (house.counts.uncovered > 0 || !house.facelatch.isLocked)
      throw new Error(`a report opened the lock: ${inspect(message, { depth: 6 })}`);
  }
  house.pass(2_000);
  expect(house.counts.uncovered).toBe(0);
  const shown = JSON.stringify(house.views);
  for (const secret of [owner.name, owner.passcode, 'distance', String(ownerVectors[0]?.[0])]) expect(shown).not.toContain(secret);
  expect(house.views.every(({ kind }) => kind === 'locked')).toBe(true);
  house.close();
  houses.splice(houses.indexOf(house), 1);
  return understood;
}

async function lockedHouse(): Promise<House> {
  const house = await buildHouse('locked');
  houses.push(house);
  return house;
}

/** The number of the look that was asked for last. */
function lookUnderWay(house: House): number {
  return house.asked.findLast((request) => request.kind === 'start')?.look ?? 0;
}

/** As it arrives from a thread: a structured clone; what cannot be cloned never arrives. */
function asPosted(message: unknown): unknown {
  try {
    return structuredClone(message);
  } catch {
    return undefined;
  }
}

/** What passes the check is what the rest of the app relies on. */
function expectWhole(report: WorkerReport): void {
  if (report.kind !== 'observation' || report.observation.kind !== 'face') return;
  const { embedding, stamp } = report.observation;
  if (!Number.isFinite(stamp.capturedAtMs)) throw new Error('a frame without a time passed');
  if (embedding === undefined) return;
  const length = Math.hypot(...embedding);
  if (![128, 256].includes(embedding.length) || !(Math.abs(length - 1) < 0.01)) throw new Error(`a vector of length ${length} passed`);
}

/** Every kind of report, the vectors those of strangers: also shrunk, blown up, flattened and poisoned ones. */
function sampleReport(house: House, look: number, random: Random): unknown {
  const camera = { id: 'simulated:0', driver: 'simulated', label: 'Simulated camera' };
  return random.pick<() => unknown>([
    () => ({ kind: 'ready', identityModel: random.pick([model, 'sface', 'rgbd', 'toString']) }),
    () => ({ kind: 'cameras', cameras: [camera] }),
    () => ({
      kind: 'camera',
      look,
      state: random.pick<unknown>([
        { kind: 'streaming', camera },
        { kind: 'lost', camera, sentence: 'Gone.' },
      ]),
    }),
    () => ({ kind: 'failed', sentence: 'It failed.' }),
    () => ({ kind: 'observation', look, observation: { kind: 'no-face', stamp: { sequence: 1, capturedAtMs: house.nowMs() } } }),
    () => face(house, look, strangeVector(random)),
    () => face(house, look, strangeVector(random)),
    () => face(house, look, strangeVector(random)),
    () => face(house, look, strangeVector(random)),
  ])();
}

function strangeVector(random: Random): Float32Array {
  const vector = Float32Array.from(strangers[random.int(strangers.length)] ?? []);
  const factor = random.pick([1, 1, 1, 0, 0.1, 0.4, 2, 1e30, -1, Number.NaN, Number.POSITIVE_INFINITY]);
  if (factor !== 1) return vector.map((value) => value * factor);
  if (random.chance(0.2)) vector[random.int(128)] = random.pick([Number.NaN, Number.NEGATIVE_INFINITY, 1e38, 0]);
  if (random.chance(0.1)) return vector.slice(0, random.int(128));
  return vector;
}

function face(house: House, look: number, embedding: Float32Array, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    kind: 'observation',
    look,
    observation: {
      kind: 'face',
      stamp: { sequence: 1, capturedAtMs: house.nowMs() },
      box: { left: 100, top: 100, width: 200, height: 200 },
      faces: 1,
      pose: { yawDeg: 1, pitchDeg: 2, rollDeg: 0 },
      distanceMm: 700,
      quality: { kind: 'good' },
      liveness: { kind: 'live', score: 0.9, cues: [] },
      attention: { kind: 'attentive', leftBlink: 0.1, rightBlink: 0.1, gazeDeg: 3 },
      embedding,
      ...changes,
    },
  };
}

function ownerReport(house: House, changes: Record<string, unknown>, look: number): unknown {
  return face(house, look, Float32Array.from(ownerVectors[0] ?? []), changes);
}

/** The owner's own vector in a frame that must not count. */
function ownerWrongInOneRespect(house: House, look: number, random: Random): unknown {
  const nowMs = house.nowMs();
  const attention = { leftBlink: 0.9, rightBlink: 0.9, gazeDeg: 60 };
  const wrong = random.pick<Record<string, unknown>>([
    { stamp: { sequence: 1, capturedAtMs: nowMs - 2_500 } },
    { stamp: { sequence: 1, capturedAtMs: 9_000 } },
    { stamp: { sequence: 1, capturedAtMs: -nowMs } },
    { stamp: { sequence: 1, capturedAtMs: nowMs + 60_000 } },
    { quality: { kind: 'poor', fault: 'several-faces' } },
    { quality: { kind: 'poor', fault: 'no-depth' } },
    { liveness: { kind: 'spoof', score: 0.9, cues: [] } },
    { liveness: { kind: 'unknown', score: 0.9, cues: [] } },
    { attention: { ...attention, kind: 'eyes-closed' } },
    { attention: { ...attention, kind: 'looking-away' } },
    { attention: { leftBlink: Number.NaN, rightBlink: Number.NaN, gazeDeg: Number.NaN, kind: 'unknown' } },
    { embedding: Float32Array.from(ownerVectors[0] ?? [], (value) => value * random.pick([0.5, 3])) },
  ]);
  return ownerReport(house, wrong, look);
}
