import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const userActivated = logTrigger({
  key: 'user_activated',
  resource: user,
  title: 'User activated',
  description: 'Fires when a user is activated or reactivated.',
  eventTypes: ['user.lifecycle.activate', 'user.lifecycle.reactivate'],
  includes: user,
  narrowedBy: ['user'],
});
