import { Refusal } from '../errors.ts';
import { type Answer, type Call, type Endpoint, ok } from '../http.ts';
import { identityClaims } from './claims.ts';
import { ofEveryIssuer, tokenIssuerOf } from './issuer.ts';

export const userinfoEndpoints: Endpoint[] = ofEveryIssuer('GET', 'userinfo', userinfo, 'openid');

/** All that the scopes of an access token allow to tell about its user. */
function userinfo(call: Call): Answer {
  const { org, headers } = call;
  const issuer = tokenIssuerOf(call);
  const token = org.tokens.access(headers.get('authorization')?.split(' ')[1] ?? '');
  const user = token?.userId === undefined ? undefined : org.users.get(token.userId);
  const app = token && org.apps.get(token.clientId);
  const areActive = user?.status === 'ACTIVE' && app?.status === 'ACTIVE';
  if (!token || !areActive || token.serverId !== issuer.server?.id) {
    const challenge = 'Bearer error="invalid_token", error_description="The access token is invalid."';
    throw new Refusal(401, undefined, { 'WWW-Authenticate': challenge });
  }
  return ok({ ...identityClaims(call, issuer, { ...token, user, isThin: false }), sub: user.id });
}
