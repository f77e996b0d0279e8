import type { Answer, Call, Endpoint } from '../http.ts';
import { ok } from '../http.ts';
import { authenticateClient, formOf } from './client-auth.ts';
import { ofEveryIssuer, type TokenIssuer, tokenIssuerOf } from './issuer.ts';
import { publicKeys } from './jwt.ts';
import { recordTokenEvent } from './token-events.ts';
import type { AccessToken, RefreshToken } from './token-store.ts';

/** Revocation, introspection and the keys to verify signatures. */
export const tokenManagementEndpoints: Endpoint[] = [
  ...ofEveryIssuer('POST', 'revoke', revoke),
  ...ofEveryIssuer('POST', 'introspect', introspect),
  ...ofEveryIssuer('GET', 'keys', async (call) => ok({ keys: await publicKeys(tokenIssuerOf(call)) })),
];

/** Succeeds for any token, so that it reveals nothing about unknown ones. */
async function revoke(call: Call): Promise<Answer> {
  const form = formOf(call);
  const { server } = tokenIssuerOf(call);
  const client = await authenticateClient(call, form);
  const { tokens } = call.org;
  const token = form.get('token') ?? '';
  const known = tokens.refresh(token) ?? tokens.access(token);
  if (known?.clientId === client.clientId && known.serverId === server?.id) {
    // Revoking a refresh token also revokes the access tokens of the same sign-in.
    if (tokens.refresh(token)) tokens.revokeWhere((grant) => grant.family === known.family);
    else tokens.revoke(token);
    recordTokenEvent('revoke', { call, client });
  }
  return { status: 200 };
}

async function introspect(call: Call): Promise<Answer> {
  const form = formOf(call);
  const client = await authenticateClient(call, form);
  const issuer = tokenIssuerOf(call);
  const { tokens } = call.org;
  const token = form.get('token') ?? '';
  const known = tokens.access(token) ?? tokens.refresh(token);
  const isOwn = known?.clientId === client.clientId && known.serverId === issuer.server?.id;
  return ok(isOwn ? details(call, issuer, known) : { active: false });
}

function details({ org, origin }: Call, { url, server }: TokenIssuer, token: AccessToken | RefreshToken) {
  const { clientId, scopes, userId, thumbprint, expires } = token;
  const login = userId ? String(org.users.get(userId)?.profile.login) : clientId;
  return {
    active: true,
    scope: scopes.join(' '),
    username: login,
    exp: Math.floor(expires / 1000),
    ...('issued' in token ? { iat: Math.floor(token.issued / 1000) } : {}),
    sub: login,
    aud: server ? (server.body.audiences as string[])[0] : origin,
    iss: url,
    token_type: thumbprint ? 'DPoP' : 'Bearer',
    client_id: clientId,
    ...(userId ? { uid: userId } : {}),
    ...(thumbprint ? { cnf: { jkt: thumbprint } } : {}),
  };
}
