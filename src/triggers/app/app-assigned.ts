import { app } from '../../resources/app/resource.ts';
import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const appAssigned = logTrigger({
  key: 'app_assigned',
  resource: app,
  noun: 'app assignment',
  title: 'App assigned',
  description: 'Fires when an app is assigned to a user.',
  eventTypes: ['application.user_membership.add'],
  includes: user,
  narrowedBy: ['app', 'user'],
});
