import type { App } from '../apps/app-store.ts';
import { appById } from '../apps/apps.ts';
import { invalid } from '../errors.ts';
import { type Answer, type Call, type Endpoint, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { plainView, viewOf } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { Org } from '../org.ts';
import type { IdFactory } from '../random.ts';
import { appParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';

const path = '/api/v1/apps/:appId/grants';
const oktaScope = /^okta(\.\w+)+\.(read|manage)(\.self)?$/;

/** The okta.* scopes that an administrator granted to an app. */
export const grantKind = defineKind({
  path,
  param: 'grantId',
  prefix: 'oag',
  type: 'OAuth2ScopeConsentGrant',
  scope: 'okta.appGrants',
  serves: ['list', 'read', 'delete'],
  guard: oauthApp,
  view: grantView,
  deleted(call, { body }) {
    const app = oauthApp(call);
    setScopes(app, (scopes) => scopes.filter((scope) => scope !== body.scopeId));
    record(call, 'app.oauth2.admin.consent.revoke', { target: [appParty(app)] });
  },
});

export const grantEndpoints: Endpoint[] = [
  { method: 'POST', path, scope: 'okta.appGrants.manage', handle: grant },
];

/** Only what Okta issues tokens for can have grants. @throws Refusal */
function oauthApp(call: Call): App {
  const app = appById(call);
  if (app.signOnMode !== 'OPENID_CONNECT')
    throw invalid('appId', 'The app is not an OAuth 2.0 client: only those have grants.');
  return app;
}

/** A scope that is granted already is not granted twice: the answer is the grant that exists. */
function grant(call: Call): Answer {
  const { org, origin, principal } = call;
  const app = oauthApp(call);
  const { scopeId, issuer } = objectBody(call);
  if (typeof scopeId !== 'string' || !oktaScope.test(scopeId))
    throw invalid('scopeId', 'scopeId: the name of an okta.* scope is expected');
  if (typeof issuer !== 'string' || !URL.canParse(issuer) || new URL(issuer).origin !== issuer)
    throw invalid('issuer', 'issuer: the URL of an org, without a path, is expected');
  const known = [...org.objects.of(listOf(app))].find(
    ({ body }) => body.scopeId === scopeId && (body.issuer ?? origin) === issuer,
  );
  if (known) return ok(viewOf(call, grantKind, known));
  const granted = put(org, org.ids, app, { scopeId, issuer }, principal.actor.id);
  setScopes(app, (scopes) => [...scopes, scopeId]);
  record(call, 'app.oauth2.admin.consent.grant', { target: [appParty(app)] });
  return ok(viewOf(call, grantKind, granted));
}

/** Grants for the scopes that the OAuth apps of the seed have. */
export function seedGrants(org: Org, ids: IdFactory): void {
  for (const app of org.apps.from())
    for (const scopeId of app.client?.scopes ?? []) put(org, ids, app, { scopeId }, org.adminId);
}

const listOf = ({ id }: App) => `/api/v1/apps/${id}/grants`;

function put(org: Org, ids: IdFactory, app: App, what: Json, admin: string): StoredObject {
  const now = org.clock.seconds();
  return org.objects.put({
    ...{ id: ids.next('oag'), list: listOf(app), created: now, lastUpdated: now },
    body: {
      ...{ status: 'ACTIVE', createdBy: { id: admin, type: 'User' } },
      ...{ clientId: app.id, source: 'ADMIN', ...what },
    },
  });
}

/** The token endpoint reads the scopes of the client. */
function setScopes({ client }: App, change: (scopes: readonly string[]) => readonly string[]): void {
  if (client) client.scopes = change(client.scopes);
}

function grantView(call: Call, object: StoredObject): Json {
  const { origin, method, query } = call;
  const { id, label: title } = oauthApp(call);
  const { _links, ...members } = plainView(call, grantKind, object);
  const { scopeId } = object.body;
  return {
    issuer: origin,
    ...members,
    ...(method === 'POST' || query.get('expand') === 'scope'
      ? { _embedded: { scope: { id: scopeId } } }
      : {}),
    _links: {
      app: { href: `${origin}/api/v1/apps/${id}`, title },
      ...(_links as Json),
      client: { href: `${origin}/oauth2/v1/clients/${id}`, title },
    },
  };
}
