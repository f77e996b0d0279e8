import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const universalLogoutTriggered = logTrigger({
  key: 'universal_logout_triggered',
  resource: user,
  title: 'Universal logout triggered',
  description: 'Fires when a user is to be signed out of an app everywhere.',
  eventTypes: ['user.authentication.universal_logout', 'user.authentication.universal_logout.scheduled'],
  includes: user,
  narrowedBy: ['user', 'app'],
});
