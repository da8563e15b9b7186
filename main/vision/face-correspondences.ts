import { InfraredFrames } from '../capture/infrared-frame.ts';
import { isRegistered, type RgbdFrame } from '../contract/frame.ts';
import type { Correspondence } from '../geometry/calibration-refinement.ts';
import { detectFaces } from './detect.ts';
import { measureFaceDepth } from './face-depth.ts';
import { type Landmarks, landmarkIndex } from './landmarks.ts';
import type { Picture } from './picture.ts';
import { type FaceNetworks, locateFace } from './recognise.ts';

/** The points of one face that both lenses of a camera see. */
export class FaceCorrespondences {
  private readonly networks: FaceNetworks;
  private readonly infrared = new InfraredFrames();

  constructor(networks: FaceNetworks) {
    this.networks = networks;
  }

  /**
   * The landmarks of the face in the colour picture, in pixels, with the same landmarks of the infrared picture carried into depth-camera millimetres by
   * the depth under them; those without a reading on the face are left out. None where one of the pictures is missing, or shows no
   * face or more than one, or where the device has moved depth off its own lens already.
   */
  async of(frame: RgbdFrame): Promise<readonly Correspondence[]> {
    const infrared = isRegistered(frame.calibration) ? undefined : this.infrared.picture(frame);
    if (infrared === undefined) return [];
    const inColor = await this.locate(pictureOf(frame));
    const inInfrared = inColor === undefined ? undefined : await this.locate(pictureOf(infrared));
    if (inColor === undefined || inInfrared === undefined) return [];
    const { points } = measureFaceDepth(inInfrared, { depthMm: frame.depthMm, intrinsics: frame.calibration.depth });
    // Irises are left out: eyeballs give the poorest depth of the face.
    return points.slice(0, landmarkIndex.rightIris).flatMap((depthPoint, index) => {
      const [x, y] = inColor.points.subarray(3 * index, 3 * index + 2);
      return depthPoint === undefined || x === undefined || y === undefined ? [] : [{ depthPoint, colorPixel: { x, y } }];
    });
  }

  private async locate(picture: Picture): Promise<Landmarks | undefined> {
    const [face, ...others] = await detectFaces(this.networks.detector, picture);
    if (face === undefined || others.length > 0) return undefined;
    return (await locateFace(this.networks, picture, face))?.landmarks;
  }
}

function pictureOf({ color, calibration }: RgbdFrame): Picture {
  return { width: calibration.color.width, height: calibration.color.height, rgba: color };
}
