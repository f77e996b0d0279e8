import { assignRoleToGroup } from './assign-role-to-group.ts';
import { assignRoleToUser } from './assign-role-to-user.ts';
import { listAdmins } from './list-admins.ts';
import { listGroupRoles } from './list-group-roles.ts';
import { listRoles } from './list-roles.ts';
import { listUserRoles } from './list-user-roles.ts';
import { unassignRoleFromGroup } from './unassign-role-from-group.ts';
import { unassignRoleFromUser } from './unassign-role-from-user.ts';

/** In display order. */
export const roleActions = [
  listAdmins,
  listUserRoles,
  assignRoleToUser,
  unassignRoleFromUser,
  listGroupRoles,
  assignRoleToGroup,
  unassignRoleFromGroup,
  listRoles,
] as const;
