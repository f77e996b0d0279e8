import { group } from '../../resources/group/resource.ts';
import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const userAddedToGroup = logTrigger({
  key: 'user_added_to_group',
  resource: group,
  noun: 'group member',
  title: 'User added to group',
  description: 'Fires when a user is added to a group.',
  eventTypes: ['group.user_membership.add'],
  includes: user,
  narrowedBy: ['group', 'user'],
});
