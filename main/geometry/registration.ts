import type { Calibration } from '../contract/frame.ts';

/**
 * Two neighbouring readings belong to one surface when their depths differ by less than this share of the depth: a surface seen at 80
 * degrees by a Kinect v2 (1/365 rad a pixel) has 1.6 % of slope between pixels. Beyond, the nearer one ends there.
 */
const surfaceStepShare = 0.02;
/** A reading on a slope covers at most this many times the area it would facing the camera. */
const largestStretch = 2;
/** Beyond the last pixel of any picture. */
const beyond = 16384;

/**
 * Maps depth onto the colour image at the colour image's full resolution.
 *
 * Every reading becomes a small rectangle in the colour image that reaches half-way to those of its four neighbours on the same surface, and
 * half a pixel of the depth camera where the surface ends or the neighbour is a hole: continuous surfaces are covered without cracks, holes
 * stay holes, and edges do not grow. Inside the rectangle depth follows the surface's slope. Where two fall on one pixel the nearer is kept.
 */
export class DepthRegistration {
  private readonly calibration: Calibration;
  private upper: ProjectedRow;
  private lower: ProjectedRow;
  private readonly registered: Uint16Array;

  /** Allocates all memory there is to allocate: 2 bytes for each colour pixel and two projected rows of depth. */
  constructor(calibration: Calibration) {
    this.calibration = calibration;
    this.upper = new ProjectedRow(calibration.depth.width);
    this.lower = new ProjectedRow(calibration.depth.width);
    this.registered = new Uint16Array(calibration.color.width * calibration.color.height);
  }

  /**
   * `depthMm`: `depth.width * depth.height` values in mm, 0 without reading. Returns `color.width * color.height` values in mm along the
   * colour camera's axis, 0 without reading; the array is overwritten by the next call.
   */
  register(depthMm: Uint16Array): Uint16Array {
    const { depth } = this.calibration;
    if (depthMm.length !== depth.width * depth.height) throw new RangeError('depth of another size than the calibration');
    this.registered.fill(0);
    this.upper.reset();
    this.lower.reset();
    projectRow(depthMm, 0, this.calibration, this.upper);
    for (let row = 0; row < depth.height; row += 1) {
      if (row + 1 < depth.height) projectRow(depthMm, row + 1, this.calibration, this.lower);
      else this.lower.z.fill(0);
      splatRow(this.upper, this.lower, this.calibration, this.registered);
      [this.upper, this.lower] = [this.lower, this.upper];
    }
    return this.registered;
  }
}

/** One row of depth as the colour camera sees it: position in colour pixels and depth in mm there, depth 0 without reading. */
class ProjectedRow {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  /** Where it meets the pixel above, where that is the same surface, otherwise NaN; and depth's slope on the way, in mm per pixel. */
  readonly edgeUp: Float64Array;
  readonly slopeUp: Float64Array;

  constructor(width: number) {
    // One more column, never written, so that the last one finds a neighbour without reading.
    this.x = new Float64Array(width + 1);
    this.y = new Float64Array(width + 1);
    this.z = new Float64Array(width + 1);
    this.edgeUp = new Float64Array(width + 1).fill(Number.NaN);
    this.slopeUp = new Float64Array(width + 1);
  }

  reset(): void {
    this.z.fill(0);
    this.edgeUp.fill(Number.NaN);
  }
}

function projectRow(depthMm: Uint16Array, row: number, { color, depth, depthToColor }: Calibration, into: ProjectedRow): void {
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0, i = 1] = depthToColor.rotation;
  const [tx = 0, ty = 0, tz = 0] = depthToColor.translationMm;
  const { x, y, z } = into;
  const { width } = depth;
  // The ray through pixel (u, v) of the depth image, in the colour camera's axes, is linear in u.
  const rayV = (row - depth.cy) / depth.fy;
  const rayU = -depth.cx / depth.fx;
  const stepU = 1 / depth.fx;
  const startX = (a * rayU + b * rayV + c) * color.fx;
  const startY = (d * rayU + e * rayV + f) * color.fy;
  const startZ = g * rayU + h * rayV + i;
  const stepX = a * stepU * color.fx;
  const stepY = d * stepU * color.fy;
  const stepZ = g * stepU;
  const shiftX = tx * color.fx;
  const shiftY = ty * color.fy;
  const { cx, cy } = color;
  const from = row * width;
  for (let column = 0; column < width; column += 1) {
    const reading = depthMm[from + column] as number;
    if (reading === 0) {
      z[column] = 0;
      continue;
    }
    const there = (startZ + column * stepZ) * reading + tz;
    const inverse = 1 / there;
    x[column] = ((startX + column * stepX) * reading + shiftX) * inverse + cx;
    y[column] = ((startY + column * stepY) * reading + shiftY) * inverse + cy;
    z[column] = there > 0 && there < 65535 ? there : 0;
  }
}

function splatRow(here: ProjectedRow, below: ProjectedRow, { color, depth }: Calibration, registered: Uint16Array): void {
  const { x, y, z, edgeUp, slopeUp } = here;
  const { width, height } = color;
  // Half the distance between neighbours that face the camera, in colour pixels.
  const halfX = (0.5 * color.fx) / depth.fx;
  const halfY = (0.5 * color.fy) / depth.fy;
  const limitX = 2 * halfX * largestStretch;
  const limitY = 2 * halfY * largestStretch;
  const columns = depth.width;
  // What the pixel to the left found out about its right neighbour: where the two meet, NaN when they are not the same surface. Neighbours share
  // the one number: worked out from either side, it could differ by a last bit and leave the pixel on it to neither.
  let edgeLeft = Number.NaN;
  let slopeLeft = 0;
  let shearLeft = 0;
  for (let column = 0; column < columns; column += 1) {
    const mm = z[column] as number;
    if (mm === 0) {
      edgeLeft = Number.NaN;
      below.edgeUp[column] = Number.NaN;
      continue;
    }
    const v = y[column] as number;
    // The Kinect's depth camera sees higher and lower than its colour camera: a seventh of its rows reach no pixel.
    if (v < -limitY || v > height + limitY) {
      edgeLeft = Number.NaN;
      below.edgeUp[column] = Number.NaN;
      continue;
    }
    const u = x[column] as number;
    const step = mm * surfaceStepShare;

    let left = u - halfX;
    let slopeX = 0;
    let shear = 0;
    const isJoinedLeft = !Number.isNaN(edgeLeft);
    if (isJoinedLeft) {
      left = edgeLeft;
      slopeX = slopeLeft;
      shear = shearLeft;
    }
    let right = u + halfX;
    const riseX = (z[column + 1] as number) - mm;
    const apartX = (x[column + 1] as number) - u;
    if (riseX < step && riseX > -step && apartX > 0 && apartX < limitX) {
      right = u + 0.5 * apartX;
      const slope = riseX / apartX;
      slopeX = isJoinedLeft ? 0.5 * (slopeX + slope) : slope;
      edgeLeft = right;
      slopeLeft = slope;
      shearLeft = Math.abs((y[column + 1] as number) - v);
      shear = Math.max(shear, shearLeft);
    } else {
      edgeLeft = Number.NaN;
    }

    let top = v - halfY;
    let slopeY = 0;
    const up = edgeUp[column] as number;
    const isJoinedUp = !Number.isNaN(up);
    if (isJoinedUp) {
      top = up;
      slopeY = slopeUp[column] as number;
    }
    let bottom = v + halfY;
    const riseY = (below.z[column] as number) - mm;
    const apartY = (below.y[column] as number) - v;
    if (riseY < step && riseY > -step && apartY > 0 && apartY < limitY) {
      // Where rows run askew, the corners of four rectangles leave a gap as high as two neighbours of a row differ: close it.
      const edge = v + 0.5 * apartY;
      bottom = edge + shear;
      const slope = riseY / apartY;
      slopeY = isJoinedUp ? 0.5 * (slopeY + slope) : slope;
      below.edgeUp[column] = edge;
      below.slopeUp[column] = slope;
    } else {
      below.edgeUp[column] = Number.NaN;
    }

    // Pixel centres in [left, right) and [top, bottom): rectangles of neighbours share no pixel and leave none out.
    // Rounded up by cutting off the fraction of what is missing to `beyond`, which is faster than Math.ceil where the result is an index.
    let firstX = beyond - ((beyond - left) | 0);
    let lastX = beyond - ((beyond - right) | 0);
    let firstY = beyond - ((beyond - top) | 0);
    let lastY = beyond - ((beyond - bottom) | 0);
    if (firstX < 0) firstX = 0;
    if (firstY < 0) firstY = 0;
    if (lastX > width) lastX = width;
    if (lastY > height) lastY = height;
    // Half a millimetre on top, so that cutting off the fraction rounds.
    const start = mm + 0.5 + (firstX - u) * slopeX;
    for (let py = firstY; py < lastY; py += 1) {
      let value = start + (py - v) * slopeY;
      const line = Math.imul(py, width);
      const end = line + lastX;
      for (let at = line + firstX; at < end; at += 1, value += slopeX) {
        const rounded = value | 0;
        // 0 wraps to 65535, so an empty pixel counts as infinitely far.
        if ((((registered[at] as number) - 1) & 0xffff) >= rounded) registered[at] = rounded;
      }
    }
  }
}
