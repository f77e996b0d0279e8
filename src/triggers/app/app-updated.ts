import { app } from '../../resources/app/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const appUpdated = logTrigger({
  key: 'app_updated',
  resource: app,
  title: 'App updated',
  description: 'Fires when the settings of an app change.',
  eventTypes: ['application.lifecycle.update'],
  includes: app,
  narrowedBy: ['app'],
  tellsChanges: { of: 'values', example: 'enable_slo' },
});
