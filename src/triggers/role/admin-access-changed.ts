import { role } from '../../resources/role/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const adminAccessChanged = logTrigger({
  key: 'admin_access_changed',
  resource: role,
  title: 'Admin access changed',
  description: 'Fires when a custom admin role, a resource set or an assignment of them changes.',
  eventTypes: [
    'iam.role.create',
    'iam.role.update',
    'iam.role.delete',
    'iam.role.permissions.add',
    'iam.role.permissions.delete',
    'iam.resourceset.create',
    'iam.resourceset.update',
    'iam.resourceset.delete',
    'iam.resourceset.resources.add',
    'iam.resourceset.resources.delete',
    'iam.resourceset.bindings.add',
    'iam.resourceset.bindings.delete',
  ],
});
