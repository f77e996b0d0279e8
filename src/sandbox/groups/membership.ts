import { changeAccess } from '../apps/access.ts';
import { notFound, oktaError } from '../errors.ts';
import { type Call, cursorOf } from '../http.ts';
import { groupParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { User } from '../users/user.ts';
import { hidden, seesGroup } from '../visibility.ts';
import type { Group } from './group-store.ts';

/** @throws Refusal if there is none, or the caller may not see it. */
export function groupById(call: Call, id = call.params.id as string): Group {
  const group = call.org.groups.get(id);
  if (!group) throw notFound(id, 'UserGroup');
  if (!seesGroup(call, group)) throw hidden(call, id, 'UserGroup');
  return group;
}

/** The id after which a page of groups begins. */
export function groupCursor(call: Call): string | undefined {
  return cursorOf(call, '00g', (id) => call.org.groups.get(id) !== undefined);
}

/** A group whose members the API can change: neither Everyone nor an imported group. */
export function editableGroup(call: Call, id = call.params.id as string): Group {
  const group = groupById(call, id);
  if (group.type === 'BUILT_IN') throw oktaError('E0000060');
  if (group.type === 'APP_GROUP') throw oktaError('E0000006');
  return group;
}

/** The members of a group, whatever its list says while it lags. */
export function allMembers({ org }: Call, group: Group): User[] {
  return [...org.groups.memberIds(group)].flatMap((id) => org.users.get(id) ?? []);
}

/** Adds a user to a group; does nothing for a member. */
export function addMember(call: Call, group: Group, user: User): void {
  const { groups, settings } = call.org;
  changeAccess(call, user, () => {
    if (groups.addMember(group, user.id, settings.searchLagMs)) recordMove(call, 'add', group, user);
  });
}

/** Removes a member; does nothing for anybody else. */
export function removeMember(call: Call, group: Group, user: User): void {
  changeAccess(call, user, () => {
    if (group.members.delete(user.id)) recordMove(call, 'remove', group, user);
  });
}

function recordMove(call: Call, what: 'add' | 'remove', group: Group, user: User): void {
  group.lastMembershipUpdated = call.org.clock.seconds();
  record(call, `group.user_membership.${what}`, { target: [userParty(user), groupParty(group)] });
}
