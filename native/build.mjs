// Builds the native addons for this machine into native/ADDON/prebuilds, as they are shipped:
//   node scripts/runtime.mjs native/build.mjs
// Needs a C++ compiler, make and Python 3 (Debian: sudo apt install g++ make python3). Node's headers are taken from the Node on PATH when
// it has brought them, and downloaded from nodejs.org otherwise; any version serves, for the addons use Node-API alone.
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const prebuildify = promisify(require('prebuildify'));

const nodeDir = bundledHeaders();
if (nodeDir !== undefined) process.env.npm_config_nodedir = nodeDir;

for (const addon of ['openni2']) {
  await prebuildify({
    cwd: path.join(here, addon),
    napi: true,
    strip: true,
    targets: [{ runtime: 'node', target: process.versions.node }],
    // node-gyp runs on the same Node as this script, whatever Node the machine has.
    nodeGyp: `"${process.execPath}" "${require.resolve('node-gyp/bin/node-gyp.js')}"`,
    shell: true,
  });
}

/** The folder of the first Node on PATH that has its headers beside it. */
function bundledHeaders() {
  const executables = (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, process.platform === 'win32' ? 'node.exe' : 'node'));
  return executables
    .filter((file) => existsSync(file))
    .map((file) => path.dirname(path.dirname(realpathSync(file))))
    .find((folder) => existsSync(path.join(folder, 'include', 'node', 'common.gypi')));
}
