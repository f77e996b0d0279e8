import { type Call, type Endpoint, ok } from '../http.ts';
import { signatureAlgorithms } from './dpop.ts';
import { oidcScopes } from './scopes.ts';

/** What the authorization server says about itself. The list of scopes is not complete, as with Okta. */
export const metadataEndpoints: Endpoint[] = [
  { method: 'GET', path: '/.well-known/oauth-authorization-server', handle: (call) => ok(server(call)) },
  { method: 'GET', path: '/.well-known/openid-configuration', handle: (call) => ok(openid(call)) },
];

function server({ origin }: Call) {
  const methods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'];
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/oauth2/v1/authorize`,
    token_endpoint: `${origin}/oauth2/v1/token`,
    jwks_uri: `${origin}/oauth2/v1/keys`,
    introspection_endpoint: `${origin}/oauth2/v1/introspect`,
    revocation_endpoint: `${origin}/oauth2/v1/revoke`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    subject_types_supported: ['public'],
    scopes_supported: [...oidcScopes, 'okta.users.read', 'okta.users.manage', 'okta.groups.read'],
    token_endpoint_auth_methods_supported: methods,
    introspection_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_methods_supported: methods,
    code_challenge_methods_supported: ['S256'],
    dpop_signing_alg_values_supported: signatureAlgorithms,
  };
}

function openid(call: Call) {
  const claims_supported = ['iss', 'ver', 'sub', 'aud', 'iat', 'exp', 'jti', 'nonce', 'name', 'email'];
  return { ...server(call), id_token_signing_alg_values_supported: ['RS256'], claims_supported };
}
