import type { OAuthClient } from './client.ts';
import { invalidScope } from './errors.ts';

export const oidcScopes = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access', 'groups'];
const unconfigured = 'One or more scopes are not configured for the authorization server resource.';

/**
 * The scopes of a token. okta.* scopes that are not granted to the app are silently dropped; an unknown scope is an error,
 * and so is an empty result.
 */
export function grantedScopes(client: OAuthClient, requested: string | null): string[] {
  const wanted = [...new Set((requested ?? '').split(' ').filter(Boolean))];
  if (wanted.length === 0) throw invalidScope('No scopes were requested.');
  if (wanted.some((scope) => !isKnown(scope))) throw invalidScope(unconfigured);
  const oidc = wanted.filter((scope) => oidcScopes.includes(scope));
  if (client.type === 'service' && oidc.length > 0)
    throw invalidScope("Cannot request 'openid' scopes using client credentials.");
  const granted = wanted.filter((scope) => oidcScopes.includes(scope) || client.scopes.includes(scope));
  if (granted.length === 0) throw invalidScope(unconfigured);
  return granted;
}

function isKnown(scope: string): boolean {
  return oidcScopes.includes(scope) || /^(okta|ssf)\.[\w.]+$/.test(scope);
}
