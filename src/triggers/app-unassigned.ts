import { typedTrigger } from './sources/typed.ts';

export const appUnassigned = typedTrigger({
  key: 'app_unassigned',
  resource: 'app',
  title: 'App unassigned',
  description: 'Fires when the assignment of an app to a user ends.',
  eventTypes: ['application.user_membership.remove'],
  includes: 'user',
});
