import type { Reply } from '../../../contract/ipc.ts';
import { type Settings, settingsToStore } from '../stored-settings.ts';
import { doneAndShown } from './showing.ts';
import type { LatchState } from './state.ts';

/** Settings count once they are on the disk. */
export function saveSettings(latch: LatchState, settings: Settings): Reply {
  const written = latch.world.vault.writeSettings(settingsToStore(settings));
  if (written.kind === 'refused') return written;
  latch.settings = settings;
  return doneAndShown(latch);
}
