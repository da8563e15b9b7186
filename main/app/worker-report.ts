import * as v from 'valibot';
import { isVectorLength } from '../contract/identity-model.ts';
import { qualityFaults } from '../contract/observation.ts';
import type { WorkerReport } from '../contract/worker-messages.ts';

const finite = v.pipe(v.number(), v.finite());
/** NaN is a measure that could not be taken, and a report in full: a cue of liveness without an earlier frame, eyes that were not seen. */
const measure = v.union([v.number(), v.nan()]);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const sentence = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));

const camera = v.strictObject({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)),
  driver: v.picklist(['kinect2', 'openni2', 'recording', 'simulated']),
  label: v.pipe(v.string(), v.maxLength(200)),
});

const cameraState = v.variant('kind', [
  v.strictObject({ kind: v.literal('absent'), sentence }),
  v.strictObject({ kind: v.literal('ready'), camera }),
  v.strictObject({ kind: v.literal('streaming'), camera }),
  v.strictObject({ kind: v.literal('lost'), camera, sentence }),
]);

const stamp = v.strictObject({ sequence: count, capturedAtMs: finite });

/** Only directions are vectors of faces: a shorter one would lie nearer to everybody, since distances are taken of unit vectors. */
const embedding = v.pipe(
  v.instance(Float32Array),
  v.check((vector) => isVectorLength(vector.length) && Math.abs(Math.hypot(...vector) - 1) < 0.001),
);

const observation = v.variant('kind', [
  v.strictObject({ kind: v.literal('no-face'), stamp }),
  v.strictObject({
    kind: v.literal('face'),
    stamp,
    box: v.strictObject({ left: finite, top: finite, width: finite, height: finite }),
    infrared: v.exactOptional(v.literal(true)),
    faces: count,
    pose: v.strictObject({ yawDeg: finite, pitchDeg: finite, rollDeg: finite }),
    distanceMm: finite,
    quality: v.variant('kind', [
      v.strictObject({ kind: v.literal('good') }),
      v.strictObject({ kind: v.literal('poor'), fault: v.picklist(qualityFaults) }),
    ]),
    liveness: v.strictObject({
      kind: v.picklist(['live', 'spoof', 'unknown']),
      score: finite,
      cues: v.array(v.strictObject({ name: v.string(), value: measure, passed: v.boolean() })),
    }),
    attention: v.strictObject({
      kind: v.picklist(['attentive', 'eyes-closed', 'looking-away', 'unknown']),
      leftBlink: measure,
      rightBlink: measure,
      gazeDeg: measure,
    }),
    embedding: v.exactOptional(embedding),
  }),
]);

const preview = v.pipe(
  v.strictObject({ sizePx: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(512)), rgba: v.instance(Uint8Array) }),
  v.check(({ sizePx, rgba }) => rgba.length === sizePx * sizePx * 4),
);

const report = v.variant('kind', [
  v.strictObject({ kind: v.literal('ready'), identityModel: v.pipe(v.string(), v.minLength(1)) }),
  v.strictObject({ kind: v.literal('cameras'), cameras: v.array(camera) }),
  v.strictObject({
    kind: v.literal('camera'),
    look: count,
    state: cameraState,
    pin: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(4096))),
  }),
  v.strictObject({ kind: v.literal('observation'), look: count, observation, preview: v.exactOptional(preview) }),
  v.strictObject({ kind: v.literal('failed'), sentence }),
]);

/** A message of the vision thread, when it is one. The thread reads cameras and files, so what it says is checked like a stranger's. */
export function readWorkerReport(message: unknown): WorkerReport | undefined {
  const parsed = v.safeParse(report, message);
  return parsed.success ? parsed.output : undefined;
}
