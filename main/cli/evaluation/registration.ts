import type { ReadFrame } from '../../capture/recording/reader.ts';
import { SquarePixels } from '../../capture/square-pixels.ts';
import { type Calibration, isRegistered, type RgbdFrame } from '../../contract/frame.ts';
import type { FaceOverDepth } from '../../geometry/face-over-depth.ts';
import { meanAgreement, searchRegistration } from '../../geometry/registration-search.ts';
import { faceOverDepth } from '../../vision/face-over-depth.ts';
import type { FaceFinders } from '../../vision/recognise.ts';
import { Progress } from '../console.ts';
import type { Session, SessionSet } from './sessions.ts';

/** Whether recordings that say that depth lies on colour were taken at their word. Agreements are of faces that no search has seen, -1 to 1; `null` where none was measured. */
export type Registration =
  | {
      readonly kind: 'as-recorded';
      readonly why: 'asked' | 'lenses-apart' | 'several-cameras' | 'too-few-faces' | 'agrees' | 'nothing-better';
      readonly frames: number;
      readonly agreementBefore: number | null;
      readonly agreementAfter: number | null;
    }
  | {
      readonly kind: 'mended';
      readonly color: { readonly fx: number; readonly fy: number; readonly cx: number; readonly cy: number };
      readonly translationMm: readonly number[];
      readonly frames: number;
      readonly agreementBefore: number;
      readonly agreementAfter: number;
    };

/** The recordings as they are to be measured, and what was done to them. */
export interface RegisteredSet {
  readonly set: SessionSet;
  readonly registration: Registration;
}

/** Faces that are looked at, from as many sessions as there are; every third is kept from the search and judges it. */
const mostFaces = 120;
const fewestFaces = 20;
const judgeEvery = 3;
/** Of one session's frames every so many are taken: neighbours show the same. */
const frameStep = 5;

/**
 * The rule. A claim stands while faces agree with depth by `standsFrom` under it. Another registration takes its place when faces agree by `takenFrom` under that, and by
 * `betterBy` more than before. Rendered recordings, whose depth lies on colour, have 0.9; a real Kinect v2's frames have 0.4 as stored on one grid that
 * colour does not lie on, and 0.85 to 0.9 with colour in its place.
 */
const standsFrom = 0.6;
const takenFrom = 0.7;
const betterBy = 0.2;
/** No camera differs from its claim by more: focal lengths, principal point in shares of the picture, and lenses apart. */
const largestScale = 2;
const largestOffsetShare = 0.25;
const largestShiftMm = 150;

/**
 * Checks whether recordings that claim depth on colour have it there, by how faces found in colour agree with the depth under them, and puts colour where faces
 * agree best when the claim is clearly wrong (the rule above). One camera is assumed for the folder; recordings with another calibration are left alone. Nobody's
 * name is looked at, and attacks are not: they are only carried along. A frame that cannot be read ends the look here and is reported by the reading that follows.
 */
export async function mendRegistration(finders: FaceFinders, set: SessionSet): Promise<RegisteredSet> {
  const asRecorded = (
    why: Extract<Registration, { kind: 'as-recorded' }>['why'],
    frames = 0,
    before?: number,
    after?: number,
  ): RegisteredSet => ({
    set,
    registration: { kind: 'as-recorded', why, frames, agreementBefore: before ?? null, agreementAfter: after ?? null },
  });
  const sessions = set.people.flatMap(({ enrol, probe }) => [...enrol, ...probe]);
  const claims = new Map<string, Calibration>();
  const recorded = await facesOf(finders, sessions, (frame) => {
    claims.set(JSON.stringify(frame.calibration), frame.calibration);
    return frame;
  });
  const [claimed, ...others] = claims.values();
  if (claimed === undefined) return asRecorded('too-few-faces');
  if (others.length > 0) return asRecorded('several-cameras');
  if (!isRegistered(claimed)) return asRecorded('lenses-apart');
  if (recorded.length < fewestFaces) return asRecorded('too-few-faces', recorded.length);
  const before = meanAgreement(judges(recorded), claimed, claimed);
  if (before >= standsFrom) return asRecorded('agrees', judges(recorded).length, before);

  // Faces in a stretched picture are found badly: a first search puts colour about right, faces are found anew, and a second search goes on from there.
  const rough = searchRegistration(searched(recorded), claimed);
  const unstretched = await facesOf(finders, sessions, recalibrated(claimed, rough));
  const better = unstretched.length < fewestFaces ? recorded : unstretched;
  const found = searchRegistration(searched(better), claimed);
  const after = meanAgreement(judges(better), claimed, found);
  const frames = judges(better).length;
  if (after < takenFrom || after < before + betterBy || !isPossible(claimed, found))
    return asRecorded('nothing-better', frames, before, after);
  const { fx, fy, cx, cy } = found.color;
  const { translationMm } = found.depthToColor;
  return {
    set: withFrames(set, recalibrated(claimed, found)),
    registration: { kind: 'mended', color: { fx, fy, cx, cy }, translationMm, frames, agreementBefore: before, agreementAfter: after },
  };
}

/** The recordings untouched, because that was asked for. */
export function takenAsRecorded(set: SessionSet): RegisteredSet {
  return { set, registration: { kind: 'as-recorded', why: 'asked', frames: 0, agreementBefore: null, agreementAfter: null } };
}

/** One sentence for a reader. */
export function registrationSentence(registration: Registration): string {
  const { frames, agreementBefore, agreementAfter } = registration;
  const by = (agreement: number | null): string => (agreement ?? 0).toFixed(2);
  if (registration.kind === 'mended') {
    const { color, translationMm } = registration;
    const lens = `fx ${color.fx.toFixed(0)}, fy ${color.fy.toFixed(0)}, cx ${color.cx.toFixed(1)}, cy ${color.cy.toFixed(1)}, ${(translationMm[0] ?? 0).toFixed(0)} mm beside depth`;
    return `registration mended: depth does not lie on colour as the recordings say (faces agree with it by ${by(agreementBefore)}); with colour at ${lens} they agree by ${by(agreementAfter)} (${frames} frames that the search did not use)`;
  }
  switch (registration.why) {
    case 'asked':
      return 'registration as recorded, unchecked';
    case 'lenses-apart':
      return 'registration as recorded: the recordings give the place of both lenses';
    case 'several-cameras':
      return 'registration as recorded, unchecked: the recordings have several calibrations';
    case 'too-few-faces':
      return `registration as recorded, unchecked: ${frames} faces, fewer than ${fewestFaces}`;
    case 'agrees':
      return `registration as recorded: faces agree with the depth under them by ${by(agreementBefore)} (${frames} frames)`;
    case 'nothing-better':
      return `registration as recorded, and doubtful: faces agree with the depth under them by ${by(agreementBefore)} only, and by ${by(agreementAfter)} with the best other one (${frames} frames)`;
  }
}

function isPossible(claimed: Calibration, found: Calibration): boolean {
  const { width, height } = claimed.color;
  const [shiftMm = 0] = found.depthToColor.translationMm;
  return (
    Math.abs(Math.log(found.color.fx / claimed.color.fx)) <= Math.log(largestScale) &&
    Math.abs(Math.log(found.color.fy / claimed.color.fy)) <= Math.log(largestScale) &&
    Math.abs(found.color.cx - claimed.color.cx) <= largestOffsetShare * width &&
    Math.abs(found.color.cy - claimed.color.cy) <= largestOffsetShare * height &&
    Math.abs(shiftMm) <= largestShiftMm
  );
}

/** Faces of at most `mostFaces` frames, from sessions evenly spread over all. */
async function facesOf(
  finders: FaceFinders,
  sessions: readonly Session[],
  prepare: (frame: RgbdFrame) => RgbdFrame,
): Promise<FaceOverDepth[]> {
  const count = Math.min(sessions.length, mostFaces);
  const framesOfEach = Math.ceil(mostFaces / Math.max(1, count));
  const square = new SquarePixels();
  const faces: FaceOverDepth[] = [];
  const progress = new Progress('registration', count);
  for (let index = 0; index < count; index++) {
    const session = sessions[Math.floor((index * sessions.length) / count)] as Session;
    let position = 0;
    let taken = 0;
    for await (const read of session.frames()) {
      if (read.kind === 'failed') break;
      if (position++ % frameStep !== 0) continue;
      const face = await faceOverDepth(finders, prepare(read.frame), square);
      if (face !== undefined) faces.push(face);
      if (++taken === framesOfEach) break;
    }
    progress.step();
  }
  return faces;
}

function judges(faces: readonly FaceOverDepth[]): FaceOverDepth[] {
  return faces.filter((_, index) => index % judgeEvery === 0);
}

function searched(faces: readonly FaceOverDepth[]): FaceOverDepth[] {
  return faces.filter((_, index) => index % judgeEvery !== 0);
}

/** Gives frames that have the one calibration the other, always the same object; other frames pass. */
function recalibrated(from: Calibration, to: Calibration): (frame: RgbdFrame) => RgbdFrame {
  const text = JSON.stringify(from);
  return (frame) => (JSON.stringify(frame.calibration) === text ? { ...frame, calibration: to } : frame);
}

function withFrames({ people, attacks }: SessionSet, prepare: (frame: RgbdFrame) => RgbdFrame): SessionSet {
  const prepared = <S extends Session>(session: S): S => ({ ...session, frames: () => eachPrepared(session.frames(), prepare) });
  return {
    people: people.map((person) => ({ ...person, enrol: person.enrol.map(prepared), probe: person.probe.map(prepared) })),
    attacks: attacks.map(prepared),
  };
}

async function* eachPrepared(frames: AsyncIterable<ReadFrame>, prepare: (frame: RgbdFrame) => RgbdFrame): AsyncGenerator<ReadFrame> {
  for await (const read of frames) yield read.kind === 'frame' ? { ...read, frame: prepare(read.frame) } : read;
}
