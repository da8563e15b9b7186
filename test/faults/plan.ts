import { type CameraFault, cameraFaults, type ThreadFault, threadFaults } from './vision-control.ts';

/** Where the lock stands when the fault comes. */
export const standings = ['unlocked', 'locked-scanning', 'locked-no-camera', 'passcode-required', 'cooling-down', 'suspending'] as const;
export type Standing = (typeof standings)[number];

const vaultFaults = [
  'database throws',
  'database refuses',
  'database read-only',
  'database slow',
  'database pages broken',
  'database locked at the next start',
  'disk full',
  'disk slow',
  'disk gone',
  'key store throws',
] as const;
export type VaultFault = (typeof vaultFaults)[number];

const mainFaults = ['windows throw', 'requests to the worker throw', 'timers throw', 'clock set back', 'clock set forward'] as const;
export type MainFault = (typeof mainFaults)[number];

/** Faults for which the main process goes on: many such runs share one process. */
export const innerFaults = [
  ...threadFaults.filter((fault) => fault !== 'none').map((fault) => `worker ${fault}` as const),
  ...cameraFaults.filter((fault) => fault !== 'none').map((fault) => `camera ${fault}` as const),
  ...vaultFaults,
  ...mainFaults,
] as const;
export type InnerFault = `worker ${Exclude<ThreadFault, 'none'>}` | `camera ${Exclude<CameraFault, 'none'>}` | VaultFault | MainFault;

/** Faults that befall whole processes: each run has a main process and a guardian of its own. */
export const processFaults = [
  'main killed',
  'guardian killed',
  'main killed, then guardian',
  'guardian killed, then main',
  'main and guardian killed at once',
  'main asked to end',
  'main stopped',
  'guardian stopped',
  'main throws',
  'main slow',
  'main blocked',
  'guardian throws',
  'guardian slow',
  'cover lost',
  'cover throws',
  'disk quota used up',
  'clock set back',
  'clock set forward',
] as const;
export type ProcessFault = (typeof processFaults)[number];

/** Faults for which the windows must be there: the built app under a display. */
export const windowFaults = [
  'renderer killed',
  'renderer stopped',
  'renderer throws',
  'renderer slow',
  'GPU process killed',
  'GPU process stopped',
  'GPU process crashes',
  'GPU process slow',
  'cover hidden',
  'cover closed',
  'cover moved away',
  'main stopped',
  'main killed',
  'main throws',
  'guardian killed',
] as const;
export type WindowFault = (typeof windowFaults)[number];

export type Run = { readonly number: number; readonly standing: Standing } & (
  | { readonly where: 'shared process'; readonly fault: InnerFault }
  | { readonly where: 'own processes'; readonly fault: ProcessFault }
  | { readonly where: 'windows'; readonly fault: WindowFault }
);

/** One run in forty has windows, one in five processes of its own. */
function whereOf(number: number): Run['where'] {
  if (number % 40 === 7) return 'windows';
  return number % 5 === 2 ? 'own processes' : 'shared process';
}

/** The runs of one piece. What a run is follows from its number alone, whichever piece it is made in. */
export function runsFrom(first: number, count: number): readonly Run[] {
  const made = { 'shared process': 0, 'own processes': 0, windows: 0 };
  const runs: Run[] = [];
  for (let number = 0; number < first + count; number += 1) {
    const where = whereOf(number);
    const before = made[where];
    made[where] += 1;
    if (number >= first) runs.push(runOf(number, where, before));
  }
  return runs;
}

/** Every fault meets every standing before any pair comes again, and few runs already meet all of both. `before`: runs of this kind so far. */
function runOf(number: number, where: Run['where'], before: number): Run {
  switch (where) {
    case 'shared process':
      return { number, where, ...pair(innerFaults, before) };
    case 'own processes':
      return { number, where, ...pair(processFaults, before) };
    case 'windows':
      return { number, where, ...pair(windowFaults, before) };
  }
}

function pair<Fault>(faults: readonly Fault[], before: number): { readonly fault: Fault; readonly standing: Standing } {
  return {
    fault: faults[before % faults.length] as Fault,
    standing: standings[((before % faults.length) + Math.floor(before / faults.length)) % standings.length] as Standing,
  };
}
