import { openLock } from '../../../lock/open.ts';
import { InsightDesk } from '../insight-desk.ts';
import { LearningDesk } from '../learning-desk.ts';
import { LockKeeper } from '../lock-keeper.ts';
import { ModeDesk } from '../mode-desk.ts';
import { readSettings } from '../stored-settings.ts';
import { VisionDesk } from '../vision-desk.ts';
import { closeScreen, openScreen } from './covering.ts';
import { useLocker } from './locking-report.ts';
import { startLook, stopLook } from './looking.ts';
import type { LatchState } from './state.ts';
import type { LatchSurroundings } from './surroundings.ts';
import { onModeNews, onOpeningRefused } from './system-locker.ts';

/** A latch on an open vault: closed at once where the last one ended closed, or nothing says that it did not. */
export function startLatch(world: LatchSurroundings): LatchState {
  const settings = readSettings(world.vault.readSettings());
  const enrolled = world.vault.people().length > 0;
  const system = world.system ?? { locker: { kind: 'absent', sentence: 'There is no logind here.' }, locked: false };
  const modes = new ModeDesk(settings.lockMode, system.locker, system.locked, world.screens, {
    modeChanged: (mode) => keeper.happen({ kind: 'mode-changed', mode }),
    openingRefused: (sentence) => onOpeningRefused(latch, sentence),
    changed: () => onModeNews(latch),
  });
  const opening = openLock(
    {
      mode: modes.on,
      enrolled,
      stored: world.vault.readCounters(),
      bootId: world.bootId,
      unsealed: enrolled && world.vault.unsealWithKeystore().kind === 'unsealed',
      sessionLocked: system.locked,
    },
    world.clocks(),
  );
  const orders = {
    cover: () => closeScreen(latch),
    uncover: () => openScreen(latch),
    startLook: () => startLook(latch),
    stopLook: () => stopLook(latch),
  };
  const keeper = new LockKeeper(opening.lock, world.vault, world.clocks, orders, world.log);
  const latch: LatchState = {
    world,
    keeper,
    modes,
    vision: new VisionDesk(world.ask),
    learning: new LearningDesk(world),
    insight: new InsightDesk(),
    settings,
    place: { kind: enrolled ? 'home' : 'welcome' },
    entry: { by: enrolled && modes.on === 'session' ? 'system' : 'set-up', wallMs: world.clocks().wallMs },
    cover: 'none',
    closedAtMs: 0,
    handsWereOff: false,
    look: undefined,
    lookWanted: false,
    notice: undefined,
    refusals: 0,
    activity: undefined,
    insightOf: undefined,
    pin: undefined,
    damage: undefined,
    panicFault: undefined,
    locker: { command: '', sentence: '' },
    modeSaid: '',
    shown: '',
  };
  keeper.begin(opening.effects);
  latch.panicFault = world.outside?.registerPanic(settings.panicShortcut);
  useLocker(latch);
  return latch;
}
