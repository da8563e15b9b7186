import type { Page } from '@playwright/test';
import { homePage, lockScreen, unlockedByFace, unlockedByPasscode } from './pages/home.ts';
import { expectRefusal, lockPage, look, takeSeat, typePasscode } from './pages/lock-screen.ts';
import { choosePasscode, enrolFace, enrolPage, getStarted, owner, passcodePage, welcomePage } from './pages/set-up.ts';
import type { Pages } from './pages/windows.ts';

/** Called with what a person sees at each step of the journey. */
export type StepSeen = (page: Page, step: string) => Promise<void>;

/**
 * The main job, end to end, as a person does it: set a passcode, enrol, lock, look and be let in; a stranger and a photograph stay out; the
 * passcode opens. Works on any running app, built or installed.
 */
export async function wholeJourney(pages: Pages, seen: StepSeen): Promise<void> {
  await seen(await welcomePage(pages), '1-welcome');
  await getStarted(pages);
  await seen(await passcodePage(pages), '2-passcode');
  await choosePasscode(pages);
  await seen(await enrolPage(pages), '3-enrolment');
  await enrolFace(pages);
  await seen(await homePage(pages), '4-all-set');

  await lockScreen(pages);
  await seen(await lockPage(pages), '5-locked');
  await look(await lockPage(pages));
  await seen(await unlockedByFace(pages), '6-unlocked-by-face');

  await lockScreen(pages);
  const locked = await lockPage(pages);
  await takeSeat(locked, 'A stranger');
  await expectRefusal(locked, 'Face not recognised');
  await seen(locked, '7-stranger-refused');
  await takeSeat(locked, 'A photograph of you');
  await expectRefusal(locked, 'Looking for you');
  await expectRefusal(locked, 'Face not recognised');
  await seen(locked, '8-photograph-refused');

  await typePasscode(locked, owner.passcode);
  await seen(await unlockedByPasscode(pages), '9-unlocked-by-passcode');
}
