import { expect, test } from 'vitest';
import { identityModels } from '../../../main/contract/identity-model.ts';
import { beginLook, observeLook } from '../../../main/identity/look.ts';
import { thresholdsOf } from '../../../main/identity/thresholds.ts';
import { faceObservation, vectorOf } from './observations.ts';

test.each(['unheard-of', 'toString', '__proto__', ''])(
  'a network nobody calibrated never unlocks, not even for its own vectors: "%s"',
  (model) => {
    expect(thresholdsOf(model)).toBeUndefined();
    const template = { id: 't', origin: 'enrolled', model, vector: vectorOf(1), yawDeg: 0, pitchDeg: 0, createdAtMs: 0 } as const;
    let look = beginLook(0);
    for (let frame = 1; frame <= 40; frame++) {
      const gallery = { personId: 'owner', templates: [template] };
      const step = observeLook(look, faceObservation(frame * 33), [gallery], model, { attention: true }, frame * 33);
      expect(step.verdict).toBeUndefined();
      look = step.look;
    }
  },
);

test('no threshold reaches as far as a vector without direction lies', () => {
  for (const model of identityModels) expect(thresholdsOf(model)?.unlock ?? 0).toBeLessThan(1);
});
