import type { FaceMeasures, LookDetail, LookNumbers } from '../../main/contract/insight.ts';
import { attentionText, breaksBound, framesText, headText } from './words.ts';

/** One question that a look was asked: its answer for everybody, and the numbers behind it. */
export interface Check {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'open';
  readonly answer: string;
  readonly numbers: string;
}

/** What was asked of a look with a face in it, in the order in which a person would ask. */
export function checksOf(look: LookDetail, face: FaceMeasures, rules: LookNumbers): Check[] {
  return [personCheck(face, rules), livingCheck(look, face, rules), eyesCheck(face, rules), pictureCheck(face, rules)];
}

/** How the frames of a look were counted. */
export function tallyText({ tally }: LookDetail, { framesToUnlock, framesToRefuse }: LookNumbers): string {
  const counts = [`${tally.matched} matched`, `${tally.unknown} matched nobody`, `${tally.notLive} outside a bound of liveness`];
  return `${framesText(tally.frames)}: ${counts.join(', ')}. ${framesToUnlock} matches open it, more after frames that were refused; ${framesToRefuse} refused frames end it.`;
}

function personCheck({ enrolledDistance, learnedDistance }: FaceMeasures, { distances }: LookNumbers): Check {
  const title = 'Your face?';
  if (enrolledDistance === undefined || distances === undefined)
    return { title, state: 'open', answer: 'Not compared', numbers: 'the picture was not good enough, or no face is set up' };
  const { unlock, reach, unlockByLearned } = distances;
  const fromSetUp = `distance ${enrolledDistance.toFixed(2)}, opens up to ${unlock.toFixed(2)}`;
  const numbers =
    learnedDistance === undefined
      ? fromSetUp
      : `${fromSetUp}; ${learnedDistance.toFixed(2)} from what was learned, opens up to ${unlockByLearned.toFixed(2)}`;
  if (enrolledDistance <= unlock) return { title, state: 'passed', answer: 'Like the face that was set up', numbers };
  if (learnedDistance !== undefined && learnedDistance <= unlockByLearned && enrolledDistance <= reach)
    return { title, state: 'passed', answer: 'Like what was learned of your face', numbers };
  return { title, state: 'failed', answer: 'Not like the face that was set up', numbers };
}

function livingCheck({ tally }: LookDetail, { liveness }: FaceMeasures, { leastMeanLogOdds }: LookNumbers): Check {
  const title = 'Alive?';
  if (liveness.kind === 'unknown')
    return { title, state: 'open', answer: 'Too little depth to tell', numbers: 'less than 60 % of the face was measured' };
  const broken = liveness.cues.filter(breaksBound).length;
  if (liveness.kind === 'spoof')
    return {
      title,
      state: 'failed',
      answer: 'Not shaped like a living head',
      numbers: `${broken === 1 ? 'one bound' : `${broken} bounds`} broken in this frame; in ${tally.notLive} of ${framesText(tally.frames)}`,
    };
  const [logOdds, of] =
    tally.meanLogOdds === undefined
      ? [liveness.logOdds, 'in this frame']
      : [tally.meanLogOdds, `on average of ${framesText(tally.matched)}`];
  return {
    title,
    state: logOdds >= leastMeanLogOdds ? 'passed' : 'failed',
    answer: logOdds >= leastMeanLogOdds ? 'Shaped like a living head' : 'Too unlike living heads in too many ways',
    numbers: `log-odds ${logOdds.toFixed(2)} ${of}, at least ${leastMeanLogOdds.toFixed(2)}; every bound kept`,
  };
}

function eyesCheck({ attention }: FaceMeasures, rules: LookNumbers): Check {
  const isAttentive = attention.kind === 'attentive';
  const gaze = Number.isFinite(attention.gazeDeg) ? `gaze ${Math.round(attention.gazeDeg)}° off, up to ${rules.attentionConeDeg}°` : '';
  const blinks = [attention.leftBlink, attention.rightBlink];
  const shut = blinks.every(Number.isFinite)
    ? `likelihood shut ${blinks.map((value) => value.toFixed(2)).join(' and ')}, both count from ${rules.shutProbability.toFixed(2)}`
    : '';
  return {
    title: 'Attentive?',
    state: isAttentive ? 'passed' : rules.attentionRequired ? 'failed' : 'open',
    answer: attentionText(attention) + (rules.attentionRequired ? '' : ', which is not asked for'),
    numbers: [gaze, shut].filter((text) => text !== '').join('; '),
  };
}

function pictureCheck(face: FaceMeasures, { distanceMm, maximumYawDeg, maximumPitchDeg }: LookNumbers): Check {
  const from = Math.round(distanceMm.from / 10);
  const to = Math.round(distanceMm.to / 10);
  return {
    title: 'Seen well?',
    state: face.quality === undefined ? 'passed' : 'failed',
    answer: face.quality ?? (face.infrared ? 'Yes, in the dark, by infrared' : 'Yes'),
    numbers: `${headText(face)}; ${from} to ${to} cm, up to ${maximumYawDeg}° aside and ${maximumPitchDeg}° up or down`,
  };
}
