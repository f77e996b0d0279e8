import { userAddedToGroup } from './user-added-to-group.ts';
import { userRemovedFromGroup } from './user-removed-from-group.ts';

/** In display order. */
export const groupTriggers = [userAddedToGroup, userRemovedFromGroup] as const;
