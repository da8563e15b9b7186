import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createRecording } from '../../../main/capture/recording/writer.ts';
import type { RgbdFrame } from '../../../main/contract/frame.ts';
import { monotonicNowMs } from '../../../main/contract/monotonic.ts';
import type { WorkerReport } from '../../../main/contract/worker-messages.ts';
import type { FaceNetworks } from '../../../main/vision/recognise.ts';
import { Watcher } from '../../../main/worker/watcher.ts';
import { temporaryFolder } from '../capture/scene.ts';
import { framesOf, modelsDir, networks, peopleDir } from '../vision/frames.ts';
import { inTheGloom } from '../vision/infrared-light.ts';

type ObservationReport = Extract<WorkerReport, { kind: 'observation' }>;

let loaded: FaceNetworks;
let reports: WorkerReport[] = [];
let watcher: Watcher;

beforeAll(async () => {
  loaded = await networks();
});

function startWatcher(): void {
  reports = [];
  watcher = new Watcher({ modelsDir, threads: 1 }, loaded, (report) => void reports.push(report));
}

afterEach(async () => {
  await watcher.handle({ kind: 'stop' });
});

const start = (look: number, cameraId = 'simulated:0', preview = false) =>
  watcher.handle({ kind: 'start', look, cameraId, purpose: preview ? 'enrol' : 'unlock', preview });

async function until(found: (report: ObservationReport) => boolean): Promise<ObservationReport> {
  const deadline = monotonicNowMs() + 30_000;
  for (;;) {
    const report = reports.find((each): each is ObservationReport => each.kind === 'observation' && found(each));
    if (report !== undefined) return report;
    if (monotonicNowMs() > deadline) throw new Error('no such observation came');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a look is observed from frames taken after it began, without a picture; an enrolment shows a preview', async () => {
  startWatcher();
  const began = monotonicNowMs();
  await start(7);
  const look = await until(({ observation }) => observation.kind === 'face');
  expect(look.look).toBe(7);
  expect(look.preview).toBeUndefined();
  expect(look.observation.stamp.capturedAtMs).toBeGreaterThan(began);
  await start(8, 'simulated:0', true);
  const enrolling = await until((report) => report.look === 8);
  expect(enrolling.preview?.rgba).toHaveLength((enrolling.preview?.sizePx ?? 0) ** 2 * 4);
});

test('whoever is put before the simulated camera is seen: the owner alive, the photograph flat, nobody gone', async () => {
  startWatcher();
  await start(1);
  await until(({ observation }) => observation.kind === 'face' && observation.liveness.kind === 'live');
  await watcher.handle({ kind: 'seat', seat: 'photograph' });
  await until(({ observation }) => observation.kind === 'face' && observation.liveness.kind === 'spoof');
  await watcher.handle({ kind: 'seat', seat: 'nobody' });
  await until(({ observation }) => observation.kind === 'no-face');
});

test('in the dark a look is observed on infrared, and an enrolment stays too dark', async () => {
  const [frontal] = await framesOf(join(peopleDir, 'ada', 'look-1'));
  const gloom = inTheGloom(frontal as RgbdFrame);
  const folder = join(await temporaryFolder(), 'take');
  const created = await createRecording(folder, gloom.calibration);
  if (created.kind === 'failed') throw new Error(created.sentence);
  for (const capturedAtMs of [0, 100, 200]) await created.writer.write({ ...gloom, capturedAtMs });
  startWatcher();
  await start(1, `recording:${folder}`);
  await until(
    ({ observation }) => observation.kind === 'face' && observation.embedding !== undefined && observation.liveness.kind === 'live',
  );
  await start(2, `recording:${folder}`, true);
  const { observation } = await until(({ look }) => look === 2);
  expect(observation).toMatchObject({ kind: 'face', quality: { kind: 'poor', fault: 'too-dark' } });
});

test('nothing is reported once the camera was stopped', async () => {
  startWatcher();
  await start(1);
  await until(() => true);
  await watcher.handle({ kind: 'stop' });
  const count = reports.length;
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(reports).toHaveLength(count);
});

test('a camera that is not there is absent, in a sentence', async () => {
  startWatcher();
  await start(3, 'recording:/nowhere');
  await expect
    .poll(() => reports)
    .toContainEqual({ kind: 'camera', look: 3, state: { kind: 'absent', sentence: expect.stringContaining('/nowhere') } });
});
