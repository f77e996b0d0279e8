import { invalid, oktaError } from '../errors.ts';
import type { Call } from '../http.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { hiddenOf, stepOf } from './factor.ts';
import { passCodeIn, sharedSecretOf } from './pass-code.ts';

/** Checks the code of a factor, which can be used once. @throws Refusal E0000068, E0000082 or E0000083 */
export function checkPassCode(call: Call, factor: StoredObject, passCode: unknown): void {
  if (typeof passCode !== 'string' || passCode === '')
    throw invalid('passCode', 'passCode: The field cannot be left blank');
  const { org } = call;
  const now = org.clock.now();
  const { sentAt, lifetime = 0, usedStep } = hiddenOf(factor.body);
  const step = stepOf(factor, now);
  // The clock of a phone may be a little off; a code that was sent is one code.
  const steps = sentAt === undefined ? [step - 1, step, step + 1] : [step];
  const used = steps.find((one) => passCodeIn(one, sharedSecretOf(factor.id)) === passCode);
  if (used === undefined)
    throw oktaError('E0000068', '', ["Your passcode doesn't match our records. Please try again."]);
  if (used === usedStep) throw oktaError('E0000082');
  if (sentAt !== undefined && now > sentAt + lifetime * 1000) throw oktaError('E0000083');
  const hidden = { ...hiddenOf(factor.body), usedStep: used };
  org.objects.put({ ...factor, body: { ...factor.body, hidden } });
}
