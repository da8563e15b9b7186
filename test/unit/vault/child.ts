import { beginAdaptation } from '../../../main/identity/adaptation-record.ts';
import { renewedTemplates } from '../../../main/identity/renewal.ts';
import { openVault } from '../../../main/vault/vault.ts';
import { counters, systemKeystore, templates } from './data.ts';

/*
 * A process that holds or writes a vault until it is killed: child.ts FOLDER hold|write SECRET, with the keystore's secret in hex. Each line on standard output says what is on the
 * disk by then.
 */
const [folder = '', task = '', secret = ''] = process.argv.slice(2);
const opening = openVault(folder, systemKeystore(Buffer.from(secret, 'hex')));
if (opening.kind === 'refused') {
  process.stdout.write(`refused ${opening.sentence}\n`);
  process.exit(1);
}
const { vault } = opening;
process.stdout.write('open\n');

if (task === 'hold') {
  setInterval(() => undefined, 60_000);
} else {
  const unsealing = vault.unsealWithKeystore();
  if (unsealing.kind !== 'unsealed') throw new Error(unsealing.sentence);
  const [personId = ''] = unsealing.personIds;
  const written = vault.readCounters();
  let round = written.kind === 'counters' ? written.counters.highestWallMs : 0;
  for (;;) {
    round += 1;
    const renewal = vault.gallery(personId)?.renewal;
    if (renewal === undefined) throw new Error('sealed');
    const replaced = vault.writeAdaptation(personId, beginAdaptation(renewedTemplates(templates(5, round), renewal)), 'learned');
    const counted = vault.writeCounters({ ...counters, highestWallMs: round });
    if (replaced.kind !== 'done' || counted.kind !== 'done') throw new Error('not written');
    process.stdout.write(`${round}\n`);
    // Lets the pipe take the line before the next round.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
