import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const mfaFactorEnrolled = logTrigger({
  key: 'mfa_factor_enrolled',
  resource: user,
  title: 'MFA factor enrolled',
  description: 'Fires when a user enrolls a factor.',
  eventTypes: ['user.mfa.factor.activate'],
  includes: user,
  narrowedBy: ['user'],
});
