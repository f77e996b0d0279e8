import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const userProfileUpdated = logTrigger({
  key: 'user_profile_updated',
  resource: user,
  title: 'User profile updated',
  description: 'Fires when attributes of a user change.',
  eventTypes: ['user.account.update_profile'],
  includes: user,
  narrowedBy: ['user'],
  tellsChanges: { of: 'names', example: 'department' },
});
