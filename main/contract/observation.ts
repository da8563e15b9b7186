/** Which frame something was seen in. */
export interface FrameStamp {
  readonly sequence: number;
  readonly capturedAtMs: number;
}

/**
 * Head pose in degrees; 0, 0, 0 faces the camera. yaw > 0: the face turns towards image right. pitch > 0: it looks up.
 * roll > 0: the head tilts clockwise in the image.
 */
export interface HeadPose {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
}

/** A box in pixels of the colour image. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Why a picture is not good enough to judge a face by. */
export const qualityFaults = [
  'too-dark',
  'too-bright',
  'too-far',
  'too-near',
  'not-centred',
  'several-faces',
  'turned-away',
  'no-depth',
  'poor-depth',
  'blurred',
  'unreadable',
] as const;
export type QualityFault = (typeof qualityFaults)[number];

export type Quality = { readonly kind: 'good' } | { readonly kind: 'poor'; readonly fault: QualityFault };

/** One measured cue of liveness: its value, unit in the name, and whether it lies where living faces lie. */
export interface LivenessCue {
  readonly name: string;
  readonly value: number;
  readonly passed: boolean;
}

/** Verdict of one frame's depth on whether this is a living face and not a picture of one. `score`: 0 flat, 1 surely a head. */
export interface Liveness {
  readonly kind: 'live' | 'spoof' | 'unknown';
  readonly score: number;
  readonly cues: readonly LivenessCue[];
}

/** Eyes: probability of each being closed, and the angle between gaze and camera. */
export interface Attention {
  readonly kind: 'attentive' | 'eyes-closed' | 'looking-away' | 'unknown';
  readonly leftBlink: number;
  readonly rightBlink: number;
  readonly gazeDeg: number;
}

/** What vision makes of one frame. Holds no pixel. */
export type Observation =
  | { readonly kind: 'no-face'; readonly stamp: FrameStamp }
  | {
      readonly kind: 'face';
      readonly stamp: FrameStamp;
      readonly box: Box;
      /** Seen on the camera's infrared picture, in the dark: its vector is a poorer one, and nothing is learned from it. */
      readonly infrared?: true;
      /** Number of faces in the picture; only one is described. */
      readonly faces: number;
      readonly pose: HeadPose;
      /** Median depth of the face; 0 when the sensor saw none. */
      readonly distanceMm: number;
      readonly quality: Quality;
      readonly liveness: Liveness;
      readonly attention: Attention;
      /** Unit vector of the network in service, as long as its vectors are (`vectorLengths`); absent when quality is poor. */
      readonly embedding?: Float32Array;
    };
