import { group } from '../../resources/group/resource.ts';
import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const userRemovedFromGroup = logTrigger({
  key: 'user_removed_from_group',
  resource: group,
  noun: 'group member',
  title: 'User removed from group',
  description: 'Fires when a user is removed from a group.',
  eventTypes: ['group.user_membership.remove'],
  includes: user,
  narrowedBy: ['group', 'user'],
});
