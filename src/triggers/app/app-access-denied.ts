import { app } from '../../resources/app/resource.ts';
import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const appAccessDenied = logTrigger({
  key: 'app_access_denied',
  resource: app,
  title: 'App access denied',
  description: 'Fires when a sign-on policy keeps a user out of an app.',
  eventTypes: ['application.policy.sign_on.deny_access'],
  includes: user,
  narrowedBy: ['app', 'user'],
  userPlace: 'actor',
});
