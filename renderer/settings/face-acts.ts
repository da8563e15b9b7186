import type { Channel } from '../../main/contract/ipc.ts';

/** What somebody does with their own stored face, each against their passcode. */
export type FaceAct = Extract<
  Channel,
  'start-learning' | 'undo-learning' | 'forget-learning' | 'renew-face' | 'enrol-alternate' | 'remove-alternate' | 'show-insight'
>;

interface Asked {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly look: 'primary' | 'danger';
}

export const faceActs: Readonly<Record<FaceAct, Asked>> = {
  'start-learning': {
    title: 'Follow your face as it changes?',
    text: 'When you unlock, once a day at most, Facelatch may keep how you look then beside what you set up.',
    action: 'Switch on',
    look: 'primary',
  },
  'undo-learning': {
    title: 'Take back what was learned last?',
    text: 'What it replaced counts again.',
    action: 'Take back',
    look: 'danger',
  },
  'forget-learning': {
    title: 'Forget everything learned?',
    text: 'Only the face you set up counts then. If you look different by now, the passcode is asked for more often.',
    action: 'Forget',
    look: 'danger',
  },
  'renew-face': {
    title: 'Renew the stored face?',
    text: 'Do this if somebody may have copied the files of this computer. Your face opens the lock as before.',
    action: 'Renew',
    look: 'primary',
  },
  'enrol-alternate': {
    title: 'Set up a second appearance',
    text: 'Look as you do at other times: put your glasses on, or take the mask off. It must be your own face: whoever is set up here opens the lock.',
    action: 'Continue',
    look: 'primary',
  },
  'remove-alternate': {
    title: 'Remove the second appearance?',
    text: 'Everything learned goes with it.',
    action: 'Remove',
    look: 'danger',
  },
  'show-insight': {
    title: 'Show the last looks in detail?',
    text: 'They tell how near a face came. Nobody else should read that.',
    action: 'Show',
    look: 'primary',
  },
};
