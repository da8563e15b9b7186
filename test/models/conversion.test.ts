import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bringWeights } from '../../scripts/lib/weights.mjs';
import { type ConversionReport, checkConversion } from './conversion-check.ts';
import { type ReferenceRuntime, startReferenceRuntime } from './reference-runtime.ts';
import { summary } from './summary.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const unavailable = await whyUnavailable();
if (unavailable) console.log(`skipped: the check against MediaPipe's own runtime (${unavailable})`);

describe.skipIf(unavailable !== null)("our networks against MediaPipe's own runtime, on rendered faces", () => {
  let runtime: ReferenceRuntime;
  let report: ConversionReport;

  beforeAll(async () => {
    runtime = await startReferenceRuntime(path.join(root, '.cache', 'references'));
    report = await checkConversion(path.join(root, 'models'), runtime);
    console.log(summary(report));
  });
  afterAll(() => runtime?.close());

  test('every face is seen by both', () => {
    expect(report.pictures).toBeGreaterThanOrEqual(24);
    expect(report.missed).toEqual([]);
    expect(report.ownSteps.missed).toBe(0);
  });

  // Both compute in float32 and add in another order; values reach 256 (pixels) and 200 (logits), where a float32 step is 1.5e-5.
  test.each(['regressors', 'classificators', 'landmarks', 'presenceLogit'])('%s: the same numbers for the same input', (name) => {
    expect(report.networks[name]?.max).toBeLessThan(5e-3);
  });
  test.each(['tongueOut', 'blendshapes'])('%s: the same probabilities for the same input', (name) => {
    expect(report.networks[name]?.max).toBeLessThan(1e-4);
  });

  // On whole pictures MediaPipe cuts its crop with OpenCV, which rounds places to 1/32 of a pixel: that, not the networks, is what is left.
  test('landmarks lie within a quarter of a pixel of MediaPipe, by its own steps', () => {
    expect(report.sameSteps.landmarksPx.max).toBeLessThan(0.25);
    expect(report.sameSteps.landmarksPx.mean).toBeLessThan(0.05);
    expect(report.sameSteps.depthPx.max).toBeLessThan(0.5);
  });
  test('blendshapes differ by less than 0.02', () => {
    expect(report.sameSteps.blendshapes.max).toBeLessThan(0.02);
  });
});

/** Null when everything the check needs is here; the reference runtimes are brought first. */
async function whyUnavailable(): Promise<string | null> {
  if (!existsSync(path.join(root, 'models', 'simulated', 'people'))) return 'no rendered faces in models/simulated';
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'no display';
  const reports = await bringWeights({ root, manifest: path.join('models', 'convert', 'references.json') });
  return reports.find(({ sentence }) => sentence)?.sentence ?? null;
}
