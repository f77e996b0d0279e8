import { typedTrigger } from './sources/typed.ts';

export const userAddedToGroup = typedTrigger({
  key: 'user_added_to_group',
  resource: 'group',
  title: 'User added to group',
  description: 'Fires when a user becomes a member of a group.',
  eventTypes: ['group.user_membership.add'],
  includes: 'user',
});
