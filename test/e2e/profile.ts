import { join } from 'node:path';
import { openVault } from '../../main/vault/vault.ts';
import { counters, templates } from '../unit/vault/data.ts';
import { owner } from './pages/set-up.ts';

/**
 * Makes a profile in which `owner` is enrolled with vectors that are nobody's face: quicker than an enrolment, for tests in which nobody
 * shall be recognised. The app starts locked on it.
 */
export async function enrolNobodysFace(profileDir: string): Promise<void> {
  const opening = openVault(join(profileDir, 'vault'), { kind: 'none', sentence: 'No key store is used.' });
  if (opening.kind === 'refused') throw new Error(opening.sentence);
  const enrolled = await opening.vault.enrolPerson({ ...owner, templates: templates(5, 1) });
  opening.vault.writeCounters({ ...counters, failedLooks: 0, wrongPasscodes: 0 });
  opening.vault.close();
  if (enrolled.kind === 'refused') throw new Error(enrolled.sentence);
}
