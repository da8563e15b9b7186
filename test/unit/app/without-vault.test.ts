import { expect, test } from 'vitest';
import { Facelatch } from '../../../main/app/wiring/facelatch.ts';
import type { AppView } from '../../../main/contract/ipc.ts';
import { bareWorld } from './bare-world.ts';

test('a vault that cannot be opened has the system lock once, says so, and locks nobody out by a cover', async () => {
  let asked = 0;
  const covers: string[] = [];
  const views: AppView[] = [];
  const facelatch = new Facelatch({
    ...bareWorld,
    openVault: () => ({ kind: 'refused', sentence: 'The vault is damaged: it was left untouched.' }),
    forgetVault: () => undefined,
    withoutVault: () => {
      asked += 1;
      return 'The system was asked to lock.';
    },
    screens: { cover: () => covers.push('cover'), uncover: () => covers.push('uncover'), show: (view) => views.push(view) },
  });
  const trouble = {
    kind: 'trouble',
    sentence: 'The vault is damaged: it was left untouched.',
    remedy: 'Nothing was changed. Once the cause is gone, try again. The system was asked to lock.',
    canStartAnew: false,
  };
  expect(facelatch.view()).toEqual(trouble);
  expect(asked).toBe(1);
  expect(facelatch.isLocked).toBe(false);

  // Trying again locks nobody's screen a second time, and no longer says that it did.
  await facelatch.handlers()['try-again']({}, 1);
  expect(asked).toBe(1);
  expect(views.at(-1)).toEqual({ ...trouble, remedy: 'Nothing was changed. Once the cause is gone, try again.' });
  expect(covers).toEqual([]);
});
