import { log } from '../../resources/log/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const signInFailed = logTrigger({
  key: 'sign_in_failed',
  resource: log,
  noun: 'sign-in',
  title: 'Sign-in failed',
  description: 'Fires when somebody fails to sign in.',
  eventTypes: ['user.session.start'],
  outcome: 'FAILURE',
});
