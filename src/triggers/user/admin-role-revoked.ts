import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const adminRoleRevoked = logTrigger({
  key: 'admin_role_revoked',
  resource: user,
  title: 'Admin role revoked',
  description: 'Fires when an admin role is taken from a user or a group.',
  eventTypes: ['user.account.privilege.revoke', 'group.privilege.revoke'],
  includes: user,
  narrowedBy: ['user', 'group'],
  tellsRoles: true,
});
