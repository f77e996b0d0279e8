import { typedTrigger } from './sources/typed.ts';

export const userCreated = typedTrigger({
  key: 'user_created',
  resource: 'user',
  title: 'User created',
  description: 'Fires when a user is created.',
  eventTypes: ['user.lifecycle.create'],
  includes: 'user',
});
