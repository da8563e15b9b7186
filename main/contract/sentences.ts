import type { RefusalReason } from './decision.ts';
import type { PasscodeReason } from './lock-state.ts';

/** The one sentence a person reads for each refusal. None helps somebody climb towards a match. */
export const refusalSentences: Readonly<Record<RefusalReason, string>> = {
  'too-dark': 'Too dark to see you',
  'too-bright': 'Too bright to see you',
  'too-far': 'Too far away: come closer',
  'too-near': 'Too near: lean back a little',
  'not-centred': 'Move into the middle of the picture',
  'several-faces': 'More than one face in view',
  'turned-away': 'Turn your face to the screen',
  'no-depth': 'The camera cannot measure your face here',
  'poor-depth': 'The camera measures too little of your face',
  blurred: 'Hold still for a moment',
  unreadable: 'The picture of your face cannot be read',
  'no-face': 'No face in view',
  'not-recognised': 'Face not recognised',
  'not-live': 'Face not recognised',
  'eyes-closed': 'Open your eyes',
  'looking-away': 'Look at the screen',
  'stale-frame': 'Waiting for the camera',
  'nobody-enrolled': 'No face is enrolled',
};

/** What the lock screen says when only the passcode opens it. */
export const passcodeReasonSentences: Readonly<Record<PasscodeReason, string>> = {
  restart: 'Type your passcode: it is needed after every start',
  'failed-looks': 'Too many looks failed: type your passcode',
  'idle-48h': 'Locked for more than two days: type your passcode',
  'passcode-156h': 'It is time to type your passcode once again',
  'lock-now': 'Only your passcode opens this lock now',
  panic: 'Only your passcode opens this lock now',
  'face-off': 'Type your passcode',
  'clock-rollback': 'The clock was set back: type your passcode',
  'other-camera': 'Another camera is connected: type your passcode',
  'counters-lost': 'Records of this lock are missing: type your passcode',
  'guardian-lost': 'Nothing guards this lock any more: type your passcode',
};
