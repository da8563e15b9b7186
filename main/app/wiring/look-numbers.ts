import type { LookNumbers } from '../../contract/insight.ts';
import { adaptationRulesOf } from '../../identity/adaptation-rules.ts';
import { framesToRefuse, framesToUnlock } from '../../identity/look.ts';
import { leastMeanLogOdds } from '../../identity/look-liveness.ts';
import { attentionConeDeg, closedProbability } from '../../vision/attention.ts';
import { farthestMm, maximumPitchDeg, maximumYawDeg, nearestMm } from '../../vision/quality.ts';

/** Everything looks are judged by, gathered from where it stands, for the owner's page of the last looks. `model`: the network in service. */
export function lookNumbers(model: string | undefined, attentionRequired: boolean): LookNumbers {
  const rules = model === undefined ? undefined : adaptationRulesOf(model);
  return {
    distances:
      rules === undefined
        ? undefined
        : { unlock: rules.unlock, reach: rules.reach, unlockByLearned: rules.unlockByLearned, learn: rules.learn },
    framesToUnlock,
    framesToRefuse,
    leastMeanLogOdds,
    attentionRequired,
    shutProbability: closedProbability,
    attentionConeDeg,
    distanceMm: { from: nearestMm, to: farthestMm },
    maximumYawDeg,
    maximumPitchDeg,
  };
}
