import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openLog } from '../../../main/app/log.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'facelatch-log-'));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

it('writes one line each time, for its owner alone', () => {
  const file = join(folder, 'deep', 'facelatch.log');
  const log = openLog(file);
  log('first');
  log('second\nwith a break');
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2);
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o077).toBe(0);
});

it('does not grow without end', () => {
  const file = join(folder, 'facelatch.log');
  writeFileSync(file, 'x'.repeat(1_200_000));
  openLog(file)('after');
  expect(statSync(file).size).toBeLessThan(1000);
});

it('goes on without a place to write', () => {
  writeFileSync(join(folder, 'blocked'), '');
  expect(() => openLog(join(folder, 'blocked', 'facelatch.log'))('lost')).not.toThrow();
});
