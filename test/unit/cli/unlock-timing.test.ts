import { expect, test } from 'vitest';
import { unlockSentence } from '../../../main/cli/unlock-timing.ts';

const timing = { n: 72, p50Ms: 151.4, p95Ms: 203.6, people: 6, framesPerSecond: 30, meanFrames: 3.04, notOpened: 0 };

test('the line names what was timed, of how many looks, and those that did not open', () => {
  expect(unlockSentence(timing)).toBe(
    'first frame with a face to unlock: median 151 ms, p95 204 ms; 72 looks of 6 people at 30 frames a second, 3.0 frames a look',
  );
  expect(unlockSentence({ ...timing, n: 70, notOpened: 2 })).toMatch(/^.*70 looks .*; 2 more did not open$/);
});
