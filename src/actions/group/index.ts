import { addUserToGroup } from './add-user-to-group.ts';
import { findGroupsByName } from './find-groups-by-name.ts';
import { listGroupMembers } from './list-group-members.ts';
import { listUserGroups } from './list-user-groups.ts';
import { removeUserFromGroup } from './remove-user-from-group.ts';

/** In display order. */
export const groupActions = [
  addUserToGroup,
  removeUserFromGroup,
  listGroupMembers,
  listUserGroups,
  findGroupsByName,
] as const;
