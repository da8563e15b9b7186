import { InfraredFrames } from '../capture/infrared-frame.ts';
import { FrameRegistrar } from '../capture/registered-frames.ts';
import type { CapturePurpose } from '../contract/camera.ts';
import { isRegistered, type RgbdFrame } from '../contract/frame.ts';
import type { Observation } from '../contract/observation.ts';
import { observeFrame, type Tracking, untimed } from './pipeline.ts';
import { darkestLuma } from './quality.ts';
import type { FaceNetworks } from './recognise.ts';

/** Where the face was, in each of the two pictures: their pixels have nothing to do with each other. */
export interface LightTracking {
  readonly color: Tracking | undefined;
  readonly infrared: Tracking | undefined;
}

export interface LightResult {
  readonly observation: Observation;
  readonly tracking: LightTracking;
}

/** Every so many pixels of a picture tell how bright it is. */
const brightnessStep = 61;

/**
 * Looks at frames as a camera delivers them: on colour, with depth registered onto it; and where colour is too dark, on infrared, which lights
 * itself and lies on depth. Keeps the memory of one frame.
 */
export class AnyLight {
  private readonly networks: FaceNetworks;
  private readonly registrar = new FrameRegistrar();
  private readonly infrared = new InfraredFrames();

  constructor(networks: FaceNetworks) {
    this.networks = networks;
  }

  /**
   * One frame through vision. In the dark, what infrared shows counts when there is a face in it; its box is in infrared pixels then. People enrol on
   * colour alone: a template of the infrared picture would be a poor one for every look in the light.
   */
  async observe(frame: RgbdFrame, purpose: CapturePurpose, tracking?: LightTracking): Promise<LightResult> {
    const seen = await observeFrame(this.networks, this.registrar.register(frame), tracking?.color, untimed);
    const inColor: LightResult = { observation: seen.observation, tracking: { color: seen.tracking, infrared: undefined } };
    if (purpose === 'enrol' || !isDark(seen.observation, frame)) return inColor;
    const picture = infraredLiesOnDepth(frame) ? this.infrared.picture(frame) : undefined;
    if (picture === undefined) return inColor;
    const { observation, tracking: infrared } = await observeFrame(this.networks, picture, tracking?.infrared, untimed);
    return {
      observation: observation.kind === 'face' ? { ...observation, infrared: true } : seen.observation,
      tracking: { color: seen.tracking, infrared },
    };
  }
}

/**
 * Infrared is seen through the depth camera's lens. A device that has moved depth onto colour itself leaves infrared behind, and nothing tells
 * where: depth under the infrared face would be that of another place, so it is not looked at.
 */
function infraredLiesOnDepth({ calibration }: RgbdFrame): boolean {
  return !isRegistered(calibration);
}

function isDark(observation: Observation, frame: RgbdFrame): boolean {
  if (observation.kind === 'no-face') return meanLuma(frame.color) < darkestLuma;
  return observation.quality.kind === 'poor' && observation.quality.fault === 'too-dark';
}

/** Mean brightness of an RGBA picture, 0 to 255, from a sample of its pixels. */
function meanLuma(rgba: Uint8Array): number {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < rgba.length; at += 4 * brightnessStep, count++)
    sum += 0.299 * (rgba[at] as number) + 0.587 * (rgba[at + 1] as number) + 0.114 * (rgba[at + 2] as number);
  return count === 0 ? 0 : sum / count;
}
