import type { RgbdFrame } from '../contract/frame.ts';
import type { FrameStamp, Observation, Quality, QualityFault } from '../contract/observation.ts';
import { alignedSizePx, alignedToPicture, fivePoints } from './align.ts';
import { judgeAttention } from './attention.ts';
import { type Detection, detectFaces } from './detect.ts';
import type { Embedding } from './embed.ts';
import { shutLogOdds } from './eyes-network.ts';
import { backProject, measureFaceDepth } from './face-depth.ts';
import { headLogOdds } from './head-network.ts';
import { cropFromDetection, cropFromLandmarks, type FaceCrop, findLandmarks, type Landmarks } from './landmarks.ts';
import { judgeLiveness } from './liveness.ts';
import type { LivenessMemory } from './liveness-memory.ts';
import { colourPlanes, type Picture } from './picture.ts';
import { headPose } from './pose.ts';
import { judgeQuality } from './quality.ts';
import { type FaceNetworks, minimumPresence } from './recognise.ts';
import type { NoVector } from './rgbd-input.ts';

/** Names of the stages whose time `bench` prints. */
export type Stage = 'detect' | 'landmarks' | 'head' | 'depth' | 'eyes' | 'attention' | 'embed';

/** Is told how long each stage took. */
export type StageClock = <T>(stage: Stage, work: () => Promise<T> | T) => Promise<T>;

/** Runs the work and measures nothing. */
export const untimed: StageClock = async (_stage, work) => work();

/** What a person can mend when the identity network has no answer. */
const faultOf: Readonly<Record<NoVector, QualityFault>> = {
  'no-depth': 'no-depth',
  'poor-depth': 'poor-depth',
  'outside-picture': 'not-centred',
  'too-small': 'too-far',
  'not-finite': 'unreadable',
};

/** What the pipeline remembers from frame to frame: where the face was, so that its crop need not be found twice, and what liveness compares frames by. */
export interface Tracking {
  /** `undefined` when the last frame showed no face. */
  readonly crop: FaceCrop | undefined;
  /** Whether the picture of the last face was good enough to judge; the next one's is likely to be as good. */
  readonly lookedGood: boolean;
  readonly liveness: LivenessMemory | undefined;
}

export interface PipelineResult {
  readonly observation: Observation;
  readonly tracking: Tracking | undefined;
}

/**
 * One frame through all of vision: detect, landmarks, depth under them, pose, quality, liveness, attention and, when the picture is good enough to
 * judge, the face vector. `frame.depthMm` must be registered to colour. The nearest (largest) face is described. An identity network in a thread of its own
 * is asked before the judging, where the last face was good; its answer counts only if this one is.
 */
export async function observeFrame(
  networks: FaceNetworks,
  frame: RgbdFrame,
  tracking: Tracking | undefined,
  clock: StageClock,
): Promise<PipelineResult> {
  const stamp: FrameStamp = { sequence: frame.sequence, capturedAtMs: frame.capturedAtMs };
  const { color } = frame.calibration;
  const picture: Picture = { width: color.width, height: color.height, rgba: frame.color };
  const detections = await clock('detect', () => detectFaces(networks.detector, picture));
  const face = largest(detections);
  // A frame without a face between two others does not make liveness forget what it saw before.
  const nobody = {
    observation: { kind: 'no-face', stamp },
    tracking: { crop: undefined, lookedGood: true, liveness: tracking?.liveness },
  } as const;
  if (face === undefined) return nobody;
  const landmarks = await clock('landmarks', () => findPoints(networks, picture, face, tracking));
  if (landmarks === undefined) return nobody;

  const map = alignedToPicture(fivePoints(landmarks));
  if (map === undefined) return nobody;
  const embed = (): Promise<Embedding> => networks.identity.embed({ picture, depthMm: frame.depthMm, alignedToPicture: map, landmarks });
  const begun = networks.identity.apart && tracking?.lookedGood !== false ? embed() : undefined;
  // It may come to be that nobody waits for it; whoever does hears of its failure.
  begun?.catch(() => undefined);
  const head = await clock('head', () => headLogOdds(networks.head, picture, frame.depthMm, map));
  const judged = await clock('depth', () => {
    const registered = { depthMm: frame.depthMm, intrinsics: color };
    const depth = measureFaceDepth(landmarks, registered);
    const pose = headPose(landmarks, depth, color.fx);
    const yawDeg = pose?.yawDeg ?? 0;
    return {
      depth,
      pose,
      ...judgeLiveness({ landmarks, face: depth, picture, depth: registered, yawDeg, headLogOdds: head, memory: tracking?.liveness }),
    };
  });
  const { depth, pose, liveness, memory } = judged;
  if (pose === undefined) return nobody;
  const looksGood = judgeQuality({
    picture,
    detections,
    face,
    landmarks,
    depth,
    pose,
    focalPx: color.fx,
    liveness: liveness.kind,
    alignedLuma: lumaOf(picture, map),
  });
  const place = backProject(
    face.left + face.width / 2,
    face.top + face.height / 2,
    depth.distanceMm > 0 ? depth.distanceMm : color.fx,
    color,
  );
  const shut = await clock('eyes', () => shutLogOdds(networks.eyes, picture, landmarks));
  const attention = await clock('attention', () => judgeAttention(networks.blendshapes, picture, landmarks, shut, pose, place));
  const embedding = looksGood.kind === 'good' ? await clock('embed', () => begun ?? embed()) : undefined;
  const quality: Quality = embedding?.kind === 'none' ? { kind: 'poor', fault: faultOf[embedding.reason] } : looksGood;
  const observation: Observation = {
    kind: 'face',
    stamp,
    box: { left: face.left, top: face.top, width: face.width, height: face.height },
    faces: detections.length,
    pose,
    distanceMm: depth.distanceMm,
    quality,
    liveness,
    attention,
    ...(embedding?.kind === 'vector' ? { embedding: embedding.vector } : {}),
  };
  return { observation, tracking: { crop: cropFromLandmarks(landmarks), lookedGood: looksGood.kind === 'good', liveness: memory } };
}

function largest(detections: readonly Detection[]): Detection | undefined {
  return [...detections].sort((p, q) => q.width - p.width)[0];
}

/** One pass where the last frame's crop still holds the detected face, two where it does not. */
async function findPoints(
  networks: FaceNetworks,
  picture: Picture,
  face: Detection,
  tracking: Tracking | undefined,
): Promise<Landmarks | undefined> {
  if (tracking?.crop !== undefined && holds(tracking.crop, face)) {
    const tracked = await findLandmarks(networks.landmarks, picture, tracking.crop);
    if (tracked.presence >= minimumPresence) return tracked;
  }
  const first = await findLandmarks(networks.landmarks, picture, cropFromDetection(face));
  if (first.presence < minimumPresence) return undefined;
  const second = await findLandmarks(networks.landmarks, picture, cropFromLandmarks(first));
  return second.presence < minimumPresence ? undefined : second;
}

/** The crop is centred on the face to within a tenth of its side, and of like size. */
function holds(crop: FaceCrop, face: Detection): boolean {
  const fresh = cropFromDetection(face);
  const moved = Math.hypot(crop.centre.x - fresh.centre.x, crop.centre.y - fresh.centre.y);
  const ratio = crop.sidePx / fresh.sidePx;
  return moved < 0.12 * crop.sidePx && ratio > 0.75 && ratio < 1.33;
}

function lumaOf(picture: Picture, map: NonNullable<ReturnType<typeof alignedToPicture>>): Float32Array {
  const size = alignedSizePx * alignedSizePx;
  const rgb = colourPlanes(picture, map, alignedSizePx);
  const luma = new Float32Array(size);
  for (let i = 0; i < size; i++)
    luma[i] = 0.299 * (rgb[i] as number) + 0.587 * (rgb[i + size] as number) + 0.114 * (rgb[i + 2 * size] as number);
  return luma;
}
