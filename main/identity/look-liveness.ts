/** What the frames of one look, all within liveness's bounds, say together about whether somebody living is there. */
export interface LookLiveness {
  readonly frames: number;
  /** Sum over the frames of the log-odds of their scores. */
  readonly logOdds: number;
}

/**
 * Mean log-odds that the frames of a look must reach, above even odds. There 1.6 % of the tuning people's 552 looks are refused, and none of their 444 bare masks and busts, 3 of 180 under glasses, hats
 * and wigs and 3 of 180 turned ones pass (`models/liveness/fit_scorecard.py --mark 1`); `docs/liveness.md` has what it does to other people and to attacks.
 */
export const leastMeanLogOdds = 1;

/** Scores this near to 0 or 1 count as this near: no frame outvotes all others. */
const surest = 1e-5;

export const noLiveness: LookLiveness = { frames: 0, logOdds: 0 };

/** With one more frame; `score` from 0 to 1, anything else counts as 0. */
export function addScore(liveness: LookLiveness, score: number): LookLiveness {
  const kept = Number.isFinite(score) ? Math.min(1 - surest, Math.max(surest, score)) : surest;
  return { frames: liveness.frames + 1, logOdds: liveness.logOdds + Math.log(kept / (1 - kept)) };
}

/** Whether the frames together are alive; without a frame they are not. */
export function isAlive({ frames, logOdds }: LookLiveness): boolean {
  return frames > 0 && logOdds / frames >= leastMeanLogOdds;
}

/** Whether a frame of this score, seen alone, would have what a look must have on average. */
export function isAliveAlone(score: number): boolean {
  return isAlive(addScore(noLiveness, score));
}
