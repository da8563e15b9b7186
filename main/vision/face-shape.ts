import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest, sha256Of } from './manifest.ts';

/** Name of the shape in `models/`. */
export const faceShapeFile = 'face-shape.bin';

/**
 * A morphable shape of the face, made by `models/shape/export_face_shape.py` from the ICT face model. Vertices are x to the person's left, y up,
 * z out of the face, in millimetres, three numbers each; the origin lies between the centres of the average face's eyes.
 */
export interface FaceShape {
  readonly vertexCount: number;
  readonly meanMm: Float32Array;
  /** One array of `vertexCount * 3` for each identity mode, for weights of unit variance. */
  readonly identityMm: readonly Float32Array[];
  /** The same for each expression, for weights 0 to 1. */
  readonly expressionMm: readonly Float32Array[];
  readonly expressionNames: readonly string[];
  /** Three vertices each, counter-clockwise seen from outside. */
  readonly triangles: Uint16Array;
  readonly rightPupil: number;
  readonly leftPupil: number;
  readonly landmarks: readonly ShapeLandmark[];
}

/** Which vertex one of the 478 landmarks stands for. */
export interface ShapeLandmark {
  readonly landmark: number;
  readonly vertex: number;
  /** How far the two lie apart in rendered pictures (root mean square), in distances between the pupils. */
  readonly error: number;
}

export type FaceShapeReading =
  | { readonly kind: 'read'; readonly shape: FaceShape }
  | { readonly kind: 'refused'; readonly sentence: string };

const magic = 'FLSHAPE1';
const headerBytes = 36;
const nameBytes = 16;

/** Loads and verifies `modelsDir/face-shape.bin` as `loadNetwork` does a network. */
export async function loadFaceShape(modelsDir: string): Promise<FaceShapeReading> {
  let bytes: Buffer;
  try {
    bytes = await readFile(join(modelsDir, faceShapeFile));
  } catch {
    return refused('is missing: install Facelatch again');
  }
  const manifest = await readManifest(modelsDir);
  const expected = manifest.kind === 'read' ? manifest.rows.find((row) => row.file === faceShapeFile)?.sha256 : undefined;
  if (expected === undefined) return refused('is not listed in models/manifest.json');
  if (sha256Of(bytes) !== expected) return refused('is not the one in models/manifest.json (wrong SHA-256): install Facelatch again');
  return readFaceShape(bytes);
}

/** Reads the file's bytes (layout: `models/shape/export_face_shape.py`). Whatever is cut, swollen or points outside itself is refused. */
export function readFaceShape(bytes: Uint8Array): FaceShapeReading {
  if (bytes.length < headerBytes || String.fromCharCode(...bytes.subarray(0, magic.length)) !== magic) return refused('is no face shape');
  const header = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const [vertexCount, triangleCount, identityCount, expressionCount, landmarkCount, rightPupil, leftPupil] = Array.from(
    { length: 7 },
    (_, i) => header.getUint32(magic.length + 4 * i, true),
  ) as [number, number, number, number, number, number, number];
  const layerCount = 1 + identityCount + expressionCount;
  const expectedBytes =
    headerBytes + 4 * layerCount + nameBytes * expressionCount + 6 * layerCount * vertexCount + 6 * triangleCount + 8 * landmarkCount;
  if (bytes.length !== expectedBytes) return refused('is cut short or too long');

  const reader = new Reader(bytes, headerBytes);
  const unitsMm = reader.floats(layerCount);
  const expressionNames = Array.from({ length: expressionCount }, () => reader.text(nameBytes));
  const layers = Array.from(unitsMm, (unitMm) => Float32Array.from(reader.int16s(3 * vertexCount), (value) => value * unitMm));
  const triangles = reader.uint16s(3 * triangleCount);
  const landmarkOf = reader.uint16s(landmarkCount);
  const vertexOf = reader.uint16s(landmarkCount);
  const errorOf = reader.floats(landmarkCount);
  const outside = (vertex: number): boolean => vertex >= vertexCount;
  if (outside(rightPupil) || outside(leftPupil) || triangles.some(outside) || vertexOf.some(outside)) {
    return refused('names a vertex it does not hold');
  }
  if (unitsMm.some((unitMm) => !(unitMm > 0 && unitMm < 1)) || errorOf.some((error) => !(error > 0 && error < 1))) {
    return refused('holds a number that cannot be right');
  }
  const [meanMm, ...modes] = layers;
  if (meanMm === undefined) return refused('is no face shape');
  return {
    kind: 'read',
    shape: {
      vertexCount,
      meanMm,
      identityMm: modes.slice(0, identityCount),
      expressionMm: modes.slice(identityCount),
      expressionNames,
      triangles,
      rightPupil,
      leftPupil,
      landmarks: Array.from(landmarkOf, (landmark, i) => ({ landmark, vertex: vertexOf[i] as number, error: errorOf[i] as number })),
    },
  };
}

/** Vertices of the shape for the given weights, `vertexCount * 3` mm. Weights beyond the shape's own are passed over. */
export function shapeVertices(shape: FaceShape, identity: ArrayLike<number>, expression: ArrayLike<number>): Float32Array {
  const vertices = Float32Array.from(shape.meanMm);
  const add = (modes: readonly Float32Array[], weights: ArrayLike<number>): void => {
    for (const [mode, offsets] of modes.entries()) {
      const weight = weights[mode] ?? 0;
      if (weight === 0) continue;
      for (let i = 0; i < vertices.length; i++) vertices[i] = (vertices[i] as number) + weight * (offsets[i] as number);
    }
  };
  add(shape.identityMm, identity);
  add(shape.expressionMm, expression);
  return vertices;
}

const refused = (what: string): FaceShapeReading => ({ kind: 'refused', sentence: `The model ${faceShapeFile} ${what}.` });

/** Reads little-endian arrays one after another; copies, so that their places need no alignment. */
class Reader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  floats = (count: number): Float32Array => new Float32Array(this.#take(4 * count));
  int16s = (count: number): Int16Array => new Int16Array(this.#take(2 * count));
  uint16s = (count: number): Uint16Array => new Uint16Array(this.#take(2 * count));
  text = (length: number): string => String.fromCharCode(...new Uint8Array(this.#take(length))).replace(/\0+$/, '');

  #take(length: number): ArrayBuffer {
    const copy = new Uint8Array(length);
    copy.set(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return copy.buffer;
  }
}
