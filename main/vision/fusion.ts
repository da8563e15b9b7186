/**
 * How a fused vector weighs the two networks: the squared distance of two fused vectors is `weight` times that of their RGB-D parts and the rest of
 * that of their colour parts (SFace of turned faces). Of the weights tried by `facelatch evaluate calibrate-fusion --images DIR --people FILE` it refuses fewest at FMR 1e-4
 * on the 215 validation people of Labeled Faces in the Wild (461 photographs, one more without a face), whom no network was trained on.
 */
export const fusionWeight = 0.08;

/**
 * One unit vector of both: `[sqrt(weight) * rgbd, sqrt(1 - weight) * colour]`, for unit vectors of 128 numbers each and a weight from 0 to 1. Its squared L2
 * distance is then `weight * d_rgbd^2 + (1 - weight) * d_colour^2`, which is the logistic score of the two squared distances, up to scale and offset.
 */
export function fusedVector(rgbd: Float32Array, colour: Float32Array, weight: number): Float32Array {
  const fused = new Float32Array(rgbd.length + colour.length);
  fused.set(rgbd.map((value) => value * Math.sqrt(weight)));
  fused.set(
    colour.map((value) => value * Math.sqrt(1 - weight)),
    rgbd.length,
  );
  return fused;
}
