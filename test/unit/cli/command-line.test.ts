import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { peopleDir } from '../vision/frames.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** Runs the built command line as a user does. */
function facelatch(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('node', [join(root, 'scripts', 'facelatch.mjs'), ...args], { cwd: root });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

const oneLine = (text: string): number => text.trim().split('\n').length;

interface Distances {
  n: number;
  mean: number;
}

test('simulate: every owner gets in, every stranger and photograph stays out, for each person in turn', { timeout: 400_000 }, async () => {
  const { code, out } = await facelatch('simulate', '--json');
  const report = JSON.parse(out);
  const people = (await readdir(peopleDir)).filter((name) => name !== 'attacks');
  expect(report).toMatchObject({ command: 'simulate', model: 'sface', threshold: expect.any(Number) });
  for (const owner of people) {
    const rows = report.rows.filter((row: { owner: string }) => row.owner === owner);
    const of = (kind: string) => rows.filter((row: { kind: string }) => row.kind === kind);
    expect(of('genuine').length).toBeGreaterThanOrEqual(3);
    expect(of('genuine').every((row: { decision: string }) => row.decision === 'unlock')).toBe(true);
    expect(of('impostor').length).toBeGreaterThanOrEqual(3 * (people.length - 1));
    expect(of('attack').length).toBeGreaterThanOrEqual(1);
    expect([...of('impostor'), ...of('attack')].every((row) => row.decision === 'refuse')).toBe(true);
  }
  const networks = report.networks as { network: string; genuine: Distances; impostor: Distances }[];
  expect(networks.map(({ network }) => network)).toEqual(['sface', 'turned', 'rgbd', 'fused', 'rgbd colour only', 'rgbd depth only']);
  for (const { genuine, impostor } of networks) {
    expect(impostor.n).toBe((people.length - 1) * genuine.n);
    expect(genuine.n).toBeGreaterThan(0);
    expect(genuine.mean).toBeLessThan(impostor.mean - 0.5);
  }
  expect(code).toBe(0);
});

test('doctor: JSON and nothing else, with every model verified', async () => {
  const { code, out } = await facelatch('doctor', '--json');
  const report = JSON.parse(out);
  expect(report.command).toBe('doctor');
  const models = report.checks.filter((check: { name: string }) => check.name.startsWith('model '));
  expect(models.length).toBeGreaterThanOrEqual(4);
  expect(models.every((check: { state: string }) => check.state === 'ok')).toBe(true);
  expect(code).toBe(0);
});

test('evaluate recordings on the built-in recordings: everybody told apart, no photograph accepted', { timeout: 400_000 }, async () => {
  const { code, out } = await facelatch('evaluate', 'recordings', peopleDir, '--json');
  const report = JSON.parse(out);
  expect(code).toBe(0);
  expect(report).toMatchObject({ command: 'evaluate recordings', model: 'sface', eer: 0, failuresToAcquire: 0 });
  expect(report.attacks['flat-photograph']).toMatchObject({ accepted: 0 });
  expect(report.attacks['flat-photograph'].n).toBeGreaterThan(0);
  expect(Object.keys(report.fnmrAtFmr)).toEqual(['0.01', '0.001', '0.0001']);
});

test('record writes what evaluate and other tools can read', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'facelatch-record-')), 'take');
  const { code } = await facelatch('record', '--camera', 'simulated:0', '--out', folder, '--seconds', '1');
  expect(code).toBe(0);
  const lines = (await readFile(join(folder, 'rgb.txt'), 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines.length).toBeGreaterThanOrEqual(2);
  expect(JSON.parse(await readFile(join(folder, 'calibration.json'), 'utf8'))).toMatchObject({
    depthScaleMm: 1,
    color: { width: expect.any(Number) },
  });
});

describe('bad input: one line that names it, exit code 2, nothing on standard output', () => {
  test.each([
    ['no command', [], 'name a command'],
    ['an unknown command', ['open-sesame'], 'open-sesame'],
    ['an unknown option', ['simulate', '--faster'], '--faster'],
    ['pairs without pictures', ['evaluate', 'pairs'], 'usage'],
    ['a folder that is not there', ['evaluate', 'pairs', '--images', '/nowhere', '--pairs', 'all'], '/nowhere'],
    ['a model that is not there', ['evaluate', 'pairs', '--images', root, '--pairs', 'all', '--model', 'magic'], 'magic'],
    ['recordings that are not there', ['evaluate', 'recordings', '/nowhere'], '/nowhere'],
    ['a camera that is not there', ['record', '--camera', 'kinect9:0', '--out', '/tmp/none', '--seconds', '1'], 'kinect9:0'],
    ['seconds that are none', ['record', '--camera', 'simulated:0', '--out', '/tmp/none', '--seconds', 'soon'], '--seconds'],
  ])('%s', async (_, args, named) => {
    const { code, out, err } = await facelatch(...args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(oneLine(err)).toBe(1);
    expect(err).toContain(named);
    expect(err).not.toMatch(/\bat .*:\d+:\d+/);
  });

  test('a truncated recording', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'facelatch-broken-'));
    const session = join(folder, 'ada', 'enrol-1');
    const source = join(peopleDir, (await readdir(peopleDir)).find((name) => name !== 'attacks') as string, 'look-1');
    await copyCut(source, session);
    const { code, err } = await facelatch('evaluate', 'recordings', folder);
    expect(code).toBe(2);
    expect(oneLine(err)).toBe(1);
    expect(err).toContain('depth/');
  });
});

/** Copies a recording with its first depth picture cut in half. */
async function copyCut(source: string, target: string): Promise<void> {
  await cp(source, target, { recursive: true });
  const first = (await readdir(join(target, 'depth'))).sort()[0] as string;
  const bytes = await readFile(join(target, 'depth', first));
  await writeFile(join(target, 'depth', first), bytes.subarray(0, bytes.length >> 1));
}
