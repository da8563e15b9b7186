import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { GuardianKeeper } from '../../../main/session/guardian-keeper.ts';
import { overSocket, overStandardStreams } from '../../../main/session/guardian-link.ts';
import { fakeLocker, startGuardian, startGuardianFor } from './processes.ts';

/*
 * Stands for the app: keeps a guardian armed and says what happens to it. app-child.ts FOLDER LINK: the fake locker writes there; a file `uncovered`
 * in it means that the cover is gone.
 */
const [folder = '', link = ''] = process.argv.slice(2);

function told<Child extends ChildProcess>(guardian: Child): Child {
  process.stdout.write(`guardian ${guardian.pid}\n`);
  return guardian;
}

const keeper = new GuardianKeeper({
  start: () => (link === 'socket' ? overSocket((meeting) => told(startGuardianFor(meeting))) : overStandardStreams(told(startGuardian()))),
  locker: fakeLocker(folder, 'locked'),
  relaunch: fakeLocker(folder, 'relaunched'),
  isCovering: () => !existsSync(`${folder}/uncovered`),
  onEvent: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
});
keeper.arm();
// The lock asks to be watched each time it is closed anew: that must not hide a guardian that fell silent.
setInterval(() => keeper.arm(), 200);
let watched = false;
setInterval(() => {
  if (keeper.isWatching && !watched) process.stdout.write('watched\n');
  watched = keeper.isWatching;
}, 20);
