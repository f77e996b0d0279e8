import { iso } from '../clock.ts';
import { type Answer, type Call, type Endpoint, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { found, partyOf, viewOf } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { apiTokenId } from '../oauth/token-store.ts';
import type { Org } from '../org.ts';
import { userParty } from '../system-log/parties.ts';

const window = 30 * 24 * 3600 * 1000;

/** What the org tells about its API tokens; the token of the sandbox is one of them. */
export const apiTokenKind = defineKind({
  path: '/api/v1/api-tokens',
  param: 'apiTokenId',
  prefix: '00T',
  type: 'Token',
  scope: 'okta.apiTokens',
  serves: ['list', 'read', 'delete'],
  view: tokenView,
  deleted: ({ org }, { id }) => void org.tokens.revokeApiToken(id),
  events: { delete: 'system.api_token.revoke' },
});

export const apiTokenEndpoints: Endpoint[] = [
  { method: 'PUT', path: '/api/v1/api-tokens/:apiTokenId', scope: 'okta.apiTokens.manage', handle: putToken },
];

export function seedApiToken(org: Org): void {
  putApiToken(org, { id: apiTokenId, name: 'sandbox', created: org.created });
}

/** Makes a token of the administrator, as only the console can. */
export function createApiToken(org: Org, name: string): { id: string; token: string } {
  const id = org.ids.next('00T');
  const target = [partyOf(apiTokenKind, putApiToken(org, { id, name, created: org.clock.seconds() }))];
  const admin = org.users.get(org.adminId);
  org.logEvent({
    eventType: 'system.api_token.create',
    fields: {
      ...(admin ? { actor: userParty(admin) } : {}),
      ...{ target, debugContext: { debugData: { networkConnection: 'ANYWHERE' } } },
    },
  });
  return { id, token: org.tokens.addApiToken(id) };
}

function putApiToken(
  org: Org,
  { id, name, created }: { id: string; name: string; created: number },
): StoredObject {
  return org.objects.put({
    ...{ id, list: apiTokenKind.path, created, lastUpdated: created },
    body: {
      name,
      userId: org.adminId,
      clientName: 'Okta API',
      tokenWindow: 'P30D',
      network: { connection: 'ANYWHERE' },
      expiresAt: iso(created + window),
    },
  });
}

function tokenView({ origin }: Call, { id, body, created, lastUpdated }: StoredObject): Json {
  return {
    id,
    ...body,
    created: iso(created),
    lastUpdated: iso(lastUpdated),
    _links: {
      self: { href: `${origin}${apiTokenKind.path}/${id}`, hints: { allow: ['GET', 'DELETE'] } },
      user: { href: `${origin}/api/v1/users/${body.userId}`, hints: { allow: ['GET'] } },
    },
  };
}

/** The networks from which a token works are all that can be changed. */
function putToken(call: Call): Answer {
  const token = found(call, apiTokenKind);
  const { network = token.body.network } = objectBody(call);
  const body = { ...token.body, network };
  const lastUpdated = call.org.clock.seconds();
  return ok(viewOf(call, apiTokenKind, call.org.objects.put({ ...token, body, lastUpdated })));
}
