import { type Answer, type Call, type Endpoint, noContent, ok } from '../http.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { postUsers } from './create.ts';
import { deactivate } from './deactivate.ts';
import { userOfCall } from './find.ts';
import { listUsers } from './list.ts';
import { postUser, putUser } from './update.ts';
import { etag, userView } from './view.ts';

const read = 'okta.users.read';
const manage = 'okta.users.manage';

export const userEndpoints: Endpoint[] = [
  { method: 'GET', path: '/api/v1/users', scope: read, handle: listUsers },
  { method: 'POST', path: '/api/v1/users', scope: manage, handle: postUsers },
  { method: 'GET', path: '/api/v1/users/:id', scope: read, handle: getUser },
  { method: 'POST', path: '/api/v1/users/:id', scope: manage, handle: postUser },
  { method: 'PUT', path: '/api/v1/users/:id', scope: manage, handle: putUser },
  { method: 'DELETE', path: '/api/v1/users/:id', scope: manage, handle: deleteUser },
];

function getUser(call: Call): Answer {
  const user = userOfCall(call);
  return ok(userView(call, user), { ETag: etag(call.org, user) });
}

/** The first call only deactivates, the second deletes; both have the same answer. */
function deleteUser(call: Call): Answer {
  const { org } = call;
  const user = userOfCall(call);
  if (user.status !== 'DEPROVISIONED') {
    if (!user.transitioningTo) deactivate(call, user);
    return noContent;
  }
  const target = [userParty(user)];
  record(call, 'user.lifecycle.delete.initiated', { target });
  for (const group of org.groups.from()) group.members.delete(user.id);
  org.users.delete(user, org.settings.searchLagMs);
  org.objects.deleteBelow(`/api/v1/users/${user.id}`);
  record(call, 'user.lifecycle.delete.completed', { target });
  return noContent;
}
