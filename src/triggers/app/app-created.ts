import { app } from '../../resources/app/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const appCreated = logTrigger({
  key: 'app_created',
  resource: app,
  title: 'App created',
  description: 'Fires when an app is created.',
  eventTypes: ['application.lifecycle.create'],
  includes: app,
});
