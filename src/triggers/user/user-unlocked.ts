import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const userUnlocked = logTrigger({
  key: 'user_unlocked',
  resource: user,
  title: 'User unlocked',
  description: 'Fires when a locked user is unlocked, by an admin or after some time.',
  eventTypes: ['user.account.unlock', 'user.account.unlock_by_admin'],
  includes: user,
  narrowedBy: ['user'],
});
