import { typedTrigger } from './sources/typed.ts';

export const userDeleted = typedTrigger({
  key: 'user_deleted',
  resource: 'user',
  title: 'User deleted',
  description: 'Fires when a user is deleted for good; there is no user to read any more.',
  eventTypes: ['user.lifecycle.delete.completed'],
});
