import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const userPasswordChanged = logTrigger({
  key: 'user_password_changed',
  resource: user,
  title: 'User password changed',
  description: 'Fires when a password is changed or reset.',
  eventTypes: ['user.account.update_password', 'user.account.reset_password'],
  includes: user,
  narrowedBy: ['user'],
});
