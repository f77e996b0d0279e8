import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const breachedCredentialDetected = logTrigger({
  key: 'breached_credential_detected',
  resource: user,
  title: 'Breached credential detected',
  description: 'Fires when a user signs in with a password that is known from a breach.',
  eventTypes: ['security.breached_credential.detected'],
  includes: user,
  narrowedBy: ['user'],
  userPlace: 'actor',
});
