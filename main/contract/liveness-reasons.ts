/**
 * What each cue of liveness says when it speaks against a living face, for the unlocked owner and the command line. The lock screen never shows these: there a picture, a mask and
 * a stranger read the same "Face not recognised" (`sentences.ts`), so that nobody learns which part of an attack to mend.
 */
export const livenessReasons = {
  reliefMm: 'The face is too flat or too deep',
  noseProtrusionMm: 'The nose does not stand out as noses do',
  pupilDistanceMm: 'The face has the wrong size for its distance',
  meshAgreement: 'The shape is not that of the face in the picture',
  repeatedShare: 'The same frame came twice',
  bentResidualMm: 'The face is a sheet, flat or bent',
  featureAgreement: 'Eyes, nose and mouth are not where the depth has them',
  meshScale: 'The relief is stronger or weaker than in the picture',
  meshResidualMm: 'The shape differs from the face in the picture',
  slopeMismatchDeg: 'The depth is turned another way than the picture',
  orbitDepthMm: 'The eyes do not lie as deep as eyes do',
  chinHeightMm: 'The chin does not lie where chins do',
  foreheadHeightMm: 'The forehead does not lie where foreheads do',
  roughnessMm: 'The surface is rougher or smoother than skin before this camera',
  missingShare: 'The surface swallows or mirrors the infrared light',
  outlineDropShare: 'The face does not end where a head ends',
  outlineStepMm: 'There is a step around the face',
  edgeContrast: 'Edges of depth and of colour do not meet',
  reliefChangeMm: 'The shape changes from frame to frame as a head does not',
  headLogOdds: 'Picture and depth together do not look like a living head',
} as const;
