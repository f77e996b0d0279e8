import { typedTrigger } from './sources/typed.ts';

export const appAssigned = typedTrigger({
  key: 'app_assigned',
  resource: 'app',
  title: 'App assigned',
  description: 'Fires when an app is assigned to a user.',
  eventTypes: ['application.user_membership.add'],
  includes: 'user',
});
