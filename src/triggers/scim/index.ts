import { scimEvent } from './scim-event.ts';
import { scimGroupChanged } from './scim-group-changed.ts';
import { scimMembershipChanged } from './scim-membership-changed.ts';
import { scimUserChanged } from './scim-user-changed.ts';
import { scimUserDeactivated } from './scim-user-deactivated.ts';
import { scimUserProvisioned } from './scim-user-provisioned.ts';
import { scimUserReactivated } from './scim-user-reactivated.ts';

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
