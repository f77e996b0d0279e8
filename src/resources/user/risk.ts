import { z } from 'zod';
import { field } from '../../schema/fields.ts';

/** Path of a user's risk. */
export const USER_RISK = '/api/v1/users/{userId}/risk';

/** The risk of a user, as Okta rates it or as an administrator has set it. */
export const userRisk = z.looseObject({
  riskLevel: field(z.string(), 'Risk level', 'HIGH, MEDIUM, LOW or NONE.', 'HIGH'),
  reason: field(z.string().nullish(), 'Reason', 'Why the level is what it is.', 'Admin override risk'),
});
