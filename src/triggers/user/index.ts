import { adminRoleGranted } from './admin-role-granted.ts';
import { adminRoleRevoked } from './admin-role-revoked.ts';
import { breachedCredentialDetected } from './breached-credential-detected.ts';
import { mfaFactorEnrolled } from './mfa-factor-enrolled.ts';
import { mfaFactorReset } from './mfa-factor-reset.ts';
import { sessionsCleared } from './sessions-cleared.ts';
import { signalReceived } from './signal-received.ts';
import { suspiciousActivityReported } from './suspicious-activity-reported.ts';
import { universalLogoutTriggered } from './universal-logout-triggered.ts';
import { userActivated } from './user-activated.ts';
import { userCreated } from './user-created.ts';
import { userDeactivated } from './user-deactivated.ts';
import { userDeleted } from './user-deleted.ts';
import { userLockedOut } from './user-locked-out.ts';
import { userPasswordChanged } from './user-password-changed.ts';
import { userProfileUpdated } from './user-profile-updated.ts';
import { userRiskChanged } from './user-risk-changed.ts';
import { userSuspended } from './user-suspended.ts';
import { userUnlocked } from './user-unlocked.ts';
import { userUnsuspended } from './user-unsuspended.ts';

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
  adminRoleRevoked,
  userUnlocked,
  userUnsuspended,
  mfaFactorEnrolled,
  sessionsCleared,
  suspiciousActivityReported,
  userRiskChanged,
  breachedCredentialDetected,
  universalLogoutTriggered,
  signalReceived,
] as const;
