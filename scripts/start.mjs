// npm start: sets everything up on a fresh clone, builds, and opens Facelatch with the simulated camera.
//   npm start -- --exit-when-ready   ends as soon as the first window is up
//   npm start -- ARGUMENTS           hands other arguments to the app
import path from 'node:path';
import { ensureBuild } from './lib/build.mjs';
import { ensureDisplay } from './lib/display.mjs';
import { Failure, main } from './lib/failure.mjs';
import { clearPicture, describe, launchApp, waitForPicture } from './lib/launch.mjs';
import { cacheDir, root } from './lib/paths.mjs';
import { whyNoSandbox } from './lib/sandbox.mjs';
import { say } from './lib/say.mjs';
import { ensureSetUp } from './lib/setup.mjs';

const exitSwitch = '--exit-when-ready';

await main(async () => {
  const given = process.argv.slice(2);
  const exitsWhenReady = given.includes(exitSwitch);
  const electron = await ensureSetUp();
  await ensureBuild();
  const display = await ensureDisplay();
  try {
    await run(electron, display, given, exitsWhenReady);
  } finally {
    display.stop();
  }
});

async function run(electron, display, given, exitsWhenReady) {
  const picture = path.join(cacheDir, 'welcome.png');
  await clearPicture(picture);
  const watched = display.virtual || exitsWhenReady;
  // On a virtual display there is no session to lock, and Ctrl+C shall end everything.
  const switches = [...(watched ? [`--screenshot-to=${picture}`] : []), ...(display.virtual ? ['--no-guardian'] : [])];
  const args = [...given, ...(await sandboxArgs(electron.dist)), ...switches];
  say('▸ Opening Facelatch; Ctrl+C ends it');
  const { child, ended } = launchApp(electron, args, display.env);
  let asked = false;
  const end = (signal) => {
    asked = true;
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(signal));
  if (watched) {
    await waitForPicture(picture, ended).catch((error) => {
      child.kill();
      if (!asked) throw error;
    });
    if (!asked) say(`  the window is up; its picture: ${path.relative(root, picture)}`);
  }
  const outcome = await ended;
  if (!asked && outcome.code !== 0) throw new Failure(`Facelatch ended ${describe(outcome)}.`);
}

async function sandboxArgs(dist) {
  const why = await whyNoSandbox(dist);
  if (!why) return [];
  say(`! Chromium's sandbox is off, because ${why}: for development and tests only.`);
  return ['--no-sandbox'];
}
