import { type Call, type Endpoint, ok } from '../http.ts';
import { signatureAlgorithms } from './dpop.ts';
import { type TokenIssuer, tokenIssuerOf } from './issuer.ts';
import { oidcScopes } from './scopes.ts';

/**
 * What the authorization server says about itself: all that an org of Okta's announces, more than the sandbox serves. Its list
 * of scopes is incomplete, as Okta's is.
 */
export const metadataEndpoints: Endpoint[] = [
  {
    ...{ method: 'GET', path: '/.well-known/oauth-authorization-server' },
    handle: (call) => ok(serverMetadata(call, tokenIssuerOf(call), [...oidcScopes, ...someScopes])),
  },
  {
    ...{ method: 'GET', path: '/.well-known/openid-configuration' },
    handle: (call) => ok(openIdMetadata(call, tokenIssuerOf(call), oidcScopes)),
  },
];

const someScopes = ['okta.users.read', 'okta.users.manage', 'okta.groups.read'];

const authenticationMethods = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'none',
];

const interactiveGrants = [
  'authorization_code',
  'implicit',
  'refresh_token',
  'password',
  'urn:ietf:params:oauth:grant-type:device_code',
];

const idTokenClaims =
  'iss ver sub aud iat exp jti auth_time amr idp nonce name nickname preferred_username given_name middle_name ' +
  'family_name email email_verified profile zoneinfo locale address phone_number picture website gender birthdate ' +
  'updated_at at_hash c_hash';

function common({ origin }: Call, { url, base }: TokenIssuer) {
  return {
    issuer: url,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    registration_endpoint: `${origin}/oauth2/v1/clients`,
    jwks_uri: `${base}/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post', 'okta_post_message'],
    subject_types_supported: ['public'],
    token_endpoint_auth_methods_supported: authenticationMethods,
    code_challenge_methods_supported: ['S256'],
    introspection_endpoint: `${base}/introspect`,
    introspection_endpoint_auth_methods_supported: authenticationMethods,
    revocation_endpoint: `${base}/revoke`,
    revocation_endpoint_auth_methods_supported: authenticationMethods,
    end_session_endpoint: `${base}/logout`,
    request_parameter_supported: true,
    request_object_signing_alg_values_supported: ['HS256', 'HS384', 'HS512', ...signatureAlgorithms],
    device_authorization_endpoint: `${base}/device/authorize`,
    pushed_authorization_request_endpoint: `${base}/par`,
    dpop_signing_alg_values_supported: signatureAlgorithms,
  };
}

const oidcResponseTypes = [
  'code',
  'id_token',
  'code id_token',
  'code token',
  'id_token token',
  'code id_token token',
];

/** The metadata of an issuer as RFC 8414 has them. */
export function serverMetadata(call: Call, issuer: TokenIssuer, scopes: readonly string[]) {
  return {
    ...common(call, issuer),
    response_types_supported: ['code', 'token', ...oidcResponseTypes.slice(1)],
    grant_types_supported: [...interactiveGrants, 'client_credentials'],
    scopes_supported: scopes,
    claims_supported: ['ver', 'jti', 'iss', 'aud', 'iat', 'exp', 'cid', 'uid', 'scp', 'sub'],
  };
}

/** The metadata of an issuer as OpenID Connect Discovery has them. */
export function openIdMetadata(call: Call, issuer: TokenIssuer, scopes: readonly string[]) {
  return {
    ...common(call, issuer),
    userinfo_endpoint: `${issuer.base}/userinfo`,
    response_types_supported: oidcResponseTypes,
    grant_types_supported: interactiveGrants,
    scopes_supported: scopes,
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: idTokenClaims.split(' '),
  };
}
