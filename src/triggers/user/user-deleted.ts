import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const userDeleted = logTrigger({
  key: 'user_deleted',
  resource: user,
  title: 'User deleted',
  description: 'Fires when a user is deleted for good; there is no user to read any more.',
  eventTypes: ['user.lifecycle.delete.completed'],
});
