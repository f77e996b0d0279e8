import { typedTrigger } from './sources/typed.ts';

export const userProfileUpdated = typedTrigger({
  key: 'user_profile_updated',
  resource: 'user',
  title: 'User profile updated',
  description: 'Fires when attributes of a user change.',
  eventTypes: ['user.account.update_profile'],
  includes: 'user',
});
