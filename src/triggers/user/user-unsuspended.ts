import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const userUnsuspended = logTrigger({
  key: 'user_unsuspended',
  resource: user,
  title: 'User unsuspended',
  description: 'Fires when the suspension of a user ends.',
  eventTypes: ['user.lifecycle.unsuspend'],
  includes: user,
  narrowedBy: ['user'],
});
