import { type Answer, type Call, cursorOf, type Endpoint, linkTo, ok, pageSizeOf } from '../http.ts';
import { rolesHeld } from '../roles/assignees.ts';
import { take } from '../sorted.ts';
import type { User } from '../users/user.ts';

export const adminEndpoints: Endpoint[] = [
  { method: 'GET', path: '/api/v1/iam/assignees/users', scope: 'okta.roles.read', handle: listAdmins },
];

/** The users who have a role, directly or through a group. Only a page that is not the last has links. */
function listAdmins(call: Call): Answer {
  const { org, origin } = call;
  const size = pageSizeOf(call, 100, 100);
  const after = cursorOf(call, '00u', (id) => org.users.get(id) !== undefined);
  const found = take(admins(call, after), size + 1);
  const shown = found.slice(0, size);
  const value = shown.map(({ id }) => {
    const self = `${origin}/api/v1/users/${id}`;
    const orn = `orn:okta:directory:${org.id}:users:${id}`;
    return { id, orn, _links: { roles: { href: `${self}/roles` }, self: { href: self } } };
  });
  if (found.length <= size) return ok({ value });
  return ok({ value, _links: { next: { href: linkTo(call, { after: shown.at(-1)?.id ?? null }) } } });
}

function* admins(call: Call, after: string | undefined): Generator<User> {
  const { users, groups } = call.org;
  for (const user of users.from(after)) {
    const holders = [user, ...groups.ofUser(user.id)];
    if (holders.some(({ id }) => rolesHeld(call, id).length > 0)) yield user;
  }
}
