import { app } from '../../resources/app/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const importFailed = logTrigger({
  key: 'import_failed',
  resource: app,
  title: 'Import failed',
  description:
    'Fires when an import from an app or directory stops at its safety limit, or cannot take over a user or a group.',
  eventTypes: [
    'system.import.roadblock',
    'app.user_management.update_from_master_failed',
    'app.user_management.user_group_import.upsert_fail',
    'app.user_management.user_group_import.create_failure',
    'app.user_management.user_group_import.update_failure',
  ],
  narrowedBy: ['app'],
});
