// How long after a key press its character stands in the passcode field, while the camera looks, stalls, or is gone:
//   node scripts/bench-passcode.mjs
// Times run from just before the key is handed to the app until the frame after the character is there, so the way of the key through this
// script and the DevTools protocol is in them. Nobody's face is enrolled, so no look ends the typing.
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureBuild } from './lib/build.mjs';
import { ensureDisplay } from './lib/display.mjs';
import { findElectron } from './lib/electron.mjs';
import { main } from './lib/failure.mjs';
import { inRoot, root } from './lib/paths.mjs';
import { runOnRuntime } from './lib/runtime.mjs';
import { whyNoSandbox } from './lib/sandbox.mjs';
import { say } from './lib/say.mjs';
import { ensureSetUp } from './lib/setup.mjs';

const presses = 50;
const passcode = 'violet-harbour-41';

/** What the camera does meanwhile, and how that is brought about. */
const states = [
  { name: 'looks into an empty room', seat: 'nobody' },
  { name: 'looks at a stranger', seat: 'stranger' },
  { name: 'stalls: not one picture comes', seat: 'nobody', stalls: true },
  { name: 'is gone', cameraId: 'openni2:unplugged' },
];

await main(async () => {
  if (process.versions.electron === undefined) {
    await ensureSetUp();
    await ensureBuild();
    return runOnRuntime([import.meta.filename]);
  }
  const display = await ensureDisplay();
  try {
    say(`load of this machine before: ${loadavg()[0].toFixed(1)}`);
    say(`${presses} key presses in each state, ms until the character shows`);
    for (const state of states) {
      const { times, sentence } = await measure(state, display.env);
      const figures = `n ${times.length}  p50 ${quantile(times, 0.5)}  p95 ${quantile(times, 0.95)}  max ${quantile(times, 1)}`;
      say(`  camera ${state.name.padEnd(30)} ${figures}  (the lock screen says: ${sentence})`);
    }
    say(`load of this machine after: ${loadavg()[0].toFixed(1)}`);
  } finally {
    display.stop();
  }
});

async function measure(state, env) {
  const { _electron } = await import('@playwright/test');
  const folder = await mkdtemp(path.join(tmpdir(), 'facelatch-bench-'));
  const profileDir = path.join(folder, 'profile');
  await enrolNobodysFace(path.join(profileDir, 'vault'), state.cameraId);
  const appDir = state.stalls ? await stalledCopy(folder) : root;
  const electron = findElectron();
  const sandbox = (await whyNoSandbox(electron.dist)) ? ['--no-sandbox'] : [];
  const { ELECTRON_RUN_AS_NODE: _, ...appEnv } = env;
  const app = await _electron.launch({
    executablePath: electron.executable,
    // A guardian would start the app again when it is killed at the end of a state.
    args: [appDir, `--profile=${profileDir}`, '--no-guardian', ...sandbox],
    env: appEnv,
  });
  try {
    const page = await lockedWithFaceReady(app);
    if (state.seat) await page.evaluate((seat) => window.facelatch.request('choose-seat', { seat }), state.seat);
    await page.evaluate(watchField);
    await sleep(1_000);
    const times = [];
    let sentence = '';
    for (let press = 0; press < presses; press += 1) {
      const startedMs = performance.timeOrigin + performance.now();
      await page.keyboard.press(String(press % 10));
      times.push((await page.evaluate((length) => window.shownAt(length), press + 1)) - startedMs);
      if (press === presses / 2) sentence = await page.locator('[role="status"]').textContent();
      // A person's pace, and no rhythm that could fall in with the frames.
      await sleep(60 + 80 * Math.random());
    }
    return { times: times.sort((a, b) => a - b), sentence };
  } finally {
    app.process().kill('SIGKILL');
    await sleep(500);
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** In the page: notes when the field, filled to so many characters, has been drawn. */
function watchField() {
  const field = document.querySelector('input[type="password"]');
  const drawn = new Map();
  field.addEventListener('input', () => {
    const { length } = field.value;
    requestAnimationFrame(() => setTimeout(() => drawn.set(length, performance.timeOrigin + performance.now())));
  });
  window.shownAt = async (length) => {
    while (!drawn.has(length)) await new Promise((resolve) => setTimeout(resolve, 5));
    return drawn.get(length);
  };
}

/** Types the passcode, which the app asks for at its start, and locks again: now the face may open, and the camera works. */
async function lockedWithFaceReady(app) {
  const first = await pageWith(app, 'input[type="password"]');
  await first.fill('input[type="password"]', passcode);
  await first.keyboard.press('Enter');
  const home = await pageWith(app, 'button:has-text("Lock the screen")');
  await sleep(3_000);
  await home.click('button:has-text("Lock the screen")');
  return pageWith(app, 'input[type="password"]');
}

async function pageWith(app, selector) {
  for (;;) {
    for (const page of app.windows()) {
      const isThere = await page
        .evaluate((found) => document.visibilityState === 'visible' && document.querySelector(found) !== null, selector.split(':has')[0])
        .catch(() => false);
      if (
        isThere &&
        (await page
          .locator(selector)
          .count()
          .catch(() => 0)) > 0
      )
        return page;
    }
    await sleep(100);
  }
}

async function enrolNobodysFace(vaultDir, cameraId) {
  const { openVault } = await import('../main/vault/vault.ts');
  await mkdir(path.dirname(vaultDir), { recursive: true, mode: 0o700 });
  const { vault } = openVault(vaultDir, { kind: 'none', sentence: 'No key store is used.' });
  const vector = Float32Array.from({ length: 128 }, (_, index) => (index === 0 ? 1 : 0));
  const template = { id: 'nobody', origin: 'enrolled', model: 'sface', vector, yawDeg: 0, pitchDeg: 0, createdAtMs: Date.now() };
  await vault.enrolPerson({ name: 'Bench', passcode, templates: [template] });
  vault.writeSettings({ idleLockMinutes: 0, ...(cameraId && { cameraId }) });
  vault.close();
}

/** A copy of the built app whose camera opens a picture that never arrives: the depth of the empty room is a pipe nobody writes to. */
async function stalledCopy(folder) {
  const appDir = path.join(folder, 'app');
  await mkdir(path.join(appDir, 'models'), { recursive: true });
  for (const name of ['out', 'package.json']) await cp(inRoot(name), path.join(appDir, name), { recursive: true });
  for (const name of ['node_modules', 'native']) await symlink(inRoot(name), path.join(appDir, name));
  for (const name of await readdir(inRoot('models'))) {
    if (name === 'simulated') await cp(inRoot('models', name), path.join(appDir, 'models', name), { recursive: true });
    else await symlink(inRoot('models', name), path.join(appDir, 'models', name));
  }
  const depth = path.join(appDir, 'models', 'simulated', 'empty-room', 'depth');
  for (const name of await readdir(depth)) {
    await rm(path.join(depth, name));
    execFileSync('mkfifo', [path.join(depth, name)]);
  }
  return appDir;
}

function quantile(sorted, share) {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)].toFixed(1).padStart(6);
}
