import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const adminRoleGranted = logTrigger({
  key: 'admin_role_granted',
  resource: user,
  noun: 'admin role',
  title: 'Admin role granted',
  description: 'Fires when an admin role is granted to a user or a group.',
  eventTypes: ['user.account.privilege.grant', 'group.privilege.grant'],
  includes: user,
  narrowedBy: ['user', 'group'],
  tellsRoles: true,
});
