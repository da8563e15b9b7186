import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readWorkerReport } from '../../../main/app/worker-report.ts';
import { faceObservation } from '../identity/observations.ts';

const observation = faceObservation(5);
const report = { kind: 'observation', look: 1, observation } as const;

it('takes what the worker sends', () => {
  expect(readWorkerReport(report)).toEqual(report);
  expect(readWorkerReport({ ...report, preview: { sizePx: 2, rgba: new Uint8Array(16) } })?.kind).toBe('observation');
  expect(readWorkerReport({ kind: 'observation', look: 1, observation: { kind: 'no-face', stamp: observation.stamp } })?.kind).toBe(
    'observation',
  );
  const inTheDark = { ...report, observation: { ...observation, infrared: true } };
  expect(readWorkerReport(inTheDark)).toEqual(inTheDark);
  expect(readWorkerReport({ kind: 'ready', identityModel: 'sface' })?.kind).toBe('ready');
});

it('takes a face of which something could not be measured: dropped, a picture without depth would never count as a failed look', () => {
  const unmeasured = {
    ...report,
    observation: {
      ...observation,
      liveness: { kind: 'spoof', score: 0, cues: [{ name: 'reliefChangeMm', value: Number.NaN, passed: true }] },
      attention: { kind: 'unknown', leftBlink: Number.NaN, rightBlink: Number.NaN, gazeDeg: Number.NaN },
    },
  };
  expect(readWorkerReport(unmeasured)).toEqual(unmeasured);
});

it.each([
  ['a vector with a hole', { ...report, observation: { ...observation, embedding: new Float32Array(128).fill(Number.NaN) } }],
  ['a vector of twice the numbers that is no direction', { ...report, observation: { ...observation, embedding: new Float32Array(256) } }],
  ['a vector of a length between', { ...report, observation: { ...observation, embedding: new Float32Array(192).fill(192 ** -0.5) } }],
  ['a vector of another length', { ...report, observation: { ...observation, embedding: new Float32Array(64) } }],
  ['a plain array for a vector', { ...report, observation: { ...observation, embedding: Array.from({ length: 128 }, () => 0) } }],
  ['a time that is none', { ...report, observation: { ...observation, stamp: { sequence: 1, capturedAtMs: Number.NaN } } }],
  ['a pose that is none', { ...report, observation: { ...observation, pose: { yawDeg: Infinity, pitchDeg: 0, rollDeg: 0 } } }],
  ['a face that is half in the dark', { ...report, observation: { ...observation, infrared: false } }],
  ['a watch that is no number', { ...report, look: '1' }],
  ['a preview of another size', { ...report, preview: { sizePx: 4, rgba: new Uint8Array(16) } }],
  ['something more', { ...report, unlock: true }],
  ['a kind nobody knows', { kind: 'unlock' }],
])('refuses %s', (_name, message) => {
  expect(readWorkerReport(message)).toBeUndefined();
});

it('refuses anything else without an exception', () => {
  fc.assert(
    fc.property(fc.anything(), (message) => {
      expect(readWorkerReport(message)).toBeUndefined();
    }),
  );
});
