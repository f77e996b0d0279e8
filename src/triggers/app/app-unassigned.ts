import { app } from '../../resources/app/resource.ts';
import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const appUnassigned = logTrigger({
  key: 'app_unassigned',
  resource: app,
  noun: 'app assignment',
  title: 'App unassigned',
  description: 'Fires when a user is unassigned from an app.',
  eventTypes: ['application.user_membership.remove'],
  includes: user,
  narrowedBy: ['app', 'user'],
});
