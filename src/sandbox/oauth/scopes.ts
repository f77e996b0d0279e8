import type { Call } from '../http.ts';
import type { OAuthClient } from './client.ts';
import { invalidScope } from './errors.ts';
import type { TokenIssuer } from './issuer.ts';

export const oidcScopes = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access', 'groups'];
const unconfigured = 'One or more scopes are not configured for the authorization server resource.';

/**
 * The scopes of a token. okta.* scopes that are not granted to the app are silently dropped; an unknown scope is an error,
 * and so is an empty result.
 */
export function grantedScopes(
  { org }: Call,
  { server }: TokenIssuer,
  client: OAuthClient,
  requested: string | null,
): string[] {
  const asked = [...new Set((requested ?? '').split(' ').filter(Boolean))];
  const own = server && [...org.objects.of(`${server.list}/${server.id}/scopes`)].map(({ body }) => body);
  const usual = own?.filter(({ default: isDefault }) => isDefault === true).map(({ name }) => String(name));
  const wanted = asked.length > 0 ? asked : (usual ?? []);
  if (wanted.length === 0) throw invalidScope('No scopes were requested.');
  const oidc = wanted.filter((scope) => oidcScopes.includes(scope));
  if (client.type === 'service' && oidc.length > 0)
    throw invalidScope("Cannot request 'openid' scopes using client credentials.");
  if (oidc.some((scope) => scope !== 'offline_access') && !oidc.includes('openid'))
    throw invalidScope(
      "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.",
    );
  if (own) {
    if (wanted.some((scope) => !own.some(({ name }) => name === scope))) throw invalidScope(unconfigured);
    return wanted;
  }
  if (wanted.some((scope) => !isKnown(scope)))
    throw invalidScope('Custom scopes are not allowed for this request.');
  const granted = wanted.filter((scope) => oidcScopes.includes(scope) || client.scopes.includes(scope));
  if (granted.length === 0) throw invalidScope(unconfigured);
  return granted;
}

function isKnown(scope: string): boolean {
  return oidcScopes.includes(scope) || /^(okta|ssf)\.[\w.]+$/.test(scope);
}
