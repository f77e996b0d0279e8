import { typedTrigger } from './sources/typed.ts';

export const userRemovedFromGroup = typedTrigger({
  key: 'user_removed_from_group',
  resource: 'group',
  title: 'User removed from group',
  description: 'Fires when the membership of a user in a group ends.',
  eventTypes: ['group.user_membership.remove'],
  includes: 'user',
});
