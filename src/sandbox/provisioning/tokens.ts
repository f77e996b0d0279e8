import { appById } from '../apps/apps.ts';
import { iso } from '../clock.ts';
import { notFound } from '../errors.ts';
import { type Answer, type Call, cursorOf, type Endpoint, noContent, ok, page, pageSizeOf } from '../http.ts';
import type { Json } from '../json.ts';
import type { RefreshToken } from '../oauth/token-store.ts';
import type { Org } from '../org.ts';
import type { IdFactory } from '../random.ts';
import type { EventType } from '../system-log/event-types.ts';
import { appParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';

const tokens = '/api/v1/apps/:appId/tokens';

export const tokenEndpoints: Endpoint[] = [
  { method: 'GET', path: tokens, scope: 'okta.apps.read', handle: list },
  { method: 'DELETE', path: tokens, scope: 'okta.apps.manage', handle: revokeAll },
  {
    method: 'GET',
    path: `${tokens}/:tokenId`,
    scope: 'okta.apps.read',
    handle: (call) => ok(view(call, tokenById(call))),
  },
  { method: 'DELETE', path: `${tokens}/:tokenId`, scope: 'okta.apps.manage', handle: revokeOne },
];

function list(call: Call): Answer {
  const all = tokensOf(call);
  const after = cursorOf(call, 'oar', (id) => all.some((token) => token.id === id));
  const rest = all.filter(({ id }) => !after || id > after);
  return page(call, rest, pageSizeOf(call, 20, 200), {
    render: (token) => view(call, token),
    cursor: (last) => last.id,
  });
}

function revokeAll(call: Call): Answer {
  const found = tokensOf(call);
  if (found.length > 0) revoke(call, found, 'app.oauth2.token.revoke.implicit.client');
  return noContent;
}

function revokeOne(call: Call): Answer {
  revoke(call, [tokenById(call)], 'app.oauth2.token.revoke');
  return noContent;
}

/** With a refresh token go the access tokens of the same sign-in. */
function revoke(call: Call, found: RefreshToken[], event: EventType): void {
  const families = new Set(found.map(({ family }) => family));
  call.org.tokens.revokeWhere(({ family }) => families.has(family));
  record(call, event, { target: [appParty(appById(call))] });
}

function tokensOf(call: Call): RefreshToken[] {
  return call.org.tokens.refreshTokensOf(appById(call).id);
}

function tokenById(call: Call): RefreshToken {
  const id = call.params.tokenId as string;
  const token = tokensOf(call).find((one) => one.id === id);
  if (!token) throw notFound(id, 'OAuth2RefreshToken');
  return token;
}

/** Two refresh tokens of the administrator, as after signing in to the web app on two machines. */
export function seedTokens(org: Org, ids: IdFactory): void {
  for (const { id: clientId, client } of org.apps.from()) {
    if (client?.type !== 'web') continue;
    for (const family of ['laptop', 'phone'])
      org.tokens.addRefresh(
        { clientId, userId: org.adminId, scopes: ['openid', 'offline_access'], family },
        ids,
      );
  }
}

function view(call: Call, { id, created, expires, clientId, userId, scopes }: RefreshToken): Json {
  const { org, origin } = call;
  const app = appById(call);
  const href = `${origin}/api/v1/apps/${app.id}`;
  const self = `${href}/tokens/${id}`;
  const user = userId === undefined ? undefined : org.users.get(userId);
  return {
    id,
    status: 'ACTIVE',
    created: iso(created),
    lastUpdated: iso(created),
    expiresAt: iso(expires),
    issuer: origin,
    clientId,
    userId,
    scopes,
    _links: {
      app: { href, title: app.label },
      self: { href: self },
      revoke: { href: self, hints: { allow: ['DELETE'] } },
      client: { href: `${origin}/oauth2/v1/clients/${clientId}`, title: app.label },
      ...(user && {
        user: { href: `${origin}/api/v1/users/${user.id}`, title: userParty(user).displayName },
      }),
    },
  };
}
