import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const userDeactivated = logTrigger({
  key: 'user_deactivated',
  resource: user,
  title: 'User deactivated',
  description: 'Fires when a user is deactivated.',
  eventTypes: ['user.lifecycle.deactivate'],
  includes: user,
  narrowedBy: ['user'],
});
