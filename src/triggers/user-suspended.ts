import { typedTrigger } from './sources/typed.ts';

export const userSuspended = typedTrigger({
  key: 'user_suspended',
  resource: 'user',
  title: 'User suspended',
  description: 'Fires when a user is suspended.',
  eventTypes: ['user.lifecycle.suspend'],
  includes: 'user',
});
