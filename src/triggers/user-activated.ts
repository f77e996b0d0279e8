import { typedTrigger } from './sources/typed.ts';

export const userActivated = typedTrigger({
  key: 'user_activated',
  resource: 'user',
  title: 'User activated',
  description: 'Fires when a user is activated or activated again.',
  eventTypes: ['user.lifecycle.activate', 'user.lifecycle.reactivate'],
  includes: 'user',
});
