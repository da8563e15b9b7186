import type { Preview } from '../contract/worker-messages.ts';
import type { Picture } from './picture.ts';

const sizePx = 240;

/** The middle square of the picture, mirrored as in a looking glass and small: what a person sees of themselves while enrolling. */
export function previewOf(picture: Picture): Preview {
  const side = Math.min(picture.width, picture.height);
  const left = (picture.width - side) >> 1;
  const top = (picture.height - side) >> 1;
  const rgba = new Uint8Array(sizePx * sizePx * 4);
  for (let v = 0; v < sizePx; v++) {
    const y = top + Math.floor(((v + 0.5) * side) / sizePx);
    for (let u = 0; u < sizePx; u++) {
      const x = left + side - 1 - Math.floor(((u + 0.5) * side) / sizePx);
      const from = (y * picture.width + x) * 4;
      const to = (v * sizePx + u) * 4;
      rgba[to] = picture.rgba[from] as number;
      rgba[to + 1] = picture.rgba[from + 1] as number;
      rgba[to + 2] = picture.rgba[from + 2] as number;
      rgba[to + 3] = 255;
    }
  }
  return { sizePx, rgba };
}
