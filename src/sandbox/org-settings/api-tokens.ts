import { iso } from '../clock.ts';
import { type Answer, type Call, type Endpoint, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { found, viewOf } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { apiTokenId } from '../oauth/token-events.ts';
import type { Org } from '../org.ts';

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
  deleted: ({ org }, { id }) => {
    if (id === apiTokenId) org.tokens.revokeApiToken();
  },
  events: { delete: 'system.api_token.revoke' },
});

export const apiTokenEndpoints: Endpoint[] = [
  { method: 'PUT', path: '/api/v1/api-tokens/:apiTokenId', scope: 'okta.apiTokens.manage', handle: putToken },
];

export function seedApiToken(org: Org): void {
  org.objects.put({
    id: apiTokenId,
    list: apiTokenKind.path,
    created: org.created,
    lastUpdated: org.created,
    body: {
      name: 'sandbox',
      userId: org.adminId,
      clientName: 'Okta API',
      tokenWindow: 'P30D',
      network: { connection: 'ANYWHERE' },
      expiresAt: iso(org.created + window),
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
