import { notFound } from '../errors.ts';
import { type Call, cursorOf } from '../http.ts';
import { hidden, seesUser } from '../visibility.ts';
import type { User } from './user.ts';

/**
 * The user a path refers to: by id, login, unambiguous short name, or `me` for the caller.
 * @throws Refusal if there is none, or none that the caller may see.
 */
export function userOfCall(call: Call, reference = call.params.id as string): User {
  const { users } = call.org;
  const { userId } = call.principal;
  const user =
    reference === 'me'
      ? userId && users.get(userId)
      : (users.get(reference) ?? users.byLogin(reference) ?? users.byShortName(reference));
  if (!user) throw notFound(reference, 'User');
  if (!seesUser(call, user)) throw hidden(call, reference, 'User');
  return user;
}

/** The id after which a page of users begins. */
export function userCursor(call: Call): string | undefined {
  return cursorOf(call, '00u', (id) => call.org.users.get(id) !== undefined);
}
