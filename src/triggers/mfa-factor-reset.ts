import { typedTrigger } from './sources/typed.ts';

export const mfaFactorReset = typedTrigger({
  key: 'mfa_factor_reset',
  resource: 'user',
  title: 'MFA factor reset',
  description: 'Fires when factors of a user are reset or removed.',
  eventTypes: ['user.mfa.factor.reset_all', 'user.mfa.factor.deactivate'],
  includes: 'user',
});
