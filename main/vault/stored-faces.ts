import type { AuditEvent } from '../contract/audit.ts';
import { type Adaptation, templatesInService } from '../identity/adaptation-record.ts';
import type { Gallery, Template } from '../identity/template.ts';
import type { AdaptationCause } from './api.ts';
import { copyOf, type Learning, newFace, type StoredFace, wipeAdaptation, wipeFace, writeFace } from './face-records.ts';
import type { OpenPerson } from './open-person.ts';
import { type Done, done, type Refusal } from './results.ts';
import { append, sealed, type VaultState, write } from './vault-state.ts';

/** What a look is compared with: the templates of one person, under their renewal. */
export function galleryOf({ id, face }: OpenPerson): Gallery {
  return face === undefined
    ? { personId: id, templates: [] }
    : { personId: id, templates: templatesInService(face.adaptation), renewal: face.renewal };
}

/** A new enrolment in the place of what was there before. */
export function replaceTemplates(vault: VaultState, personId: string, templates: readonly Template[]): Done | Refusal {
  const person = vault.open.get(personId);
  if (person === undefined) return sealed;
  const face = newFace(templates, person.face?.learning ?? 'on');
  const written = store(vault, person, face, { kind: 'templates-changed', cause: 'enrolled' });
  if (written.kind === 'refused') wipeFace(face);
  else if (person.face !== undefined) wipeFace(person.face);
  return written;
}

export function writeAdaptation(vault: VaultState, personId: string, adaptation: Adaptation, cause: AdaptationCause): Done | Refusal {
  const person = vault.open.get(personId);
  if (person?.face === undefined) return sealed;
  // Copies: the vault wipes its own vectors, not the caller's.
  const kept = copyOf(adaptation);
  const event = cause === 'counted' ? undefined : ({ kind: 'templates-changed', cause } as const);
  const written = store(vault, person, { ...person.face, adaptation: kept }, event);
  wipeAdaptation(written.kind === 'refused' ? kept : person.face.adaptation);
  return written;
}

export function writeLearning(vault: VaultState, personId: string, learning: Learning): Done | Refusal {
  const person = vault.open.get(personId);
  if (person?.face === undefined) return sealed;
  return store(vault, person, { ...person.face, learning }, { kind: 'settings-changed' });
}

/** One face written, and the event in the log with it, or nothing of both. */
function store(vault: VaultState, person: OpenPerson, face: StoredFace, event: AuditEvent | undefined): Done | Refusal {
  const written = write(vault, () => {
    writeFace(vault.database, person.dataKey, person.id, face);
    if (event !== undefined) append(vault, event);
    return done;
  });
  if (written.kind === 'done') vault.open.set(person.id, { ...person, face });
  return written;
}
