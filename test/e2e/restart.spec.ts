import { expect, test } from './app.ts';
import { unlockedByFace } from './pages/home.ts';
import { enterAndLock, enterWithPasscode } from './pages/inside.ts';
import { expectRefusal, lockPage, look } from './pages/lock-screen.ts';

test('after a restart the passcode is required, then the face works again', async ({ start, enrolledDir }) => {
  const first = await start(enrolledDir);
  await enterWithPasscode(first.pages);
  await first.kill();

  const second = await start(enrolledDir);
  const page = await lockPage(second.pages);
  await expectRefusal(page, /passcode/);
  await page.evaluate(() => window.facelatch.request('look', {}));
  await page.waitForTimeout(2500);
  await expectRefusal(page, /passcode/);

  await look(await enterAndLock(second.pages));
  await unlockedByFace(second.pages);
});

test('killed while locked, it starts locked and asks for the passcode', async ({ start, enrolledDir }) => {
  const first = await start(enrolledDir);
  await enterAndLock(first.pages);
  await first.kill();

  const second = await start(enrolledDir);
  await expectRefusal(await lockPage(second.pages), /passcode/);
  await enterWithPasscode(second.pages);
});

test('wrong passcodes are remembered over a kill: their number cannot be reset by restarting', async ({ start, enrolledDir }) => {
  const first = await start(enrolledDir);
  const page = await lockPage(first.pages);
  for (let wrong = 1; wrong <= 4; wrong++) {
    const reply = await page.evaluate((passcode) => window.facelatch.request('unlock-with-passcode', { passcode }), `not-it-${wrong}`);
    expect(reply.kind).toBe('refused');
  }
  await first.kill();
  const second = await start(enrolledDir);
  await expect((await lockPage(second.pages)).getByRole('timer')).toHaveText(/Try the passcode again in/);
});
