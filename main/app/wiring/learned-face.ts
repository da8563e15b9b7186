import type { FaceView, Reply } from '../../contract/ipc.ts';
import type { Adaptation } from '../../identity/adaptation-record.ts';
import { forgetLearned, undoLastChange } from '../../identity/adaptation-undo.ts';
import { alternateOf, withAlternate, withoutAlternate } from '../../identity/appearance.ts';
import { renewedTemplates } from '../../identity/renewal.ts';
import type { Template } from '../../identity/template.ts';
import type { AdaptationCause, Vault } from '../../vault/api.ts';

/*
 * What an owner does with their own stored face. Whether they may is asked before: the caller has had the passcode typed.
 */

const refuse = (sentence: string): Reply => ({ kind: 'refused', sentence });
const sealed = refuse('Type the passcode first.');

/** What settings show of an unsealed person's face: dates, and no distance. Undefined while sealed, damaged or not enrolled. */
export function faceView(vault: Pick<Vault, 'adaptation' | 'learning'>, personId: string): FaceView | undefined {
  const adaptation = vault.adaptation(personId);
  const enrolledAtMs = adaptation?.core.find(({ origin }) => origin === 'enrolled')?.createdAtMs;
  if (adaptation === undefined || enrolledAtMs === undefined) return undefined;
  return {
    enrolledAtMs,
    alternateAtMs: alternateOf(adaptation)[0]?.createdAtMs,
    learning: vault.learning(personId) ?? 'off',
    learned: adaptation.learned.toReversed().map(({ id, origin, createdAtMs }) => ({
      id,
      after: origin === 'learned-near-miss' ? 'passcode' : 'match',
      wallMs: createdAtMs,
    })),
    undoable: adaptation.record.undo.length > 0,
  };
}

/** Takes back what was learned last. */
export function undoLearned(vault: Vault, personId: string): Reply {
  return changed(vault, personId, 'undone', undoLastChange, 'Nothing is left to take back.');
}

/** Takes back everything that was learned. */
export function forgetAllLearned(vault: Vault, personId: string): Reply {
  return changed(vault, personId, 'forgotten', forgetLearned);
}

/** Removes the second appearance. */
export function removeAlternate(vault: Vault, personId: string): Reply {
  return changed(
    vault,
    personId,
    'alternate-removed',
    (adaptation) => (alternateOf(adaptation).length === 0 ? undefined : withoutAlternate(adaptation)),
    'There is no second appearance.',
  );
}

/** Stores a second appearance; `templates` as the network gave them. */
export function addAlternate(vault: Vault, personId: string, templates: readonly Template[]): Reply {
  const renewal = vault.gallery(personId)?.renewal;
  if (renewal === undefined) return sealed;
  const renewed = renewedTemplates(templates, renewal);
  return changed(vault, personId, 'alternate-added', (adaptation) => withAlternate(adaptation, renewed), 'Set up your face first.');
}

function changed(
  vault: Vault,
  personId: string,
  cause: AdaptationCause,
  change: (adaptation: Adaptation) => Adaptation | undefined,
  otherwise = '',
): Reply {
  const adaptation = vault.adaptation(personId);
  if (adaptation === undefined) return sealed;
  const after = change(adaptation);
  return after === undefined ? refuse(otherwise) : vault.writeAdaptation(personId, after, cause);
}
