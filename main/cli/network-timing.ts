import { performance } from 'node:perf_hooks';
import { alignedSizePx } from '../vision/align.ts';
import { networkFiles } from '../vision/load-networks.ts';
import { readManifest } from '../vision/manifest.ts';
import { loadNetwork } from '../vision/network.ts';
import { type Timing, timingOf } from './capture-timing.ts';

export type NetworkTiming =
  | { readonly kind: 'timed'; readonly timing: Timing }
  | { readonly kind: 'not-here' }
  | { readonly kind: 'failed'; readonly sentence: string };

const warmUpRuns = 20;
const measuredRuns = 200;

/** How long the RGB-D network alone takes for one face, on one thread; `not-here` where the manifest does not name it. */
export async function timeRgbdNetwork(modelsDir: string): Promise<NetworkTiming> {
  const manifest = await readManifest(modelsDir);
  if (manifest.kind !== 'read' || !manifest.rows.some(({ file }) => file === networkFiles.rgbd)) return { kind: 'not-here' };
  const loading = await loadNetwork(modelsDir, networkFiles.rgbd, 1);
  if (loading.kind === 'refused') return { kind: 'failed', sentence: loading.sentence };
  const data = Float32Array.from({ length: 4 * alignedSizePx ** 2 }, (_, index) => Math.sin(index));
  const durationsMs: number[] = [];
  for (let run = 0; run < warmUpRuns + measuredRuns; run++) {
    const started = performance.now();
    await loading.network.run({ face: { data, shape: [1, 4, alignedSizePx, alignedSizePx] } });
    if (run >= warmUpRuns) durationsMs.push(performance.now() - started);
  }
  await loading.network.release();
  return { kind: 'timed', timing: timingOf(durationsMs) };
}
