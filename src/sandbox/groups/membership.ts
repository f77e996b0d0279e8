import { notFound, oktaError } from '../errors.ts';
import { type Answer, type Call, cursorOf, type Endpoint, noContent, page, pageSizeOf } from '../http.ts';
import { take } from '../sorted.ts';
import { groupParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { userCursor } from '../users/find.ts';
import type { User } from '../users/user.ts';
import { userItem } from '../users/view.ts';
import type { Group } from './group-store.ts';

export const membershipEndpoints: Endpoint[] = [
  { method: 'GET', path: '/api/v1/groups/:id/users', scope: 'okta.groups.read', handle: listMembers },
  { method: 'PUT', path: '/api/v1/groups/:id/users/:userId', scope: 'okta.groups.manage', handle: putMember },
  {
    method: 'DELETE',
    path: '/api/v1/groups/:id/users/:userId',
    scope: 'okta.groups.manage',
    handle: deleteMember,
  },
];

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

function listMembers(call: Call): Answer {
  const { groups, users } = call.org;
  const group = groupById(call);
  const limit = pageSizeOf(call, 1000, 1000);
  const ids = take(groups.listedMemberIds(group, userCursor(call)), limit + 1);
  return page(call, ids, limit, {
    render: (id) => userItem(call, users.get(id) as User),
    cursor: (last) => last,
  });
}

function putMember(call: Call): Answer {
  addMember(call, editableGroup(call), memberById(call));
  return noContent;
}

function deleteMember(call: Call): Answer {
  const group = editableGroup(call);
  const user = memberById(call);
  if (group.members.delete(user.id)) {
    group.lastMembershipUpdated = call.org.clock.seconds();
    record(call, 'group.user_membership.remove', { target: [userParty(user), groupParty(group)] });
  }
  return noContent;
}

/** This endpoint accepts only an id, not a login. */
function memberById(call: Call): User {
  const id = call.params.userId as string;
  const user = call.org.users.get(id);
  if (!user) throw notFound(id, 'User');
  return user;
}
