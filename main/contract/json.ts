import * as v from 'valibot';

/** What a text of JSON holds, where it is of this shape; undefined where it is not, is no JSON, or is not there. */
export function parseJson<Shape extends v.GenericSchema>(text: string | undefined, shape: Shape): v.InferOutput<Shape> | undefined {
  try {
    const parsed = v.safeParse(shape, JSON.parse(text ?? ''));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
