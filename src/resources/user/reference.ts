import type { ActionContext } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { isPathSafe } from '../../http/path.ts';
import { identified } from '../answers.ts';
import { expression } from '../expression.ts';
import { noSuch } from '../reference.ts';

// 00u, then letters and digits. A short name like 00user has neither digit nor capital after the prefix.
const USER_ID = /^00u(?=[a-z]*[0-9A-Z])[A-Za-z0-9]+$/;

/** True for the format of Okta's user ids. */
export const isUserId = (reference: string): boolean => USER_ID.test(reference);

/**
 * A reference to a user that can be used in a path: an id, login or short name is used unchanged; a login that a path
 * cannot contain (`/`, `?`, `\`, `;`) is looked up first.
 * @throws InputError for `.`, `..` and dot segments, and for `me` where the action changes something; OktaError `not_found` when nobody has such a login.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/#tag/User/operation/getUser
 */
export async function userRef(context: ActionContext, given: string): Promise<string> {
  // Cells of spreadsheets end in blanks.
  const reference = given.trim();
  if (reference === 'me' && context.writes) {
    throw new InputError('"me" is not accepted for a change: it is the admin of this connection', {
      hint: 'Give the id or the login of the user.',
    });
  }
  if (isPathSafe(reference)) return reference;
  if (/^\.{1,2}$|(^|[\\/])\.{1,2}([\\/]|$)/.test(reference)) {
    throw new InputError('userId must not be a path with "." or ".."', {
      hint: 'Give the id or the login of the user.',
    });
  }
  const condition = expression({ attribute: 'profile.login', operator: 'eq', value: reference });
  // filter reads live data but is case-sensitive; search is not, but lags by seconds.
  for (const query of [{ filter: condition }, { search: condition }]) {
    for await (const found of context.list(
      { method: 'GET', path: '/api/v1/users', query: { ...query, limit: 2 }, answer: identified },
      2,
    )) {
      return found.id;
    }
  }
  throw noSuch('user', 'login', '/api/v1/users');
}

/** The id of a user, read from Okta unless the reference is already an id. */
export async function userIdOf(context: ActionContext, reference: string): Promise<string> {
  if (isUserId(reference)) return reference;
  const userId = await userRef(context, reference);
  if (isUserId(userId)) return userId;
  const path = '/api/v1/users/{userId}';
  return (await context.call({ method: 'GET', path, params: { userId }, answer: identified })).json.id;
}
