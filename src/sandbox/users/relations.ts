import { appLinks } from '../apps/view.ts';
import { oktaError } from '../errors.ts';
import { groupCursor } from '../groups/membership.ts';
import { groupView } from '../groups/view.ts';
import { type Answer, type Call, type Endpoint, flag, noContent, ok, page, pageSizeOf } from '../http.ts';
import { endSessions } from '../sessions/sessions.ts';
import { matching, take } from '../sorted.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { seesGroup } from '../visibility.ts';
import { userOfCall } from './find.ts';

const read = 'okta.users.read';

/** What belongs to a user: groups, app tiles, blocks, sessions. */
export const userRelationEndpoints: Endpoint[] = [
  { method: 'GET', path: '/api/v1/users/:id/groups', scope: read, handle: listGroups },
  { method: 'GET', path: '/api/v1/users/:id/appLinks', scope: read, handle: listAppLinks },
  { method: 'GET', path: '/api/v1/users/:id/blocks', scope: read, handle: refuseBlocks },
  { method: 'DELETE', path: '/api/v1/users/:id/sessions', scope: 'okta.users.manage', handle: clearSessions },
];

function listGroups(call: Call): Answer {
  const user = userOfCall(call);
  const limit = pageSizeOf(call, 200, 200);
  const all = call.org.groups.ofUser(user.id, groupCursor(call));
  const groups = matching(all, (group) => seesGroup(call, group));
  return page(call, take(groups, limit + 1), limit, {
    render: (group) => groupView(call, group),
    cursor: (last) => last.id,
  });
}

function listAppLinks(call: Call): Answer {
  const { apps } = call.org;
  const user = userOfCall(call);
  const assigned = [...apps.from()].filter((app) => app.status === 'ACTIVE' && apps.assignmentOf(app, user));
  return ok(assigned.flatMap((app) => appLinks(call, app, user)));
}

/** The feature that blocks unknown devices is off. */
function refuseBlocks(call: Call): Answer {
  userOfCall(call);
  throw oktaError('E0000015');
}

function clearSessions(call: Call): Answer {
  const user = userOfCall(call);
  endSessions(call.org, user.id);
  if (flag(call, 'oauthTokens', false)) call.org.tokens.revokeWhere((grant) => grant.userId === user.id);
  record(call, 'user.session.clear', { target: [userParty(user)] });
  return noContent;
}
