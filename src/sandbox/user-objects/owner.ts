import type { Call } from '../http.ts';
import { userOfCall } from '../users/find.ts';
import type { User } from '../users/user.ts';

/** The user whose object a call addresses. The path then names the user by id, as the lists are stored. */
export function ownerOf(call: Call): User {
  const user = userOfCall(call, call.params.userId);
  call.params.userId = user.id;
  return user;
}
