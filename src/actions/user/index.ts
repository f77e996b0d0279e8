import { activateUser } from './activate-user.ts';
import { assignLinkedUser } from './assign-linked-user.ts';
import { clearUserSessions } from './clear-user-sessions.ts';
import { createOrUpdateUser } from './create-or-update-user.ts';
import { createUser } from './create-user.ts';
import { deactivateUser } from './deactivate-user.ts';
import { deleteUser } from './delete-user.ts';
import { expirePassword } from './expire-password.ts';
import { findOneUser } from './find-user.ts';
import { forgotPassword } from './forgot-password.ts';
import { getUser } from './get-user.ts';
import { getUserRisk } from './get-user-risk.ts';
import { listLinkedUsers } from './list-linked-users.ts';
import { listUserGrants } from './list-user-grants.ts';
import { offboardUser } from './offboard-user.ts';
import { onboardUser } from './onboard-user.ts';
import { reactivateUser } from './reactivate-user.ts';
import { reportSessionRevoked } from './report-session-revoked.ts';
import { reportUserRisk } from './report-user-risk.ts';
import { resetPassword } from './reset-password.ts';
import { revokeUserGrants } from './revoke-user-grants.ts';
import { runUniversalLogout } from './run-universal-logout.ts';
import { searchUsers } from './search-users.ts';
import { setUserPassword } from './set-user-password.ts';
import { suspendUser } from './suspend-user.ts';
import { unassignLinkedUser } from './unassign-linked-user.ts';
import { unlockUser } from './unlock-user.ts';
import { unsuspendUser } from './unsuspend-user.ts';
import { updateUser } from './update-user.ts';
import { updateUserRisk } from './update-user-risk.ts';

/** In display order. */
export const userActions = [
  createUser,
  createOrUpdateUser,
  onboardUser,
  getUser,
  findOneUser,
  searchUsers,
  updateUser,
  activateUser,
  offboardUser,
  deactivateUser,
  suspendUser,
  unsuspendUser,
  unlockUser,
  reactivateUser,
  deleteUser,
  setUserPassword,
  resetPassword,
  expirePassword,
  forgotPassword,
  clearUserSessions,
  runUniversalLogout,
  getUserRisk,
  updateUserRisk,
  reportUserRisk,
  reportSessionRevoked,
  listUserGrants,
  revokeUserGrants,
  listLinkedUsers,
  assignLinkedUser,
  unassignLinkedUser,
] as const;
