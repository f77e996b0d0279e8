import { userAddedToGroup } from './user-added-to-group.ts';
import { userRemovedFromGroup } from './user-removed-from-group.ts';

/** In the order in which lists show them. */
export const groupTriggers = [userAddedToGroup, userRemovedFromGroup] as const;
