import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const userDeleted = logTrigger({
  key: 'user_deleted',
  resource: user,
  title: 'User deleted',
  description: 'Fires when a user is permanently deleted; the user can no longer be read.',
  eventTypes: ['user.lifecycle.delete.completed'],
});
