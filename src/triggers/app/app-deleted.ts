import { app } from '../../resources/app/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const appDeleted = logTrigger({
  key: 'app_deleted',
  resource: app,
  title: 'App deleted',
  description: 'Fires when an app is deleted; the app can no longer be read.',
  eventTypes: ['application.lifecycle.delete'],
  narrowedBy: ['app'],
});
