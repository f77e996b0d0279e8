import { adminRoleGranted } from './admin-role-granted.ts';
import { mfaFactorReset } from './mfa-factor-reset.ts';
import { userActivated } from './user-activated.ts';
import { userCreated } from './user-created.ts';
import { userDeactivated } from './user-deactivated.ts';
import { userDeleted } from './user-deleted.ts';
import { userLockedOut } from './user-locked-out.ts';
import { userPasswordChanged } from './user-password-changed.ts';
import { userProfileUpdated } from './user-profile-updated.ts';
import { userSuspended } from './user-suspended.ts';

/** In display order. */
export const userTriggers = [
  userCreated,
  userActivated,
  userDeactivated,
  userSuspended,
  userDeleted,
  userLockedOut,
  userPasswordChanged,
  userProfileUpdated,
  mfaFactorReset,
  adminRoleGranted,
] as const;
