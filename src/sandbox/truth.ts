import type { Json } from './json.ts';
import type { Org } from './org.ts';

/** Everything that a directory has, whatever a list or an index shows late or hides: to compare a copy with. */
export function truthOf(org: Org): Json {
  const memberships = [...org.groups.from()].map((group) => [group.id, [...org.groups.memberIds(group)]]);
  const count = org.users.size;
  const assignments = [...org.apps.from()].map((app) => {
    const assigned = org.apps.assignments(app, undefined, count, () => true);
    return [app.id, assigned.map(({ id }) => id)];
  });
  return {
    users: [...org.users.from()].map(({ id, status, profile }) => ({ id, status, profile })),
    groups: [...org.groups.from()].map(({ id, type, profile }) => ({ id, type, profile })),
    memberships: Object.fromEntries(memberships),
    assignments: Object.fromEntries(assignments),
  };
}
