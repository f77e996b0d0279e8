import { findScimUser } from './find-scim-user.ts';
import { importScimUsers } from './import-scim-users.ts';
import { listScimGroups } from './list-scim-groups.ts';
import { listScimUsers } from './list-scim-users.ts';
import { scimSetupGuide } from './scim-setup-guide.ts';
import { setScimUserStatus } from './set-scim-user-status.ts';

/** In the order in which lists show them. */
export const scimActions = [
  scimSetupGuide,
  findScimUser,
  listScimUsers,
  listScimGroups,
  setScimUserStatus,
  importScimUsers,
] as const;
