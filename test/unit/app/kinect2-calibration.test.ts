import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readKinect2Calibration } from '../../../main/app/kinect2-calibration.ts';

const image = { width: 512, height: 424, fx: 365, fy: 365, cx: 256, cy: 212 };
const calibration = {
  color: { width: 1920, height: 1080, fx: 1081, fy: 1081, cx: 960, cy: 540 },
  depth: image,
  depthToColor: { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translationMm: [-51.5, 0.2, 0] },
  depthScaleMm: 1,
};

function profileWith(text: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'facelatch-calibration-'));
  if (text !== undefined) writeFileSync(join(folder, 'kinect2-calibration.json'), text);
  return folder;
}

it('reads what the calibration step left in the profile', () => {
  expect(readKinect2Calibration(profileWith(JSON.stringify(calibration)), () => undefined)).toEqual(calibration);
});

it('goes on with the typical one without a file, and says so when the file is damaged', () => {
  const log: string[] = [];
  expect(readKinect2Calibration(profileWith(undefined), (line) => log.push(line))).toBeUndefined();
  expect(log).toEqual([]);
  expect(readKinect2Calibration(profileWith('{"color":'), (line) => log.push(line))).toBeUndefined();
  expect(log.join()).toContain('kinect2-calibration.json');
});
