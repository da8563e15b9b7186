import type { GenericSchema } from 'valibot';
import type { Random } from './random.ts';

/** Words that fit where a schema asks for text, by the name of the key. */
export type Words = (key: string, random: Random) => string;

/** The parts of a valibot schema that this file reads. Requests are made of objects, texts, numbers and choices. */
interface Shape {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Shape>>;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly wrapped?: Shape;
}

/** A message a schema accepts, made from the schema itself: a channel that is added later is attacked without a word here. */
export function sampleOf(schema: GenericSchema, words: Words, random: Random): unknown {
  return fill(schema as unknown as Shape, '', words, random);
}

function fill(shape: Shape, key: string, words: Words, random: Random): unknown {
  switch (shape.type) {
    case 'strict_object':
    case 'object':
      return Object.fromEntries(Object.entries(shape.entries ?? {}).map(([name, inner]) => [name, fill(inner, name, words, random)]));
    case 'string':
      return words(key, random);
    case 'number':
      return random.int(100);
    case 'boolean':
      return random.chance(0.5);
    case 'picklist':
      return shape.options?.[random.int(shape.options.length)];
    case 'literal':
      return shape.literal;
    case 'variant':
    case 'union':
      return fill(shape.options?.[random.int(shape.options.length)] as Shape, key, words, random);
    case 'optional':
    case 'exact_optional':
      return shape.wrapped === undefined ? undefined : fill(shape.wrapped, key, words, random);
    default:
      throw new Error(`no sample is known for a schema of type ${shape.type}`);
  }
}
