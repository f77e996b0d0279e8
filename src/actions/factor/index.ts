import { activateFactor } from './activate-factor.ts';
import { enrollFactor } from './enroll-factor.ts';
import { listUserFactors } from './list-user-factors.ts';
import { resetAllFactors } from './reset-all-factors.ts';
import { resetFactor } from './reset-factor.ts';
import { runPushVerification } from './run-push-verification.ts';

/** In display order. */
export const factorActions = [
  listUserFactors,
  enrollFactor,
  activateFactor,
  resetFactor,
  resetAllFactors,
  runPushVerification,
] as const;
