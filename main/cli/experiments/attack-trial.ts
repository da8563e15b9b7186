import type { AdaptationRules } from '../../identity/adaptation-rules.ts';
import { embeddingDistance } from '../../identity/matcher.ts';
import { type Attacker, ownFaceAttacker, photographAttacker, plannedAttacker, stepwiseAttacker } from './attackers.ts';
import { type Defence, guarded, unguarded } from './defences.ts';
import type { Random } from './random.ts';
import { enrol, everyday, look, newOccasion, type Occasion, randomFace } from './synthetic-faces.ts';

/** Who attacks: white-box step by step as published, white-box planning against our rules, and two black boxes. */
export const attackerKinds = ['stepwise', 'planned', 'photograph', 'own-face'] as const;
export type AttackerKind = (typeof attackerKinds)[number];

/** What is attacked. `without-…`: the guard with one rule taken away, to see what it is for. */
export const defenceKinds = ['unguarded', 'guarded', 'guarded-passcode-known', 'without-direction', 'without-reach'] as const;
export type DefenceKind = (typeof defenceKinds)[number];

/** How one try went. */
export interface AttackTrial {
  /** The lock took the attacker for the owner before anything was injected: no takeover, a false match. */
  readonly acceptedBefore: boolean;
  /** Injections after which the attacker's own face got in; `undefined` when it never did. */
  readonly takenOverAfter: number | undefined;
  readonly learned: number;
  readonly refusedForDirection: number;
  /** From the attacker's face to the nearest vector in service at the end. */
  readonly nearest: number;
}

/** Own looks the attacker tries after every update: one that gets in is a takeover. */
const looksAfterUpdate = 3;

/** One try: a fresh victim, a fresh attacker, up to `injections` vectors shown on as many days, none of them disturbed by the owner. */
export function tryAttack(
  random: Random,
  attackerKind: AttackerKind,
  defenceKind: DefenceKind,
  rules: AdaptationRules,
  injections: number,
): AttackTrial {
  const victim = randomFace(random);
  const core = enrol(random, newOccasion(random, victim, everyday));
  const photograph = look(random, newOccasion(random, victim));
  const thief = randomFace(random);
  const occasion = newOccasion(random, thief, everyday);
  const goal = look(random, occasion);
  const middle = core[0] as Float32Array;
  let defence = defenceOf(defenceKind, core, rules);
  const attacker: Attacker = {
    stepwise: () => stepwiseAttacker(middle, goal, learningLimit(defenceKind, rules)),
    planned: () => plannedAttacker(random, core, goal, learningLimit(defenceKind, rules)),
    photograph: () => photographAttacker(random, photograph, goal, injections),
    'own-face': () => ownFaceAttacker(random, thief),
  }[attackerKind]();

  const acceptedBefore = getsIn(random, defence, occasion);
  let learned = 0;
  let refusedForDirection = 0;
  let takenOverAfter: number | undefined;
  for (let shown = 0; shown < injections && takenOverAfter === undefined; shown++) {
    const { defence: next, offer } = defence.offer(attacker(defence, shown));
    defence = next;
    if (offer === 'direction') refusedForDirection++;
    if (offer !== 'learned') continue;
    learned++;
    if (getsIn(random, defence, occasion)) takenOverAfter = shown + 1;
  }
  const nearest = Math.min(...defence.vectors.map((vector) => embeddingDistance(vector, goal)));
  return { acceptedBefore, takenOverAfter, learned, refusedForDirection, nearest };
}

function defenceOf(kind: DefenceKind, core: readonly Float32Array[], rules: AdaptationRules): Defence {
  if (kind === 'unguarded') return unguarded(core, rules.unlock);
  // No cosine is above 1, no distance above 2: these values take a rule away.
  if (kind === 'without-direction') return guarded(core, { ...rules, steadyCosine: 2 }, 'face-only');
  if (kind === 'without-reach') return guarded(core, { ...rules, reach: 2 }, 'face-only');
  return guarded(core, rules, kind === 'guarded-passcode-known' ? 'passcode' : 'face-only');
}

/** How far from a vector, or from the core, a face is still learned: the attacker knows it. */
function learningLimit(kind: DefenceKind, rules: AdaptationRules): number {
  if (kind === 'unguarded') return rules.unlock;
  return kind === 'guarded-passcode-known' ? rules.reach : rules.learn;
}

function getsIn(random: Random, defence: Defence, occasion: Occasion): boolean {
  for (let tried = 0; tried < looksAfterUpdate; tried++) if (defence.accepts(look(random, occasion))) return true;
  return false;
}
