import { groupCreated } from './group-created.ts';
import { groupDeleted } from './group-deleted.ts';
import { groupRuleChanged } from './group-rule-changed.ts';
import { groupUpdated } from './group-updated.ts';
import { userAddedToGroup } from './user-added-to-group.ts';
import { userRemovedFromGroup } from './user-removed-from-group.ts';

/** In display order. */
export const groupTriggers = [
  userAddedToGroup,
  userRemovedFromGroup,
  groupCreated,
  groupDeleted,
  groupUpdated,
  groupRuleChanged,
] as const;
