import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installedMatchesLock } from '../../../scripts/lib/dependencies.mjs';
import { hasDisplay } from '../../../scripts/lib/display.mjs';
import { whyUnreachable } from '../../../scripts/lib/electron-official.mjs';
import { verifyIntegrity } from '../../../scripts/lib/npm.mjs';
import { packageApp } from '../../../scripts/lib/packaging.mjs';
import { root } from '../../../scripts/lib/paths.mjs';
import { ensureDebianPackages, missingLibraries } from '../../../scripts/lib/system.mjs';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'set-up-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } });

describe('an archive from the registry', () => {
  const content = 'what the registry gave';
  const integrity = `sha512-${createHash('sha512').update(content).digest('base64')}`;

  test('is taken when its hash is the pinned one', async () => {
    const file = path.join(folder, 'right.tgz');
    await writeFile(file, content);
    await expect(verifyIntegrity(file, integrity, 'right@1.0.0')).resolves.toBeUndefined();
  });

  test('is refused by name, and does not stay, when one byte differs', async () => {
    const file = path.join(folder, 'wrong.tgz');
    await writeFile(file, `${content}!`);
    await expect(verifyIntegrity(file, integrity, 'wrong@1.0.0')).rejects.toThrow(/^wrong@1\.0\.0 was refused: its sha512 is /);
    await expect(verifyIntegrity(file, integrity, 'wrong@1.0.0')).rejects.toThrow(/ENOENT/);
  });
});

describe('packages are installed again', () => {
  const lock = { packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0', optional: true } } };

  test("never when the tree is the one of the lock file, another system's packages left out", () => {
    expect(installedMatchesLock(lock, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(true);
  });

  test.each([
    ['nothing is installed', null],
    ['a package is missing', { packages: {} }],
    ['a version differs', { packages: { 'node_modules/a': { version: '1.0.1' } } }],
    [
      'an optional one is another version',
      { packages: { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.9.0' } } },
    ],
  ])('when %s', (_, installed) => {
    expect(installedMatchesLock(lock, installed)).toBe(false);
  });
});

describe('the official Electron', () => {
  test('is out of reach where nobody listens, and where nobody answers', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    expect(await whyUnreachable(`http://127.0.0.1:${port}/electron.zip`, 100)).toMatch(/no answer within 0\.1 s/);
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
    expect(await whyUnreachable(`http://127.0.0.1:${port}/electron.zip`, 5000)).toMatch(/cannot be reached \(ECONNREFUSED\)/);
  });

  test('is in reach where the address answers, a mirror without the file excepted', async () => {
    const server = createServer((request, response) => response.writeHead(request.url === '/there.zip' ? 302 : 404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await whyUnreachable(`http://127.0.0.1:${port}/there.zip`)).toBeNull();
    expect(await whyUnreachable(`http://127.0.0.1:${port}/missing.zip`)).toMatch(/answered 404/);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('what a machine lacks', () => {
  test('is told as the line to type, with exit code 2, to who is not root', async () => {
    await expect(ensureDebianPackages(['libnss3', 'xvfb'], { asRoot: false })).rejects.toMatchObject({
      message: expect.stringMatching(/Type: sudo apt-get install -y libnss3 xvfb$/),
      exitCode: 2,
    });
  });

  test('is nothing where the runtime itself runs', async () => {
    expect(await missingLibraries(process.execPath)).toEqual([]);
  });

  test.runIf(process.platform === 'linux')('includes a display whose server is gone or was never named', () => {
    expect(hasDisplay({})).toBe(false);
    expect(hasDisplay({ DISPLAY: ':61234' })).toBe(false);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-7', XDG_RUNTIME_DIR: folder })).toBe(false);
    expect(hasDisplay({ DISPLAY: 'desk.example.org:10.0' })).toBe(true);
  });
});

test('the second run of set-up takes no step and says none', () => {
  const setup = `import('${path.join(root, 'scripts', 'lib', 'setup.mjs')}').then((m) => m.ensureSetUp({ needsDisplay: false }))`;
  const { status, stdout, stderr } = run(['-e', setup]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).not.toContain('▸');
});

describe('a failure is one sentence and an exit code', () => {
  const copied = async () => {
    await cp(path.join(root, 'scripts'), path.join(folder, 'scripts'), { recursive: true });
    return path.join(folder, 'scripts');
  };

  test('the command line tool before the first build', async () => {
    const { status, stderr } = run([path.join(await copied(), 'facelatch.mjs'), 'doctor']);
    expect(stderr).toMatch(/^Facelatch is not built yet: run "npm run build" first[^\n]*\n$/);
    expect(status).toBe(2);
  });

  test('the runtime before set-up', async () => {
    const { status, stderr } = run([path.join(await copied(), 'runtime.mjs'), 'x.js'], { ELECTRON_OVERRIDE_DIST_PATH: '' });
    expect(stderr).toMatch(/^Electron is not set up here yet: [^\n]*\n$/);
    expect(status).toBe(2);
  });

  test('a suite that does not exist', () => {
    const { status, stderr } = run([path.join(root, 'scripts', 'test.mjs'), 'e2f']);
    expect(stderr).toMatch(/^There is no suite "e2f" here; there are lint, build, unit[^\n]*\n$/);
    expect(status).toBe(2);
  });

  test('a package for others from the development Electron', async () => {
    await expect(packageApp({ dist: folder, version: '41.3.0', origin: 'fallback' }, [])).rejects.toMatchObject({
      message: expect.stringMatching(/^A package for others needs the official Electron/),
      exitCode: 2,
    });
  });
});

test('the runtime hands on what a script prints, reads and exits with', () => {
  const script = path.join(root, 'scripts', 'runtime.mjs');
  const { status, stdout } = spawnSync(
    process.execPath,
    [script, '-e', 'process.stdin.on("data", (d) => { console.log(process.versions.electron ? d + "!" : ""); process.exit(7); })'],
    {
      encoding: 'utf8',
      input: 'heard',
      env: process.env,
    },
  );
  expect(stdout).toBe('heard!\n');
  expect(status).toBe(7);
});
