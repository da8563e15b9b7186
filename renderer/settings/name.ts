import type { PersonView } from '../../main/contract/ipc.ts';

/** What to call a person whose name may still be sealed. */
export function nameOf(person: PersonView): string {
  return person.name ?? 'Another person';
}
