import { expect, test } from 'vitest';
import { attentionText, cueName, cueValue, headText } from '../../../renderer/insight/words.ts';

test('a cue that the page does not know is shown by its own name and unit', () => {
  expect(cueName('noseProtrusionMm')).toBe('Height of the nose');
  expect(cueName('cylinderResidualMm')).toBe('Cylinder residual');
  expect(cueName('constructor')).toBe('Constructor');
  const measured = (name: string, value: number): string => cueValue({ name, value, passed: true });
  expect(measured('cylinderResidualMm', 3.08)).toBe('3.1 mm');
  expect(measured('turnDeg', -2)).toBe('-2.0°');
  expect(measured('meshAgreement', 0.5)).toBe('0.50');
  expect(measured('meshAgreement', Number.NaN)).toBe('not measured');
});

test('head and eyes read as words', () => {
  const head = { yawDeg: -6.4, pitchDeg: -3.2, distanceMm: 612 } as Parameters<typeof headText>[0];
  expect(headText(head)).toBe('6° aside, 3° down, 61 cm away');
  expect(attentionText({ kind: 'looking-away', leftBlink: 0, rightBlink: 0, gazeDeg: 21.6 })).toBe('looking away, 22° off');
  expect(attentionText({ kind: 'unknown', leftBlink: 0, rightBlink: 0, gazeDeg: Number.NaN })).toBe('not seen');
});
