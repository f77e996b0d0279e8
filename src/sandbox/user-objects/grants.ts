import { iso } from '../clock.ts';
import { type Answer, type Call, type Endpoint, noContent } from '../http.ts';
import type { Json } from '../json.ts';
import { endpointsOf, listPath } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { EventType } from '../system-log/event-types.ts';
import { appParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { ownerOf } from './owner.ts';

const path = '/api/v1/users/:userId/grants';

/** What a user has consented to: an app may use a scope. */
export const grants = defineKind({
  path,
  param: 'grantId',
  prefix: 'oag',
  type: 'OAuth2ScopeConsentGrant',
  scope: 'okta.users',
  serves: ['list', 'read', 'delete'],
  guard: (call) => void ownerOf(call),
  list: {
    limit: [20, 200],
    select({ query, params: { clientId } }) {
      const scopeId = query.get('scopeId');
      return ({ body }) =>
        (scopeId === null || body.scopeId === scopeId) &&
        (clientId === undefined || body.clientId === clientId);
    },
  },
  view: grantView,
  deleted: (call, grant) => logRevoked(call, 'app.oauth2.as.consent.revoke', grant.body.clientId),
});

/** Deletions of several grants at once, and the grants of one client. */
export const grantEndpoints: Endpoint[] = [
  { method: 'DELETE', path, scope: 'okta.users.manage', handle: revokeGrants },
  {
    method: 'DELETE',
    path: '/api/v1/users/:userId/clients/:clientId/grants',
    scope: 'okta.users.manage',
    handle: revokeGrants,
  },
  // The list of a client's grants is that of all grants, narrowed by the parameter of the path.
  ...endpointsOf(grants).flatMap((endpoint) =>
    endpoint.path === path ? [{ ...endpoint, path: '/api/v1/users/:userId/clients/:clientId/grants' }] : [],
  ),
];

/** The grants of a user, of one client where the path names one. */
export function grantsIn(call: Call): StoredObject[] {
  const { clientId } = call.params;
  const all = [...call.org.objects.of(listPath(call, grants))];
  return clientId === undefined ? all : all.filter(({ body }) => body.clientId === clientId);
}

function revokeGrants(call: Call): Answer {
  ownerOf(call);
  const { clientId } = call.params;
  for (const grant of grantsIn(call)) call.org.objects.delete(grant);
  logRevoked(call, `app.oauth2.as.consent.revoke.user${clientId ? '.client' : ''}`, clientId);
  return noContent;
}

function logRevoked(call: Call, type: EventType, clientId: unknown): void {
  const app = call.org.apps.get(String(clientId));
  record(call, type, { target: [userParty(ownerOf(call)), ...(app ? [appParty(app)] : [])] });
}

function grantView(call: Call, { id, list, body, created, lastUpdated }: StoredObject): Json {
  const { origin, params, query, org } = call;
  const app = org.apps.get(String(body.clientId));
  const link = (href: string, title?: string) => ({ href: `${origin}${href}`, ...(title ? { title } : {}) });
  return {
    id,
    status: 'ACTIVE',
    created: iso(created),
    createdBy: { id: params.userId, type: 'User' },
    lastUpdated: iso(lastUpdated),
    issuer: origin,
    ...body,
    userId: params.userId,
    source: 'END_USER',
    ...(query.get('expand') === 'scope' ? { _embedded: { scope: { id: body.scopeId } } } : {}),
    _links: {
      app: link(`/api/v1/apps/${body.clientId}`, app?.label),
      self: { ...link(`${list}/${id}`), hints: { allow: ['GET', 'DELETE'] } },
      client: link(`/oauth2/v1/clients/${body.clientId}`, app?.label),
      user: link(`/api/v1/users/${params.userId}`),
    },
  };
}
