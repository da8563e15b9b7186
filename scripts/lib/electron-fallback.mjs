import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fallbackDir } from './electron.mjs';
import { Failure } from './failure.mjs';
import { bringPackage } from './npm.mjs';
import { capture } from './processes.mjs';

/**
 * Development and tests only, never for a release: an Electron for Linux x64 out of packages of the npm registry, for networks that reach
 * nothing else. Both archives are pinned by their SHA-512.
 */
const runtime = {
  spec: '@circadio/milton-linux-x64@0.1.5',
  integrity: 'sha512-7wwNzk/FGpznHFGnY/O5gZ/bnmLocilf2sn+w0U+2Fsyf0wEK0Vr94kk8kdwP2GGq60C/4C2BeKa/w7zhhpsYw==',
  electron: '41.3.0',
};
// The archive that makes `electron FOLDER` work, which the first package leaves out.
const defaultApp = {
  spec: '@overlayed/electron@44.3.0',
  integrity: 'sha512-wO7ic+ZUXxYSy0Ca3N0vHUeqlZ+amhxlrJm0ghb2imuiKqvT0uUEv/fMMfGEzC2MEPokvdEMgvdzg4oVrC8vYA==',
};

export const hasFallback = process.platform === 'linux' && process.arch === 'x64';

/** Puts the fallback into place; an interrupted run leaves nothing that looks complete. @throws {Failure} */
export async function installFallbackElectron(folder = fallbackDir) {
  const work = `${folder}.partial`;
  await rm(work, { recursive: true, force: true });
  await mkdir(path.join(work, 'dist', 'resources'), { recursive: true });
  const [app, extra] = await Promise.all([runtime, defaultApp].map(({ spec, integrity }) => bringPackage(spec, integrity, work)));
  await untar(app, path.join(work, 'dist'), 2, [
    'package/app',
    '--exclude=*/resources/app.asar*',
    '--exclude=*/resources/cli',
    '--exclude=*/app-update.yml',
  ]);
  await untar(extra, path.join(work, 'dist', 'resources'), 3, ['package/dist/resources/default_app.asar']);
  await rename(path.join(work, 'dist', 'Milton'), path.join(work, 'dist', 'electron'));
  await chmod(path.join(work, 'dist', 'electron'), 0o755);
  await writeFile(path.join(work, 'dist', 'version'), `v${runtime.electron}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(path.join(work, 'dist'), folder);
  await rm(work, { recursive: true, force: true });
}

async function untar(archive, into, strip, members) {
  const args = ['-xzf', archive, '-C', into, `--strip-components=${strip}`, '--no-same-owner', ...members];
  const { code, stderr } = await capture('tar', args);
  if (code !== 0) throw new Failure(`Unpacking ${path.basename(archive)} failed: ${stderr.trim().split('\n').at(-1)}`);
}
