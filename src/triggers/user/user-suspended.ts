import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const userSuspended = logTrigger({
  key: 'user_suspended',
  resource: user,
  title: 'User suspended',
  description: 'Fires when a user is suspended.',
  eventTypes: ['user.lifecycle.suspend'],
  includes: user,
  narrowedBy: ['user'],
});
