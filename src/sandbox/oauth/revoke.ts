import type { Answer, Call, Endpoint } from '../http.ts';
import { ok } from '../http.ts';
import { appParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { authenticateClient, formOf } from './client-auth.ts';
import { publicKeys } from './jwt.ts';
import type { AccessToken, RefreshToken } from './token-store.ts';

/** Revocation, introspection and the keys to verify signatures. */
export const tokenManagementEndpoints: Endpoint[] = [
  { method: 'POST', path: '/oauth2/v1/revoke', handle: revoke },
  { method: 'POST', path: '/oauth2/v1/introspect', handle: introspect },
  { method: 'GET', path: '/oauth2/v1/keys', handle: async () => ok({ keys: await publicKeys() }) },
];

/** Succeeds for any token, so that it reveals nothing about unknown ones. */
async function revoke(call: Call): Promise<Answer> {
  const form = formOf(call);
  const client = await authenticateClient(call, form);
  const { tokens, apps } = call.org;
  const token = form.get('token') ?? '';
  const known = tokens.refresh(token) ?? tokens.access(token);
  if (known?.clientId === client.clientId) {
    // Revoking a refresh token also revokes the access tokens of the same sign-in.
    if (tokens.refresh(token)) tokens.revokeWhere((grant) => grant.family === known.family);
    else tokens.revoke(token);
    const app = apps.get(client.clientId);
    record(call, 'app.oauth2.token.revoke', { target: app ? [appParty(app)] : [] });
  }
  return { status: 200 };
}

async function introspect(call: Call): Promise<Answer> {
  const form = formOf(call);
  const client = await authenticateClient(call, form);
  const { tokens } = call.org;
  const token = form.get('token') ?? '';
  const known = tokens.access(token) ?? tokens.refresh(token);
  return ok(known?.clientId === client.clientId ? details(call, known) : { active: false });
}

function details({ org, origin }: Call, token: AccessToken | RefreshToken) {
  const { clientId, scopes, userId, thumbprint, expires } = token;
  const login = userId ? String(org.users.get(userId)?.profile.login) : clientId;
  return {
    active: true,
    scope: scopes.join(' '),
    username: login,
    exp: Math.floor(expires / 1000),
    ...('issued' in token ? { iat: Math.floor(token.issued / 1000) } : {}),
    sub: login,
    aud: origin,
    iss: origin,
    token_type: thumbprint ? 'DPoP' : 'Bearer',
    client_id: clientId,
    ...(userId ? { uid: userId } : {}),
    ...(thumbprint ? { cnf: { jkt: thumbprint } } : {}),
  };
}
