import { adaptationRulesOf } from '../../main/identity/adaptation-rules.ts';
import { learnFace } from '../../main/identity/learning.ts';
import { openVault } from '../../main/vault/vault.ts';

/*
 * teach.ts VAULT PASSCODE: has a vault learn one made-up vector near its owner's, as an unlock yesterday would have. Run on the app's own runtime,
 * where the database driver fits.
 */
const [folder = '', passcode = ''] = process.argv.slice(2);
const opening = openVault(folder, { kind: 'none', sentence: 'None here.' });
if (opening.kind === 'refused') throw new Error(opening.sentence);
const { vault } = opening;
const unsealing = await vault.unsealWithPasscode(passcode);
if (unsealing.kind !== 'unsealed') throw new Error('not unsealed');
const { personId } = unsealing;
const adaptation = vault.adaptation(personId);
const core = adaptation?.core[0];
const rules = core === undefined ? undefined : adaptationRulesOf(core.model);
if (adaptation === undefined || core === undefined || rules === undefined) throw new Error('nobody is enrolled');

/** A unit vector at this distance from another. */
function aside(from: Float32Array, distance: number): Float32Array {
  const other = from.map((_, index) => Math.sin(index * 1.7));
  const along = other.reduce((sum, value, index) => sum + value * (from[index] as number), 0);
  const across = other.map((value, index) => value - along * (from[index] as number));
  const length = Math.hypot(...across);
  const cosine = 1 - distance ** 2 / 2;
  return from.map((value, index) => cosine * value + (Math.sqrt(1 - cosine ** 2) * (across[index] as number)) / length);
}

const wallMs = Date.now() - 86_400_000;
const step = learnFace(
  adaptation,
  {
    kind: 'face',
    stamp: { sequence: 1, capturedAtMs: 1 },
    box: { left: 0, top: 0, width: 100, height: 100 },
    faces: 1,
    pose: { yawDeg: 0, pitchDeg: 0, rollDeg: 0 },
    distanceMm: 600,
    quality: { kind: 'good' },
    liveness: { kind: 'live', score: 1, cues: [] },
    attention: { kind: 'attentive', leftBlink: 0, rightBlink: 0, gazeDeg: 0 },
    embedding: aside(core.vector, (rules.novelty + rules.learn) / 2 + 0.1),
  },
  'learned-success',
  rules.reach,
  { model: core.model, rules, learning: 'on', nowMs: 1, wallMs, newId: 'taught' },
);
if (step.outcome.kind !== 'learned') throw new Error(step.outcome.reason);
const written = vault.writeAdaptation(personId, step.adaptation, 'learned');
if (written.kind === 'refused') throw new Error(written.sentence);
vault.close();
