import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { inRoot } from './paths.mjs';
import { capture } from './processes.mjs';

const releases = 'https://github.com/electron/electron/releases/download/';

// A network that only reaches the registry must fall through soon; a slow one still answers a HEAD request in this time.
const answerWithinMs = 7000;

/**
 * Runs the installer of the `electron` package, which verifies the SHA-256 of what it downloads (or has in its cache).
 * @returns {Promise<{kind: 'installed'} | {kind: 'unreachable', why: string} | {kind: 'refused', why: string}>}
 *   `refused`: something was downloaded, and it is not what Electron's checksums say
 */
export async function installOfficialElectron({ probe }) {
  const unreachable = probe ? await whyUnreachable(await officialUrl()) : null;
  if (unreachable) return { kind: 'unreachable', why: unreachable };
  const env = { ...process.env, ...(usesProxy() ? { ELECTRON_GET_USE_PROXY: 'true' } : {}) };
  const { code, stderr } = await capture(process.execPath, [inRoot('node_modules', 'electron', 'install.js')], { env });
  if (code === 0) return { kind: 'installed' };
  const why = stderr.split('\n').find((line) => /error/i.test(line)) ?? stderr.trim().split('\n').at(-1) ?? `exit code ${code}`;
  return { kind: /checksum/i.test(stderr) ? 'refused' : 'unreachable', why: why.trim() };
}

/** Address of the official archive for this machine; a mirror is named as for Electron's own installer. */
export async function officialUrl() {
  const { version } = JSON.parse(await readFile(inRoot('node_modules', 'electron', 'package.json'), 'utf8'));
  const mirror =
    process.env.npm_config_electron_mirror ?? process.env.NPM_CONFIG_ELECTRON_MIRROR ?? process.env.ELECTRON_MIRROR ?? releases;
  return `${mirror}v${version}/electron-v${version}-${process.platform}-${process.arch}.zip`;
}

/** Why nobody answers at an address, or null when somebody does. Behind a proxy the installer itself finds out. */
export function whyUnreachable(address, withinMs = answerWithinMs) {
  if (usesProxy()) return null;
  const { host, protocol } = new URL(address);
  return new Promise((resolve) => {
    const request = (protocol === 'http:' ? http : https).request(address, { method: 'HEAD' }, (response) => {
      response.resume();
      resolve(response.statusCode < 400 ? null : `${host} answered ${response.statusCode}`);
    });
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${withinMs / 1000} s`)), withinMs);
    request.on('error', (error) => resolve(`${host} cannot be reached (${error.code ?? error.message})`));
    request.on('close', () => clearTimeout(timer));
    request.end();
  });
}

const usesProxy = () => ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].some((name) => process.env[name]);
