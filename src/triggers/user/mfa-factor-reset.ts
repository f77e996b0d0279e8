import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const mfaFactorReset = logTrigger({
  key: 'mfa_factor_reset',
  resource: user,
  noun: 'factor',
  title: 'MFA factor reset',
  description: 'Fires when factors of a user are reset or removed.',
  eventTypes: ['user.mfa.factor.reset_all', 'user.mfa.factor.deactivate'],
  includes: user,
  narrowedBy: ['user'],
  gathers: { whole: 'user.mfa.factor.reset_all', part: 'user.mfa.factor.deactivate' },
});
