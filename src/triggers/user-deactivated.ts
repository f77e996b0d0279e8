import { typedTrigger } from './sources/typed.ts';

export const userDeactivated = typedTrigger({
  key: 'user_deactivated',
  resource: 'user',
  title: 'User deactivated',
  description: 'Fires when a user is deactivated.',
  eventTypes: ['user.lifecycle.deactivate'],
  includes: 'user',
});
