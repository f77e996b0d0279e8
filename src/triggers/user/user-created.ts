import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const userCreated = logTrigger({
  key: 'user_created',
  resource: user,
  title: 'User created',
  description: 'Fires when a user is created.',
  eventTypes: ['user.lifecycle.create'],
  includes: user,
});
