import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCalibration } from '../capture/recording/calibration-file.ts';
import type { Calibration } from '../contract/frame.ts';
import type { Log } from './log.ts';

/** What `facelatch calibrate --camera kinect2:0 --out PROFILE/kinect2-calibration.json` left in the profile folder; nothing without it or when it is damaged. */
export function readKinect2Calibration(profileDir: string, log: Log): Calibration | undefined {
  const file = join(profileDir, 'kinect2-calibration.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const parsed = parseCalibration(text, file);
  if (parsed.kind === 'calibration') return parsed.calibration;
  log(`the Kinect's typical calibration serves: ${parsed.sentence}`);
  return undefined;
}
