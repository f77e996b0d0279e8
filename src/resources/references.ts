import { z } from 'zod';
import type { ActionContext } from '../define.ts';
import { InputError, OktaError } from '../errors/errors.ts';
import { isPathSafe } from '../http/path.ts';
import { identified } from './answers.ts';
import { expression } from './expression.ts';

// Ids are 00u or 00g and letters and digits; a short name like 00user has neither digit nor capital behind the prefix.
const USER_ID = /^00u(?=[a-z]*[0-9A-Z])[A-Za-z0-9]+$/;
const GROUP_ID = /^00g(?=[a-z]*[0-9A-Z])[A-Za-z0-9]+$/;

const foundGroup = z.object({ id: z.string(), profile: z.object({ name: z.string().nullish() }).nullish() });

/** True for what Okta itself hands out as a user id. */
export const isUserId = (reference: string): boolean => USER_ID.test(reference);

/**
 * A reference to a user that can stand in a path: an id, login or short name as it is; a login that a path cannot carry
 * (`/`, `?`, `\`, `;`) is looked up first.
 * @throws InputError for `.`, `..` and dot segments, and for `me` where the action changes something; OktaError `not_found` when nobody has such a login.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/#tag/User/operation/getUser
 */
export async function userRef(context: ActionContext, reference: string): Promise<string> {
  if (reference === 'me' && context.writes) {
    throw new InputError('"me" is not taken as the user of a change: it is the admin of this connection', {
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
  // filter reads live data but compares case; search is behind by seconds but does not.
  for (const query of [{ filter: condition }, { search: condition }]) {
    for await (const found of context.list(
      { method: 'GET', path: '/api/v1/users', query: { ...query, limit: 2 }, answer: identified },
      2,
    )) {
      return found.id;
    }
  }
  throw missing('user', 'login', '/api/v1/users');
}

/** The id of a user, read from Okta unless the reference is one. */
export async function userIdOf(context: ActionContext, reference: string): Promise<string> {
  if (isUserId(reference)) return reference;
  const userId = await userRef(context, reference);
  if (isUserId(userId)) return userId;
  const path = '/api/v1/users/{userId}';
  return (await context.call({ method: 'GET', path, params: { userId }, answer: identified })).json.id;
}

/**
 * The id of a group, found by its exact name unless the reference is an id.
 * @throws OktaError `not_found` when no group has the name; InputError when several have it.
 */
export async function groupIdOf(context: ActionContext, reference: string): Promise<string> {
  if (GROUP_ID.test(reference)) return reference;
  const known = context.groupIds?.get(reference);
  if (known) return known;
  const found = groupIdByName(context, reference);
  context.groupIds?.set(reference, found);
  // Who comes later may ask again: the name may be mistyped, or Okta be down for a moment.
  found.catch(() => context.groupIds?.delete(reference));
  return found;
}

async function groupIdByName(context: ActionContext, reference: string): Promise<string> {
  const path = '/api/v1/groups';
  const search = expression({ attribute: 'profile.name', operator: 'eq', value: reference });
  // search lags behind; q reads live data, but matches beginnings and has one page only.
  for (const query of [
    { search, limit: 20 },
    { q: reference, limit: 300 },
  ]) {
    const exact: z.output<typeof foundGroup>[] = [];
    for await (const found of context.list({ method: 'GET', path, query, answer: foundGroup }, query.limit)) {
      if (found.profile?.name === reference) exact.push(found);
    }
    if (exact.length > 1) {
      throw new InputError(
        `${exact.length} groups have this name: ${exact.map((one) => one.id).join(', ')}`,
        {
          hint: 'Give the id of the one you mean as groupId.',
        },
      );
    }
    if (exact[0]) return exact[0].id;
  }
  throw missing('group', 'exact name', path);
}

function missing(what: string, by: string, pathTemplate: string): OktaError {
  return new OktaError(`No ${what} has this ${by}`, {
    code: 'not_found',
    actor: 'caller',
    hint: `Check the ${by}, or give the id; it may also be hidden from this admin role.`,
    request: { method: 'GET', pathTemplate },
  });
}
