import { stat } from 'node:fs/promises';
import { expect, filesBelow, test } from './app.ts';
import { unlockedByFace } from './pages/home.ts';
import { enterAndLock } from './pages/inside.ts';
import { expectRefusal, takeSeat, typePasscode } from './pages/lock-screen.ts';
import { owner } from './pages/set-up.ts';

test('the profile folder holds neither passcode nor name, in any encoding', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  const page = await enterAndLock(app.pages);
  await takeSeat(page, 'Nobody');
  await typePasscode(page, 'a-wrong-one-71');
  await expectRefusal(page, 'Wrong passcode');
  await takeSeat(page, 'You');
  await unlockedByFace(app.pages);
  await app.kill();

  const secrets = [owner.passcode, 'a-wrong-one-71'].flatMap((text) => [
    Buffer.from(text, 'utf8'),
    Buffer.from(text, 'utf16le'),
    Buffer.from(Buffer.from(text).toString('base64').slice(0, 16)),
    Buffer.from(Buffer.from(text).toString('hex')),
  ]);
  const name = [Buffer.from(`"${owner.name}"`), Buffer.from(`name${owner.name}`)];
  const files = await filesBelow(enrolledDir);
  expect(files.length).toBeGreaterThan(3);
  const telling = files.filter(({ bytes }) => [...secrets, ...name].some((secret) => bytes.includes(secret))).map(({ path }) => path);
  expect(telling).toEqual([]);
});

test('what is kept is for its owner alone', async ({ start, enrolledDir }) => {
  test.skip(process.platform === 'win32', 'Windows has no such modes');
  const app = await start(enrolledDir);
  await enterAndLock(app.pages);
  const modes = await Promise.all(
    (await filesBelow(enrolledDir))
      .filter(({ path }) => /vault|facelatch\.log/.test(path))
      .map(async ({ path }) => ({ path, others: (await stat(path)).mode & 0o077 })),
  );
  expect(modes.length).toBeGreaterThan(1);
  expect(modes.filter(({ others }) => others !== 0)).toEqual([]);
});
