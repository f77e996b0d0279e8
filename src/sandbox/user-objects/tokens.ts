import { appById } from '../apps/apps.ts';
import { notFound } from '../errors.ts';
import { type Answer, type Call, cursorOf, type Endpoint, noContent, ok, page, pageSizeOf } from '../http.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { revokeTokens, tokensOfApp, tokenView } from '../provisioning/tokens.ts';
import { appParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { grantsIn } from './grants.ts';
import { ownerOf } from './owner.ts';

const [clients, read, manage] = ['/api/v1/users/:userId/clients', 'okta.users.read', 'okta.users.manage'];
const path = `${clients}/:clientId/tokens`;

/** The apps that a user lets in, and the refresh tokens they hold: those of the app, narrowed to the user. */
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

const ofApp = (call: Call, appId = call.params.clientId as string): Call => ({ ...call, params: { appId } });
const view = (call: Call, token: StoredObject) => tokenView(ofApp(call), token);

function tokensIn(call: Call, appId?: string): StoredObject[] {
  const user = ownerOf(call);
  return tokensOfApp(ofApp(call, appId)).filter(({ body }) => body.userId === user.id);
}

function found(call: Call): StoredObject {
  const token = tokensIn(call).find(({ id }) => id === call.params.tokenId);
  if (!token) throw notFound(call.params.tokenId as string, 'OAuth2RefreshToken');
  return token;
}

function listTokens(call: Call): Answer {
  const after = cursorOf(call, 'oar', () => false) ?? '';
  const rest = tokensIn(call).filter(({ id }) => id > after);
  return page(call, rest, pageSizeOf(call, 20, 200), {
    render: (token) => view(call, token),
    cursor: ({ id }) => id,
  });
}

function revoke(call: Call, tokens: StoredObject[]): Answer {
  revokeTokens(call, tokens);
  const target = [userParty(ownerOf(call)), appParty(appById(ofApp(call)))];
  if (tokens.length > 0) record(call, 'app.oauth2.token.revoke', { target });
  return noContent;
}

function listClients(call: Call): Answer {
  const { id } = ownerOf(call);
  const consented = new Set(grantsIn(call).map(({ body }) => body.clientId));
  const apps = [...call.org.apps.from()].filter(
    (app) => consented.has(app.id) || tokensIn(call, app.id).length > 0,
  );
  const self = `${call.origin}/api/v1/users/${id}/clients`;
  return ok(
    apps.map((app) => ({
      client_id: app.id,
      client_name: app.label,
      client_uri: null,
      logo_uri: null,
      _links: {
        grants: { href: `${self}/${app.id}/grants` },
        tokens: { href: `${self}/${app.id}/tokens` },
      },
    })),
  );
}
