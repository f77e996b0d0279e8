import { appById } from '../apps/apps.ts';
import { iso } from '../clock.ts';
import { type Answer, type Call, type Endpoint, noContent } from '../http.ts';
import type { Json } from '../json.ts';
import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { appParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';

const path = '/api/v1/apps/:appId/tokens';

/** The refresh tokens of an app, without the tokens themselves. */
export const tokenKind = defineKind({
  path,
  param: 'tokenId',
  prefix: 'oar',
  type: 'OAuth2RefreshToken',
  scope: 'okta.apps',
  serves: ['list', 'read', 'delete'],
  list: { limit: [20, 200] },
  guard: (call) => void tokensOfApp(call),
  view: tokenView,
  deleted(call, { body }) {
    revokeFamilies(call, [body.family]);
    record(call, 'app.oauth2.token.revoke', { target: [appParty(appById(call))] });
  },
});

export const tokenEndpoints: Endpoint[] = [
  { method: 'DELETE', path, scope: 'okta.apps.manage', handle: revokeAll },
];

/** The tokens of an app. They come and go at the token endpoint: the objects are brought up to date before each use. */
export function tokensOfApp(call: Call): StoredObject[] {
  const { org } = call;
  const app = appById(call);
  const list = listOf(app);
  const valid = org.tokens.refreshTokensFor(app.id);
  for (const object of [...org.objects.of(list)])
    if (object.body.family && !valid.some(({ id }) => id === object.id)) org.objects.delete(object);
  for (const { id, issued, expires, userId, scopes, family } of valid) {
    const body = { status: 'ACTIVE', expiresAt: iso(expires), clientId: app.id, userId, scopes, family };
    org.objects.put({ id, list, created: issued, lastUpdated: issued, body });
  }
  return [...org.objects.of(list)];
}

function revokeAll(call: Call): Answer {
  const found = tokensOfApp(call);
  revokeTokens(call, found);
  const target = [appParty(appById(call))];
  if (found.length > 0) record(call, 'app.oauth2.token.revoke.implicit.client', { target });
  return noContent;
}

export function revokeTokens(call: Call, tokens: StoredObject[]): void {
  for (const object of tokens) call.org.objects.delete(object);
  revokeFamilies(
    call,
    tokens.map(({ body }) => body.family),
  );
}

/** With a refresh token go the access tokens of the same sign-in. */
function revokeFamilies(call: Call, families: unknown[]): void {
  call.org.tokens.revokeWhere(({ family }) => families.includes(family));
}

const listOf = ({ id }: { id: string }) => `/api/v1/apps/${id}/tokens`;

export function tokenView(call: Call, object: StoredObject): Json {
  const { org, origin } = call;
  const { id, label: title } = appById(call);
  const { family, _links, ...members } = plainView(call, tokenKind, object);
  const href = `${origin}/api/v1/apps/${id}`;
  const self = `${href}/tokens/${object.id}`;
  const user = org.users.get(String(object.body.userId));
  return {
    issuer: origin,
    ...members,
    _links: {
      app: { href, title },
      self: { href: self },
      revoke: { href: self, hints: { allow: ['DELETE'] } },
      client: { href: `${origin}/oauth2/v1/clients/${id}`, title },
      ...(user && {
        user: { href: `${origin}/api/v1/users/${user.id}`, title: userParty(user).displayName },
      }),
    },
  };
}
