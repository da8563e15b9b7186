import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { packagesFor, tallyOfUnittest } from '../../../scripts/lib/python-tests.mjs';
import { addTallies, counted, tally } from '../../../scripts/lib/tally.mjs';

describe('what a runner counted', () => {
  test('is taken as it is when the runner ended well', () => {
    expect(tally(0, 12, 0, 1)).toEqual({ passed: 12, failed: 0, skipped: 1 });
  });

  test('never hides that the runner ended badly', () => {
    expect(tally(1, 12, 0, 0)).toEqual({ passed: 12, failed: 1, skipped: 0 });
    expect(tally(139, 0, 0, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(tally(1, 12, 3, 0)).toEqual({ passed: 12, failed: 3, skipped: 0 });
  });
});

test('the sum of all suites is one line, and every note stays', () => {
  const sum = addTallies([
    { passed: 3, failed: 0, skipped: 1, note: 'no camera' },
    { passed: 2, failed: 1, skipped: 0 },
  ]);
  expect(sum).toEqual({ passed: 5, failed: 1, skipped: 1, note: 'no camera' });
  expect(counted(sum)).toBe('5 passed, 1 failed, 1 skipped');
  expect(counted({ passed: 5, failed: 0, skipped: 0 })).toBe('5 passed, 0 failed');
});

test('a Python folder needs what it and the folders it uses import', async () => {
  const models = await mkdtemp(path.join(tmpdir(), 'suites-test-'));
  for (const name of ['train', 'render']) await mkdir(path.join(models, name, 'tests'), { recursive: true });
  await writeFile(path.join(models, 'render', '__init__.py'), '');
  await writeFile(path.join(models, 'render', 'scene.py'), 'import cv2\nfrom scipy.ndimage import zoom\n');
  await writeFile(path.join(models, 'train', 'tests', 'test_loss.py'), 'import unittest\n\nimport torch\nfrom render.scene import draw\n');
  expect(await packagesFor(models, 'train')).toEqual(['python3-opencv', 'python3-scipy', 'python3-torch']);
  expect(await packagesFor(models, 'render')).toEqual(['python3-opencv', 'python3-scipy']);
  await rm(models, { recursive: true });
});

describe("unittest's closing lines", () => {
  const closing = (ran: number, verdict: string) => `.....\n----\nRan ${ran} tests in 0.123s\n\n${verdict}\n`;

  test('all well', () => {
    expect(tallyOfUnittest(0, closing(7, 'OK'))).toEqual({ passed: 7, failed: 0, skipped: 0 });
  });

  test('some skipped', () => {
    expect(tallyOfUnittest(0, closing(7, 'OK (skipped=2)'))).toEqual({ passed: 5, failed: 0, skipped: 2 });
  });

  test('some failed', () => {
    expect(tallyOfUnittest(1, closing(9, 'FAILED (failures=2, errors=1, skipped=3)'))).toEqual({ passed: 3, failed: 3, skipped: 3 });
  });

  test('no test found is a failure', () => {
    expect(tallyOfUnittest(5, closing(0, 'NO TESTS RAN'))).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});
