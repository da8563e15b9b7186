import type { Calibration, Intrinsics } from '../contract/frame.ts';

/** The calibration of a frame whose depth has been mapped onto its colour image. */
export function registeredCalibration({ color }: Calibration): Calibration {
  return {
    color,
    depth: color,
    depthToColor: { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translationMm: [0, 0, 0] },
    depthScaleMm: 1,
  };
}

/** Pinhole intrinsics, principal point in the middle, of an image with these fields of view in degrees. */
export function intrinsicsFromFieldOfView(width: number, height: number, horizontalDeg: number, verticalDeg: number): Intrinsics {
  const focal = (sidePx: number, degrees: number): number => sidePx / 2 / Math.tan((degrees * Math.PI) / 360);
  return {
    width,
    height,
    fx: focal(width, horizontalDeg),
    fy: focal(height, verticalDeg),
    cx: (width - 1) / 2,
    cy: (height - 1) / 2,
  };
}
