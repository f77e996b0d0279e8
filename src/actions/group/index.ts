import { activateGroupRule } from './activate-group-rule.ts';
import { addGroupOwner } from './add-group-owner.ts';
import { addUserToGroup } from './add-user-to-group.ts';
import { createGroup } from './create-group.ts';
import { createGroupRule } from './create-group-rule.ts';
import { deactivateGroupRule } from './deactivate-group-rule.ts';
import { deleteGroup } from './delete-group.ts';
import { deleteGroupRule } from './delete-group-rule.ts';
import { findGroupsByName } from './find-groups-by-name.ts';
import { getGroup } from './get-group.ts';
import { getGroupRule } from './get-group-rule.ts';
import { listGroupApps } from './list-group-apps.ts';
import { listGroupMembers } from './list-group-members.ts';
import { listGroupOwners } from './list-group-owners.ts';
import { listGroupRules } from './list-group-rules.ts';
import { listGroups } from './list-groups.ts';
import { listUserGroups } from './list-user-groups.ts';
import { removeGroupOwner } from './remove-group-owner.ts';
import { removeUserFromGroup } from './remove-user-from-group.ts';
import { setUserGroups } from './set-user-groups.ts';
import { updateGroup } from './update-group.ts';
import { updateGroupRule } from './update-group-rule.ts';
import { whyIsMember } from './why-is-member.ts';

/** In display order. */
export const groupActions = [
  addUserToGroup,
  removeUserFromGroup,
  setUserGroups,
  listGroupMembers,
  listUserGroups,
  whyIsMember,
  findGroupsByName,
  getGroup,
  listGroups,
  createGroup,
  updateGroup,
  deleteGroup,
  listGroupApps,
  listGroupOwners,
  addGroupOwner,
  removeGroupOwner,
  getGroupRule,
  listGroupRules,
  createGroupRule,
  updateGroupRule,
  activateGroupRule,
  deactivateGroupRule,
  deleteGroupRule,
] as const;
