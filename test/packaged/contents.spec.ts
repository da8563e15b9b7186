import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { extractFile, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from '@playwright/test';
import { root } from '../../scripts/lib/paths.mjs';
import { bringWeights } from '../../scripts/lib/weights.mjs';
import { executable, folder } from './installed-app.ts';

const resources = process.platform === 'darwin' ? path.join(path.dirname(executable), '..', 'Resources') : path.join(folder, 'resources');
const archive = path.join(resources, 'app.asar');
const packed = listPackage(archive, { isPack: false });

test('the fuses keep the binary from being anything but Facelatch', async () => {
  const fuses = await getCurrentFuseWire(executable);
  const state = (fuse: FuseV1Options): string => FuseState[fuses[fuse] ?? FuseState.INHERIT];
  expect({
    runAsNode: state(FuseV1Options.RunAsNode),
    cookieEncryption: state(FuseV1Options.EnableCookieEncryption),
    nodeOptions: state(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    nodeCliInspect: state(FuseV1Options.EnableNodeCliInspectArguments),
    asarIntegrity: state(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
    onlyLoadAppFromAsar: state(FuseV1Options.OnlyLoadAppFromAsar),
    fileProtocolPrivileges: state(FuseV1Options.GrantFileProtocolExtraPrivileges),
  }).toEqual({
    runAsNode: 'DISABLE',
    cookieEncryption: 'ENABLE',
    nodeOptions: 'DISABLE',
    nodeCliInspect: 'DISABLE',
    asarIntegrity: 'ENABLE',
    onlyLoadAppFromAsar: 'ENABLE',
    fileProtocolPrivileges: 'DISABLE',
  });
});

test('the archive holds what runs, and nothing of how it was made', () => {
  expect(packed).toContain(path.join(path.sep, 'out', 'main', 'app.js'));
  const left = packed.filter(
    (file) =>
      /\.(map|ts|svelte|tsbuildinfo|cc|h|gyp)$/.test(file) ||
      /[\\/](test|tests|scripts|models|main|renderer)[\\/]?$/.test(file.replace(/[\\/](out|node_modules)[\\/].*/, '')),
  );
  expect(left).toEqual([]);
});

test('the archive holds no package that only development needs', async () => {
  const { devDependencies } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const carried = Object.keys(devDependencies).filter((name) => packed.includes(path.join(path.sep, 'node_modules', name)));
  expect(carried).toEqual([]);
});

test('no file of the app names the folder it was built in', () => {
  const own = packed.filter((file) => /^[\\/]out[\\/].*\.(js|cjs|html|css)$/.test(file));
  expect(own.length).toBeGreaterThan(3);
  const telling = own.filter((file) => extractFile(archive, file.slice(1)).includes(root));
  expect(telling).toEqual([]);
});

test('native libraries lie beside the archive, for this system alone', async () => {
  const beside = (await readdir(`${archive}.unpacked`, { recursive: true })).filter((file) => /\.(node|so|so\..*|dll|dylib)$/.test(file));
  expect(beside.some((file) => file.includes('onnxruntime'))).toBe(true);
  expect(beside.some((file) => file.includes('better-sqlite3'))).toBe(true);
  const others = ['linux', 'darwin', 'win32'].filter((system) => system !== process.platform);
  expect(beside.filter((file) => others.some((system) => file.includes(system)))).toEqual([]);
});

test('nothing lets a bare Electron run another folder', () => {
  expect(existsSync(path.join(resources, 'default_app.asar'))).toBe(false);
  expect(existsSync(path.join(resources, 'app'))).toBe(false);
});

test('every network and built-in recording is there, byte for byte as the manifest names it', async () => {
  const reports = await bringWeights({ root: resources, manifest: path.join('models', 'manifest.json'), check: true });
  expect(reports.length).toBeGreaterThan(0);
  expect(reports.filter(({ state }) => state !== 'present')).toEqual([]);
});
