import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { typicalKinect2Calibration } from '../../main/capture/kinect2/kinect2-camera.ts';
import { openCamera } from '../../main/capture/open-camera.ts';
import { readAnyRecording } from '../../main/capture/read-recording.ts';
import { type Recording, readFrameAt } from '../../main/capture/recording/reader.ts';
import { FrameRegistrar } from '../../main/capture/registered-frames.ts';
import { openCast, type SimulatedCast } from '../../main/capture/simulated/cast.ts';
import { galleryOf, replayEnrolment, replayLook } from '../../main/cli/evaluation/replay.ts';
import type { Calibration, RgbdFrame } from '../../main/contract/frame.ts';
import type { Observation } from '../../main/contract/observation.ts';
import { DepthRegistration } from '../../main/geometry/registration.ts';
import { loadFaceNetworks } from '../../main/vision/load-networks.ts';
import { observeFrame, type Tracking, untimed } from '../../main/vision/pipeline.ts';
import type { FaceNetworks } from '../../main/vision/recognise.ts';
import { type KinectScene, KinectStandIn } from '../unit/capture/kinect2-stand-in.ts';
import { buildPrivateOpenni, missing, nativeDir, type PrivateOpenni, recordOni } from './openni2/private-openni.ts';

const modelsDir = fileURLToPath(new URL('../../models', import.meta.url));

/** What one sits before the camera for. */
interface Journey {
  readonly circle: Recording;
  readonly genuine: Recording;
  readonly stranger: Recording;
  readonly photograph: Recording;
}

let networks: FaceNetworks;
let journey: Journey;
const unavailable = await whatIsMissing();
if (unavailable !== undefined) console.log(`journey through the drivers skipped: ${unavailable}`);

async function whatIsMissing(): Promise<string | undefined> {
  const loading = await loadFaceNetworks(modelsDir, 2);
  if (loading.kind === 'refused') return loading.sentence;
  networks = loading.networks;
  const opened = await openCast(modelsDir);
  if (opened.kind === 'failed') return opened.sentence;
  const found = journeyOf(opened.cast);
  if (found === undefined) return 'the built-in recordings lack somebody';
  journey = found;
  return undefined;
}

function journeyOf({ people, attacks }: SimulatedCast): Journey | undefined {
  const [owner, other] = people;
  const photograph = attacks.find(({ species, target }) => species === 'flat-photograph' && target === owner?.name)?.recording;
  const [genuine, stranger] = [owner?.looks[0], other?.looks[0]];
  if (owner === undefined || genuine === undefined || stranger === undefined || photograph === undefined) return undefined;
  return { circle: owner.enrolCircle, genuine, stranger, photograph };
}

async function framesOf(recording: Recording): Promise<RgbdFrame[]> {
  const frames: RgbdFrame[] = [];
  for (let index = 0; index < recording.pairs.length; index += 1) {
    const read = await readFrameAt(recording, index);
    if (read.kind === 'failed') throw new Error(read.sentence);
    frames.push(read.frame);
  }
  return frames;
}

/** Enrols, then shows the owner, a stranger and a photograph of the owner, each through `see`. */
async function travel(see: (recording: Recording) => Promise<Observation[]>): Promise<readonly string[]> {
  const { model } = networks.identity;
  const enrolment = replayEnrolment(await see(journey.circle), model);
  const gallery = galleryOf('owner', enrolment);
  const looks = [journey.genuine, journey.stranger, journey.photograph];
  const decisions: string[] = [];
  for (const recording of looks) decisions.push(replayLook(await see(recording), gallery, model, { attention: true }).decision);
  return [enrolment.phase, ...decisions];
}

async function observe(frames: AsyncIterable<RgbdFrame> | Iterable<RgbdFrame>): Promise<Observation[]> {
  const observations: Observation[] = [];
  const registrar = new FrameRegistrar();
  let tracking: Tracking | undefined;
  for await (const frame of frames) {
    const result = await observeFrame(networks, registrar.register(frame), tracking, untimed);
    tracking = result.tracking;
    observations.push(result.observation);
  }
  return observations;
}

const asItShouldEnd = ['complete', 'unlock', 'refuse', 'refuse'];

describe.skipIf(unavailable !== undefined || missing !== undefined)('through .oni recordings and OpenNI', () => {
  let openni: PrivateOpenni;
  beforeAll(async () => {
    openni = await buildPrivateOpenni();
  });
  afterAll(() => rm(openni.folder, { recursive: true, force: true }));

  test('the owner enrols and gets in, a stranger and a photograph do not', { timeout: 600_000 }, async () => {
    let count = 0;
    const see = async (recording: Recording): Promise<Observation[]> => {
      count += 1;
      const oni = join(openni.folder, `take-${count}.oni`);
      const frames = await framesOf(recording);
      await recordOni(openni, { frames, fps: 15, registered: true }, oni);
      await writeFile(oni.replace('.oni', '.calibration.json'), JSON.stringify(recording.calibration));
      const played: RgbdFrame[] = [];
      for await (const read of readAnyRecording(oni, { modelsDir, nativeDir, openniLibrary: openni.library })) {
        if (read.kind === 'failed') throw new Error(read.sentence);
        played.push(read.frame);
      }
      expect(played.length).toBe(frames.length);
      // The same pixels and calibration: vision cannot but see the same.
      for (const [index, frame] of played.entries()) {
        expect(Buffer.compare(Buffer.from(frame.color), Buffer.from(frames[index]?.color ?? []))).toBe(0);
        expect(frame.depthMm).toEqual(frames[index]?.depthMm);
        expect(frame.calibration).toEqual(recording.calibration);
      }
      return observe(played);
    };
    expect(await travel(see)).toEqual(asItShouldEnd);
  });
});

describe.skipIf(unavailable !== undefined)('through a Kinect v2', () => {
  test('the owner enrols and gets in, a stranger and a photograph do not', { timeout: 600_000 }, async () => {
    const standIn = new KinectStandIn();
    const opened = await openCamera('kinect2:0', { modelsDir, kinect2: { kind: 'module', module: standIn.module } });
    if (opened.kind === 'failed') throw new Error(opened.sentence);
    const { camera } = opened;
    const see = async (recording: Recording): Promise<Observation[]> => {
      await camera.start({ purpose: 'unlock' }, { onFrame: () => {}, onState: () => {} });
      const scenes = new KinectScenes(recording.calibration);
      async function* seen(): AsyncGenerator<RgbdFrame> {
        for (const frame of await framesOf(recording)) {
          standIn.show(scenes.seenBy(frame));
          const taken = camera.takeFrame();
          if (taken === undefined) throw new Error('the Kinect delivered nothing');
          yield taken;
        }
      }
      const observations = await observe(seen());
      await camera.stop();
      return observations;
    };
    expect(await travel(see)).toEqual(asItShouldEnd);
  });
});

/** What a Kinect v2 in the simulated camera's place would see: colour enlarged onto its picture, depth from its depth lens 52 mm beside. */
class KinectScenes {
  private readonly from: Calibration;
  private readonly toDepthLens: DepthRegistration;

  constructor(from: Calibration) {
    this.from = from;
    const [x = 0, y = 0, z = 0] = typicalKinect2Calibration.depthToColor.translationMm;
    this.toDepthLens = new DepthRegistration({
      color: typicalKinect2Calibration.depth,
      depth: from.depth,
      depthToColor: { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translationMm: [-x, -y, -z] },
      depthScaleMm: 1,
    });
  }

  seenBy({ color, depthMm }: RgbdFrame): KinectScene {
    const { color: to } = typicalKinect2Calibration;
    const { color: from } = this.from;
    const seen = new Uint8Array(to.width * to.height * 4);
    for (let v = 0; v < to.height; v += 1) {
      const y = ((v - to.cy) / to.fy) * from.fy + from.cy;
      for (let u = 0; u < to.width; u += 1) {
        const x = ((u - to.cx) / to.fx) * from.fx + from.cx;
        if (x < 0 || y < 0 || x > from.width - 1 || y > from.height - 1) continue;
        const [left, top] = [Math.min(Math.floor(x), from.width - 2), Math.min(Math.floor(y), from.height - 2)];
        const [right, down] = [x - left, y - top];
        for (let channel = 0; channel < 4; channel += 1) {
          const at = (top * from.width + left) * 4 + channel;
          const upper = (color[at] ?? 0) * (1 - right) + (color[at + 4] ?? 0) * right;
          const lower = (color[at + from.width * 4] ?? 0) * (1 - right) + (color[at + from.width * 4 + 4] ?? 0) * right;
          seen[(v * to.width + u) * 4 + channel] = Math.round(upper * (1 - down) + lower * down);
        }
      }
    }
    return { color: seen, depthMm: this.toDepthLens.register(depthMm).slice(), infrared: new Uint8Array(512 * 424) };
  }
}
