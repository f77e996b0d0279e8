import { accessRequestCreated } from './access-request-created.ts';
import { accessRequestDecided } from './access-request-decided.ts';
import { accessRequestExpired } from './access-request-expired.ts';
import { accessReviewDecided } from './access-review-decided.ts';
import { entitlementDriftDetected } from './entitlement-drift-detected.ts';

/** In display order. */
export const governanceTriggers = [
  accessRequestCreated,
  accessRequestDecided,
  accessRequestExpired,
  accessReviewDecided,
  entitlementDriftDetected,
] as const;
