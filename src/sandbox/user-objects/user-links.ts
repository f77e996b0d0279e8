import { type Answer, type Call, type Endpoint, noContent, page, pageSizeOf } from '../http.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { userCursor, userOfCall } from '../users/find.ts';
import { definitionOf, linkList, namesIn } from './linked-objects.ts';
import { ownerOf } from './owner.ts';

const one = `${linkList}/:relationshipName`;
const manage = 'okta.users.manage';

export const userLinkEndpoints: Endpoint[] = [
  { method: 'GET', path: one, scope: 'okta.users.read', handle: linkedUsers },
  { method: 'PUT', path: `${one}/:primaryUserId`, scope: manage, handle: assign },
  { method: 'DELETE', path: one, scope: manage, handle: unassign },
];

const listOf = (userId: string) => linkList.replace(':userId', userId);

/** The one user on the primary side, or all users on the associated side. */
function linkedUsers(call: Call): Answer {
  const { org, params } = call;
  const user = ownerOf(call);
  const [primary = '', associated] = namesIn(definitionOf(org, params.relationshipName as string).body);
  const ids =
    params.relationshipName === associated
      ? [...org.objects.all(linkList)]
          .filter((link) => link.id === primary && link.body.primaryUserId === user.id)
          .map(({ list }) => list.split('/')[4] as string)
      : [org.objects.get(listOf(user.id), primary)?.body.primaryUserId as string | undefined];
  const users = ids.filter((id) => id !== undefined && org.users.get(id)).sort();
  const after = userCursor(call) ?? '';
  return page(
    call,
    users.filter((id) => `${id}` > after),
    pageSizeOf(call, 1000, 1000),
    {
      render: (id) => ({ _links: { self: { href: `${call.origin}/api/v1/users/${id}` } } }),
      cursor: String,
    },
  );
}

function assign(call: Call): Answer {
  const { org, params } = call;
  const user = ownerOf(call);
  const primary = userOfCall(call, params.primaryUserId);
  const [id = ''] = namesIn(definitionOf(org, params.relationshipName as string).body);
  const now = org.clock.seconds();
  const body = { primaryUserId: primary.id };
  org.objects.put({ id, list: listOf(user.id), created: now, lastUpdated: now, body });
  record(call, 'user.account.update_profile', {
    target: [userParty(user)],
    debugData: { changedAttributes: id },
  });
  return noContent;
}

function unassign(call: Call): Answer {
  const { org, params } = call;
  const user = ownerOf(call);
  const [id = ''] = namesIn(definitionOf(org, params.relationshipName as string).body);
  const link = org.objects.get(listOf(user.id), id);
  if (link && org.objects.delete(link))
    record(call, 'user.account.update_profile', {
      target: [userParty(user)],
      debugData: { changedAttributes: id },
    });
  return noContent;
}
