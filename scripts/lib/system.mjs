import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { Failure } from './failure.mjs';
import { capture } from './processes.mjs';
import { step } from './say.mjs';

/** Debian's packages that Electron links against or opens later. Releases since 2024 carry some of them with the suffix t64. */
export const electronPackages = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libxss1', 'libxtst6'];

export const isRoot = () => process.getuid?.() === 0;

const isLinux = process.platform === 'linux';

/**
 * Sees to it that a program finds its shared libraries, and that the other Debian packages asked for are there.
 * As root on Debian what is missing is installed; otherwise the line to type is told.
 * @param {string} executable the program whose libraries must load
 * @param {string[]} tools programs that must be on the path, named as their Debian packages
 * @throws {Failure} with exit code 2 and the exact line to type
 */
export async function ensureSystem(executable, tools = []) {
  if (!isLinux) return;
  const libraries = await missingLibraries(executable);
  const programs = tools.filter((tool) => !onPath(programOf(tool)));
  if (libraries.length === 0 && programs.length === 0) return;
  if (!onPath('apt-get')) {
    throw new Failure(
      `Missing on this system: ${[...libraries, ...programs.map(programOf)].join(', ')}. Install them with your package manager and run this again.`,
      2,
    );
  }
  const packages = [...(libraries.length > 0 ? electronPackages : []), ...programs];
  await ensureDebianPackages(packages);
  const still = await missingLibraries(executable);
  if (still.length > 0) throw new Failure(`Electron still lacks these libraries: ${still.join(', ')}.`, 2);
}

/** Installs Debian packages as root, or tells the line to type. @throws {Failure} */
export async function ensureDebianPackages(packages, { asRoot = isRoot() } = {}) {
  if (!asRoot)
    throw new Failure(`This system lacks some packages. Type: sudo apt-get install -y ${(await namesHere(packages)).join(' ')}`, 2);
  await step(`Installing with apt-get: ${packages.join(' ')}`, async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await capture('apt-get', ['update', '-q'], { env });
    const install = ['install', '-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', ...(await namesHere(packages))];
    const { code, stderr } = await capture('apt-get', install, { env });
    if (code !== 0) throw new Failure(`apt-get could not install ${packages.join(' ')}: ${stderr.trim().split('\n').at(-1)}`, 2);
  });
}

/** Libraries a program links against that the loader does not find; none where there is no ldd to ask. */
export async function missingLibraries(executable) {
  const { stdout } = await capture('ldd', [executable]);
  return [...new Set([...stdout.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name))];
}

/** Which of these Debian packages are not installed. */
export async function missingPackages(packages) {
  const { stdout } = await capture('dpkg-query', ['-W', '-f', `\${db:Status-Status} \${Package}\n`, ...packages]);
  return packages.filter((name) => !stdout.split('\n').includes(`installed ${name}`));
}

/** Whether a program is on the path. */
export function onPath(program) {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => isExecutable(path.join(folder, program)));
}

function isExecutable(file) {
  if (!existsSync(file)) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const programOf = (debianPackage) => ({ xvfb: 'Xvfb' })[debianPackage] ?? debianPackage;

// The release at hand decides between a name and its t64 successor.
async function namesHere(packages) {
  const renamed = new Set(['libgtk-3-0', 'libasound2']);
  return Promise.all(
    packages.map(async (name) => {
      if (!renamed.has(name)) return name;
      const { code, stdout } = await capture('apt-cache', ['show', '--no-all-versions', `${name}t64`]);
      return code === 0 && stdout.includes('Package:') ? `${name}t64` : name;
    }),
  );
}
