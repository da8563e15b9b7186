import { typicalKinect2Calibration } from '../../../main/capture/kinect2/kinect2-camera.ts';
import type { RgbdFrame } from '../../../main/contract/frame.ts';
import { recolour } from './frames.ts';

/** Where a face at this distance comes out as bright as its skin is. */
const fullLightMm = 600;
/** Half the window over which the surface's slope is taken, in pixels: depth's own noise must not show as texture. */
const slopeRadiusPx = 4;

/**
 * The infrared picture of a built-in (registered) frame, lit from the camera and by nothing else: reflectance from the red channel, times the cosine of
 * the angle to the surface, over the square of the distance; then the square root, as the OpenNI driver tones it. Deterministic; one byte a depth pixel.
 */
export function infraredOf({ color, depthMm, calibration }: RgbdFrame): Uint8Array {
  const { width, height, fx, fy } = calibration.depth;
  const picture = new Uint8Array(width * height);
  const at = (x: number, y: number): number =>
    depthMm[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))] ?? 0;
  const slope = (before: number, after: number, mm: number, focalPx: number): number =>
    before === 0 || after === 0 ? 0 : (after - before) / ((2 * slopeRadiusPx * mm) / focalPx);
  let lastMm = 0;
  for (let pixel = 0; pixel < picture.length; pixel++) {
    const x = pixel % width;
    const y = Math.floor(pixel / width);
    const mm = at(x, y) || lastMm;
    if (mm === 0) continue;
    lastMm = mm;
    const acrossX = slope(at(x - slopeRadiusPx, y), at(x + slopeRadiusPx, y), mm, fx);
    const acrossY = slope(at(x, y - slopeRadiusPx), at(x, y + slopeRadiusPx), mm, fy);
    const reflectance = ((color[pixel * 4] ?? 0) / 255) ** 2.2;
    const light = (reflectance / Math.sqrt(1 + acrossX ** 2 + acrossY ** 2)) * (fullLightMm / mm) ** 2;
    picture[pixel] = Math.min(255, Math.round(255 * Math.sqrt(light)));
  }
  return picture;
}

/** The same scene before a Kinect v2's pair of lenses in a dark room: colour shows next to nothing, infrared lies on depth. */
export function inTheDark(frame: RgbdFrame): RgbdFrame {
  const { color } = typicalKinect2Calibration;
  return {
    ...frame,
    color: new Uint8Array(color.width * color.height * 4).map((_, at) => (at % 4 === 3 ? 255 : (at * 7) % 5)),
    infrared: infraredOf(frame),
    calibration: { ...typicalKinect2Calibration, depth: frame.calibration.depth },
  };
}

/** The same scene in the gloom: colour still shows a face, too dark to judge. The lenses of this camera are a millimetre apart. */
export function inTheGloom(frame: RgbdFrame): RgbdFrame {
  const { calibration } = frame;
  return {
    ...recolour(frame, (value) => value * 0.12),
    infrared: infraredOf(frame),
    calibration: { ...calibration, depthToColor: { ...calibration.depthToColor, translationMm: [-1, 0, 0] } },
  };
}
