import { typedTrigger } from './sources/typed.ts';

export const signInFailed = typedTrigger({
  key: 'sign_in_failed',
  resource: 'log',
  title: 'Sign-in failed',
  description: 'Fires when somebody fails to sign in.',
  eventTypes: ['user.session.start'],
  outcome: 'FAILURE',
});
