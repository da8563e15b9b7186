import type { ConversionReport, Difference } from './conversion-check.ts';

/** The report as a person reads it. */
export function summary({ pictures, networks, sameSteps, ownSteps, missed }: ConversionReport): string {
  const row = (name: string, { max, mean, n }: Difference): string =>
    `  ${name.padEnd(34)} max ${max.toPrecision(3).padStart(9)}   mean ${mean.toPrecision(3).padStart(9)}   n ${n}`;
  return [
    `${pictures} rendered pictures; no face found by one side in ${missed.length}`,
    "Same input numbers, our network against TensorFlow Lite's interpreter:",
    ...Object.entries(networks).map(([name, difference]) => row(name, difference)),
    "Whole pictures, MediaPipe's steps with our networks against MediaPipe's FaceLandmarker:",
    row('landmarks (px of the picture)', sameSteps.landmarksPx),
    row('landmarks, depth (px)', sameSteps.depthPx),
    row('blendshapes', sameSteps.blendshapes),
    `Whole pictures, Facelatch's own steps against MediaPipe's FaceLandmarker (not found: ${ownSteps.missed}):`,
    row('landmarks (px of the picture)', ownSteps.landmarksPx),
  ].join('\n');
}
