import { iso } from '../clock.ts';
import { notFound } from '../errors.ts';
import { type Answer, type Call, cursorOf, type Endpoint, noContent, ok, page, pageSizeOf } from '../http.ts';
import type { Json } from '../json.ts';
import type { RefreshToken } from '../oauth/token-store.ts';
import { appParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { grantsIn } from './grants.ts';
import { ownerOf } from './owner.ts';

const [clients, read, manage] = ['/api/v1/users/:userId/clients', 'okta.users.read', 'okta.users.manage'];
const path = `${clients}/:clientId/tokens`;

/** The apps that a user lets in, and the refresh tokens they hold. */
export const tokenEndpoints: Endpoint[] = [
  { method: 'GET', path: clients, scope: read, handle: listClients },
  { method: 'GET', path, scope: read, handle: listTokens },
  { method: 'GET', path: `${path}/:tokenId`, scope: read, handle: (call) => ok(view(call, found(call))) },
  { method: 'DELETE', path, scope: manage, handle: (call) => revoke(call, tokensIn(call)) },
  {
    method: 'DELETE',
    path: `${path}/:tokenId`,
    scope: manage,
    handle: (call) => revoke(call, [found(call)]),
  },
];

function tokensIn(call: Call): RefreshToken[] {
  const user = ownerOf(call);
  const { clientId } = call.params;
  return call.org.tokens
    .refreshTokensOf(user.id)
    .filter((token) => clientId === undefined || token.clientId === clientId);
}

function found(call: Call): RefreshToken {
  const token = tokensIn(call).find(({ id }) => id === call.params.tokenId);
  if (!token) throw notFound(call.params.tokenId as string, 'OAuth2RefreshToken');
  return token;
}

function listTokens(call: Call): Answer {
  const tokens = tokensIn(call);
  const after = cursorOf(call, 'oar', () => false);
  const rest = tokens.slice(after === undefined ? 0 : tokens.findIndex(({ id }) => id === after) + 1);
  return page(call, rest, pageSizeOf(call, 20, 200), {
    render: (token) => view(call, token),
    cursor: ({ id }) => id,
  });
}

/** A refresh token takes the access tokens of its sign-in with it. */
function revoke(call: Call, tokens: RefreshToken[]): Answer {
  const families = new Set(tokens.map(({ family }) => family));
  call.org.tokens.revokeWhere(({ family }) => families.has(family));
  const app = call.org.apps.get(call.params.clientId as string);
  const target = [userParty(ownerOf(call)), ...(app ? [appParty(app)] : [])];
  if (tokens.length > 0) record(call, 'app.oauth2.token.revoke', { target });
  return noContent;
}

function view(call: Call, { id, clientId, scopes, issued, expires }: RefreshToken): Json {
  const { origin, params, query } = call;
  const self = `${origin}/api/v1/users/${params.userId}/clients/${clientId}/tokens/${id}`;
  return {
    id,
    status: 'ACTIVE',
    created: iso(issued),
    lastUpdated: iso(issued),
    expiresAt: iso(expires),
    issuer: origin,
    clientId,
    userId: params.userId,
    scopes,
    ...(query.get('expand') === 'scope' ? { _embedded: { scopes: scopes.map((name) => ({ name })) } } : {}),
    _links: {
      app: { href: `${origin}/api/v1/apps/${clientId}`, title: call.org.apps.get(clientId)?.label },
      self: { href: self, hints: { allow: ['GET', 'DELETE'] } },
      client: { href: `${origin}/oauth2/v1/clients/${clientId}` },
      user: { href: `${origin}/api/v1/users/${params.userId}` },
    },
  };
}

function listClients(call: Call): Answer {
  const ids = new Set([
    ...tokensIn(call).map(({ clientId }) => clientId),
    ...grantsIn(call).map(({ body }) => String(body.clientId)),
  ]);
  const self = `${call.origin}/api/v1/users/${call.params.userId}/clients`;
  return ok(
    [...ids].sort().map((client_id) => ({
      client_id,
      client_name: call.org.apps.get(client_id)?.label,
      client_uri: null,
      logo_uri: null,
      _links: {
        grants: { href: `${self}/${client_id}/grants` },
        tokens: { href: `${self}/${client_id}/tokens` },
      },
    })),
  );
}
