import type { Affine } from '../geometry/similarity.ts';

/** A colour picture: RGBA, 8 bits, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** How pixel values become network input: `value * scale + offset`, planes of red, green, blue (`planar`) or interleaved. */
export interface TensorRule {
  readonly layout: 'planar' | 'interleaved';
  readonly scale: number;
  readonly offset: number;
}

/**
 * Samples `picture` through `toPicture` (pixel centres of the target, at whole numbers, to pixel centres of the picture) into `target`
 * (`width * height * 3` numbers), bilinear, black outside. When the map shrinks, each target pixel averages a small grid
 * of samples, so that fine texture does not alias.
 */
export function warpToTensor(
  picture: Picture,
  toPicture: Affine,
  width: number,
  height: number,
  rule: TensorRule,
  target: Float32Array,
): void {
  const shrink = Math.sqrt(Math.abs(toPicture.a * toPicture.d - toPicture.b * toPicture.c));
  if (shrink > 1.5 && toPicture.b === 0 && toPicture.c === 0)
    warpAveragedUpright(picture, toPicture, width, height, rule, target, Math.min(4, Math.round(shrink)));
  else if (shrink > 1.5) warpAveraged(picture, toPicture, width, height, rule, target, Math.min(4, Math.round(shrink)));
  else warpBilinear(picture, toPicture, width, height, rule, target);
}

/** Planes of red, green and blue, 0 to 255, of a square of `sizePx` laid over the picture by `toPicture`; as `warpToTensor` samples them. */
export function colourPlanes(picture: Picture, toPicture: Affine, sizePx: number): Float32Array {
  const planes = new Float32Array(3 * sizePx * sizePx);
  warpToTensor(picture, toPicture, sizePx, sizePx, { layout: 'planar', scale: 1, offset: 0 }, planes);
  return planes;
}

function warpBilinear(picture: Picture, map: Affine, width: number, height: number, rule: TensorRule, target: Float32Array): void {
  const { rgba, width: sourceWidth, height: sourceHeight } = picture;
  const { step, plane } = strides(rule, width, height);
  const { scale, offset } = rule;
  let out = 0;
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++, out += step) {
      const x = map.a * u + map.b * v + map.tx;
      const y = map.c * u + map.d * v + map.ty;
      const left = Math.floor(x);
      const top = Math.floor(y);
      let red = 0;
      let green = 0;
      let blue = 0;
      if (left >= -1 && top >= -1 && left < sourceWidth && top < sourceHeight) {
        const fx = x - left;
        const fy = y - top;
        for (let corner = 0; corner < 4; corner++) {
          const cx = left + (corner & 1);
          const cy = top + (corner >> 1);
          if (cx < 0 || cy < 0 || cx >= sourceWidth || cy >= sourceHeight) continue;
          const weight = ((corner & 1) === 1 ? fx : 1 - fx) * (corner >> 1 === 1 ? fy : 1 - fy);
          const at = (cy * sourceWidth + cx) * 4;
          red += weight * (rgba[at] as number);
          green += weight * (rgba[at + 1] as number);
          blue += weight * (rgba[at + 2] as number);
        }
      }
      target[out] = red * scale + offset;
      target[out + plane] = green * scale + offset;
      target[out + 2 * plane] = blue * scale + offset;
    }
  }
}

function warpAveraged(
  picture: Picture,
  map: Affine,
  width: number,
  height: number,
  rule: TensorRule,
  target: Float32Array,
  grid: number,
): void {
  const { rgba, width: sourceWidth, height: sourceHeight } = picture;
  const { step, plane } = strides(rule, width, height);
  const factor = rule.scale / (grid * grid);
  let out = 0;
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++, out += step) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = 0; j < grid; j++) {
        const dv = v + (j + 0.5) / grid - 0.5;
        for (let i = 0; i < grid; i++) {
          const du = u + (i + 0.5) / grid - 0.5;
          const x = Math.round(map.a * du + map.b * dv + map.tx);
          const y = Math.round(map.c * du + map.d * dv + map.ty);
          if (x < 0 || y < 0 || x >= sourceWidth || y >= sourceHeight) continue;
          const at = (y * sourceWidth + x) * 4;
          red += rgba[at] as number;
          green += rgba[at + 1] as number;
          blue += rgba[at + 2] as number;
        }
      }
      target[out] = red * factor + rule.offset;
      target[out + plane] = green * factor + rule.offset;
      target[out + 2 * plane] = blue * factor + rule.offset;
    }
  }
}

/** `warpAveraged` for a map that turns nothing: where samples lie is known for whole rows and columns at once. The whole picture goes this way in every frame. */
function warpAveragedUpright(
  picture: Picture,
  map: Affine,
  width: number,
  height: number,
  rule: TensorRule,
  target: Float32Array,
  grid: number,
): void {
  const { rgba } = picture;
  const { step, plane } = strides(rule, width, height);
  const factor = rule.scale / (grid * grid);
  const columns = sampledAt(map.a, map.tx, width, grid, picture.width, 4);
  const rows = sampledAt(map.d, map.ty, height, grid, picture.height, 4 * picture.width);
  let out = 0;
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++, out += step) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = v * grid; j < (v + 1) * grid; j++) {
        const row = rows[j] as number;
        if (row < 0) continue;
        for (let i = u * grid; i < (u + 1) * grid; i++) {
          const column = columns[i] as number;
          if (column < 0) continue;
          const at = row + column;
          red += rgba[at] as number;
          green += rgba[at + 1] as number;
          blue += rgba[at + 2] as number;
        }
      }
      target[out] = red * factor + rule.offset;
      target[out + plane] = green * factor + rule.offset;
      target[out + 2 * plane] = blue * factor + rule.offset;
    }
  }
}

/** Places in the picture's bytes, along one axis, of `grid` samples in each of `count` pixels; -1 outside. `pitch`: bytes from pixel to pixel. */
function sampledAt(scale: number, offset: number, count: number, grid: number, size: number, pitch: number): Int32Array {
  return Int32Array.from({ length: count * grid }, (_, index) => {
    const sample = Math.floor(index / grid) + ((index % grid) + 0.5) / grid - 0.5;
    const at = Math.round(scale * sample + offset);
    return at < 0 || at >= size ? -1 : at * pitch;
  });
}

function strides(rule: TensorRule, width: number, height: number): { step: number; plane: number } {
  return rule.layout === 'planar' ? { step: 1, plane: width * height } : { step: 3, plane: 1 };
}
