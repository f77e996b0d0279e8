import { scimEvent } from '../sources/scim/scim-trigger.ts';
import { scimGroupChanged } from './group-changed.ts';
import { scimMembershipChanged } from './membership-changed.ts';
import { scimUserChanged } from './user-changed.ts';
import { scimUserDeactivated } from './user-deactivated.ts';
import { scimUserProvisioned } from './user-provisioned.ts';
import { scimUserReactivated } from './user-reactivated.ts';

/** In display order. */
export const scimTriggers = [
  scimEvent,
  scimUserProvisioned,
  scimUserChanged,
  scimUserDeactivated,
  scimUserReactivated,
  scimGroupChanged,
  scimMembershipChanged,
] as const;
