import { activateUser } from './activate-user.ts';
import { createUser } from './create-user.ts';
import { deactivateUser } from './deactivate-user.ts';
import { deleteUser } from './delete-user.ts';
import { expirePassword } from './expire-password.ts';
import { forgotPassword } from './forgot-password.ts';
import { getUser } from './get-user.ts';
import { resetPassword } from './reset-password.ts';
import { searchUsers } from './search-users.ts';
import { suspendUser } from './suspend-user.ts';
import { unsuspendUser } from './unsuspend-user.ts';
import { updateUser } from './update-user.ts';

/** In display order. */
export const userActions = [
  createUser,
  getUser,
  searchUsers,
  updateUser,
  activateUser,
  deactivateUser,
  suspendUser,
  unsuspendUser,
  deleteUser,
  resetPassword,
  expirePassword,
  forgotPassword,
] as const;
