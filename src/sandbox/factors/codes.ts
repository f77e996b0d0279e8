import type { Json } from '../json.ts';
import type { Org } from '../org.ts';
import { factorKind, passCodeOf } from './factor.ts';

/** All factors with the code that activates or verifies them now: what a user would read on the phone or in a message. */
export function factorCodes(org: Org): Json[] {
  return [...org.objects.all(factorKind.path)].map((factor) => {
    const { factorType, status } = factor.body;
    const userId = factor.list.split('/')[4];
    return { id: factor.id, userId, factorType, status, passCode: passCodeOf(factor, org.clock.now()) };
  });
}
