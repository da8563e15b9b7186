import { existsSync } from 'node:fs';
import { GuardianKeeper } from '../../../main/session/guardian-keeper.ts';
import { fakeLocker, startGuardian } from './processes.ts';

/*
 * Stands for the app: keeps a guardian armed and says what happens to it. app-child.ts FOLDER: the fake locker writes there; a file `uncovered` in it
 * means that the cover is gone.
 */
const [folder = ''] = process.argv.slice(2);
let guardianPid: number | undefined;

const keeper = new GuardianKeeper({
  start: () => {
    const guardian = startGuardian();
    guardianPid = guardian.pid;
    process.stdout.write(`guardian ${guardian.pid}\n`);
    return guardian;
  },
  locker: fakeLocker(folder, 'locked'),
  relaunch: fakeLocker(folder, 'relaunched'),
  isCovering: () => !existsSync(`${folder}/uncovered`),
  onEvent: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
});
keeper.arm();
// The lock asks to be watched each time it is closed anew: that must not hide a guardian that fell silent.
setInterval(() => keeper.arm(), 200);
process.stdout.write(`armed ${guardianPid}\n`);
