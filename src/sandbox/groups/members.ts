import { notFound } from '../errors.ts';
import { applyRules, expel, rulesBehind } from '../group-objects/rule-members.ts';
import { ruleView } from '../group-objects/rules.ts';
import { type Answer, type Call, type Endpoint, noContent, ok, page, pageSizeOf } from '../http.ts';
import { take } from '../sorted.ts';
import { userCursor } from '../users/find.ts';
import type { User } from '../users/user.ts';
import { userItem } from '../users/view.ts';
import { hidden, seesUser } from '../visibility.ts';
import { addMember, editableGroup, groupById } from './membership.ts';

const path = '/api/v1/groups/:id/users';
const [read, manage] = ['okta.groups.read', 'okta.groups.manage'];

export const memberEndpoints: readonly Endpoint[] = [
  { method: 'GET', path, scope: read, handle: listMembers },
  { method: 'PUT', path: `${path}/:userId`, scope: manage, handle: putMember },
  { method: 'DELETE', path: `${path}/:userId`, scope: manage, handle: deleteMember },
  { method: 'GET', path: `${path}/:userId/group-rules`, scope: read, handle: listRulesBehind },
];

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
  const user = memberById(call);
  addMember(call, editableGroup(call), user);
  applyRules(call, user);
  return noContent;
}

function deleteMember(call: Call): Answer {
  const user = memberById(call);
  expel(call, editableGroup(call), user);
  applyRules(call, user);
  return noContent;
}

function listRulesBehind(call: Call): Answer {
  const rules = rulesBehind(call, groupById(call), memberById(call).id);
  return ok(rules.map((rule) => ruleView(call, rule)));
}

/** This endpoint accepts only an id, not a login. */
function memberById(call: Call): User {
  const id = call.params.userId as string;
  const user = call.org.users.get(id);
  if (!user) throw notFound(id, 'User');
  if (!seesUser(call, user)) throw hidden(call, id, 'User');
  return user;
}
