import { notFound, oktaError } from '../errors.ts';
import { type Call, cursorOf } from '../http.ts';
import { groupParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { User } from '../users/user.ts';
import type { Group } from './group-store.ts';

export function groupById(call: Call, id = call.params.id as string): Group {
  const group = call.org.groups.get(id);
  if (!group) throw notFound(id, 'UserGroup');
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

/** Adds a user to a group; does nothing for a member. */
export function addMember(call: Call, group: Group, user: User): void {
  if (!call.org.groups.addMember(group, user.id, call.org.settings.searchLagMs)) return;
  group.lastMembershipUpdated = call.org.clock.seconds();
  record(call, 'group.user_membership.add', { target: [userParty(user), groupParty(group)] });
}

/** Removes a member; does nothing for anybody else. */
export function removeMember(call: Call, group: Group, user: User): void {
  if (!group.members.delete(user.id)) return;
  group.lastMembershipUpdated = call.org.clock.seconds();
  record(call, 'group.user_membership.remove', { target: [userParty(user), groupParty(group)] });
}
