import { app } from '../../resources/app/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const appDeactivated = logTrigger({
  key: 'app_deactivated',
  resource: app,
  title: 'App deactivated',
  description: 'Fires when an app is deactivated.',
  eventTypes: ['application.lifecycle.deactivate'],
  includes: app,
  narrowedBy: ['app'],
});
