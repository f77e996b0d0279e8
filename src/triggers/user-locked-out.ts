import { typedTrigger } from './sources/typed.ts';

export const userLockedOut = typedTrigger({
  key: 'user_locked_out',
  resource: 'user',
  title: 'User locked out',
  description: 'Fires when a user is locked out.',
  eventTypes: ['user.account.lock'],
  includes: 'user',
});
