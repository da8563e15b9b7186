import { beforeAll, expect, test } from 'vitest';
import type { ReadFrame } from '../../../main/capture/recording/reader.ts';
import { mendRegistration, type RegisteredSet, registrationSentence, takenAsRecorded } from '../../../main/cli/evaluation/registration.ts';
import type { SessionSet } from '../../../main/cli/evaluation/sessions.ts';
import type { Calibration, RgbdFrame } from '../../../main/contract/frame.ts';
import { DepthRegistration } from '../../../main/geometry/registration.ts';
import type { FaceNetworks } from '../../../main/vision/recognise.ts';
import { framesOf, networks, peopleDir } from '../vision/frames.ts';

const people = ['ada', 'ben', 'mei'];
let finders: FaceNetworks;
let frames: ReadonlyMap<string, readonly RgbdFrame[]>;

beforeAll(async () => {
  finders = await networks();
  frames = new Map(
    await Promise.all(people.map(async (name) => [name, (await framesOf(`${peopleDir}/${name}/enrol-circle`, 4)).slice(0, 12)] as const)),
  );
});

/** The built-in people, each frame a session of its own, changed by `change`. */
function setOf(change: (frame: RgbdFrame) => RgbdFrame, most = 12): SessionSet {
  const session = (frame: RgbdFrame) => ({ path: 'made up', frames: () => one(frame) });
  return {
    people: people.map((name) => ({
      name,
      enrol: (frames.get(name) ?? []).slice(0, most).map((frame) => session(change(frame))),
      probe: [],
    })),
    attacks: [{ species: 'print', target: 'ada', ...session(change(anyFrame())) }],
  };
}

function anyFrame(): RgbdFrame {
  const [frame] = frames.get('ada') ?? [];
  if (frame === undefined) throw new Error('no built-in recording');
  return frame;
}

async function* one(frame: RgbdFrame): AsyncGenerator<ReadFrame> {
  yield { kind: 'frame', frame };
}

const stretch = { x: 0.85, y: 1.22 };
const besideMm = 45;

/** Colour stretched about its middle, and depth as a camera `besideMm` to the right of colour has it; the calibration goes on claiming that both are one grid. */
function misplaced(frame: RgbdFrame): RgbdFrame {
  const { color } = frame.calibration;
  const { width, height } = color;
  const from = new Uint32Array(frame.color.slice().buffer);
  const stretched = Uint32Array.from({ length: width * height }, (_, at) => {
    const x = Math.round(((at % width) - color.cx) / stretch.x + color.cx);
    const y = Math.round((Math.floor(at / width) - color.cy) / stretch.y + color.cy);
    return x >= 0 && y >= 0 && x < width && y < height ? (from[y * width + x] as number) : 0xff000000;
  });
  const apart: Calibration = {
    ...frame.calibration,
    depthToColor: { ...frame.calibration.depthToColor, translationMm: [-besideMm, 0, 0] },
  };
  return { ...frame, color: new Uint8Array(stretched.buffer), depthMm: new DepthRegistration(apart).register(frame.depthMm).slice() };
}

async function calibrationsIn({ set }: RegisteredSet): Promise<Set<Calibration>> {
  const found = new Set<Calibration>();
  const sessions = [...set.people.flatMap(({ enrol, probe }) => [...enrol, ...probe]), ...set.attacks];
  for (const { frames: read } of sessions) for await (const each of read()) if (each.kind === 'frame') found.add(each.frame.calibration);
  return found;
}

test('recordings whose depth lies on colour are left alone', async () => {
  const set = setOf((frame) => frame);
  const kept = await mendRegistration(finders, set);
  expect(kept.set).toBe(set);
  expect(kept.registration).toMatchObject({ kind: 'as-recorded', why: 'agrees', agreementAfter: null });
  expect(kept.registration.agreementBefore).toBeGreaterThan(0.8);
  expect(registrationSentence(kept.registration)).toContain('as recorded');
});

test('a shared grid that is none is found out and mended, for attacks as well', async () => {
  const mended = await mendRegistration(finders, setOf(misplaced));
  const { registration } = mended;
  if (registration.kind !== 'mended') throw new Error(registrationSentence(registration));
  const claimed = anyFrame().calibration.color;
  expect(registration.agreementBefore).toBeLessThan(0.6);
  expect(registration.agreementAfter).toBeGreaterThan(0.8);
  // Right to a tenth: 24 faces of three people at one distance.
  expect(Math.abs(registration.color.fy / registration.color.fx / (stretch.y / stretch.x) - 1)).toBeLessThan(0.1);
  // Where a face at the distance of these people lands: the shift between the lenses and the principal point are told apart badly over one distance.
  const atMm = 600;
  const shiftPx = (besideMm * claimed.fx * stretch.x) / atMm;
  const foundPx = ((registration.translationMm[0] ?? 0) * registration.color.fx) / atMm + registration.color.cx - claimed.cx;
  expect(Math.abs(foundPx - shiftPx)).toBeLessThan(12);
  const [calibration, ...others] = await calibrationsIn(mended);
  expect(others).toEqual([]);
  expect(calibration).toMatchObject({
    color: registration.color,
    depthToColor: { translationMm: registration.translationMm },
    depth: claimed,
  });
  expect(registrationSentence(registration)).toContain('mended');
});

test('where no other registration makes faces agree with depth, nothing is changed and doubt is said', async () => {
  const sheet = setOf((frame) => ({
    ...frame,
    depthMm: frame.depthMm.map((_, at) => 600 + (at % frame.calibration.depth.width) / 8 + ((at * 7919) % 5)),
  }));
  const { set, registration } = await mendRegistration(finders, sheet);
  expect(set).toBe(sheet);
  expect(registration).toMatchObject({ kind: 'as-recorded', why: 'nothing-better' });
  expect(registrationSentence(registration)).toContain('doubtful');
});

test('too few faces, several calibrations, lenses apart, or by wish: the recordings are taken at their word, and it is said why', async () => {
  const few = setOf(misplaced, 3);
  expect(await mendRegistration(finders, few)).toMatchObject({ set: few, registration: { why: 'too-few-faces', frames: 9 } });
  const claimed = anyFrame().calibration;
  const apart = { ...claimed, depthToColor: { ...claimed.depthToColor, translationMm: [25, 0, 0] } };
  expect(
    await mendRegistration(
      finders,
      setOf((frame) => ({ ...frame, calibration: apart }), 3),
    ),
  ).toMatchObject({ registration: { why: 'lenses-apart' } });
  let odd = false;
  const mixed = setOf((frame) => {
    odd = !odd;
    return odd ? frame : { ...frame, calibration: apart };
  }, 3);
  expect(await mendRegistration(finders, mixed)).toMatchObject({ set: mixed, registration: { why: 'several-cameras' } });
  expect(takenAsRecorded(few)).toMatchObject({ set: few, registration: { kind: 'as-recorded', why: 'asked' } });
});
