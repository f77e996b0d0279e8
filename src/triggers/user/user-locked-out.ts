import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const userLockedOut = logTrigger({
  key: 'user_locked_out',
  resource: user,
  title: 'User locked out',
  description: 'Fires when a user is locked out.',
  eventTypes: ['user.account.lock'],
  includes: user,
  narrowedBy: ['user'],
});
