import { quoted } from './quoted.ts';

/** The applications for which a block to paste is known. */
export const OIDC_APPLICATIONS = ['apache', 'node-red', 'openid-client', 'onedesk', 'halo', 'other'] as const;

export type OidcApplication = (typeof OIDC_APPLICATIONS)[number];

/** Whose people sign in: OneDesk and HaloITSM keep their own staff apart from their customers. */
export type Audience = 'users' | 'customers' | 'both';

export interface OidcValues {
  clientId: string;
  issuer: string;
  metadataUrl: string;
  endpoints: {
    authorization: string;
    token: string;
    userinfo?: string | undefined;
    jwks: string;
    endSession?: string | undefined;
  };
  redirectUris: readonly string[];
  postLogoutRedirectUris: readonly string[];
  scopes: readonly string[];
  authMethod: string;
  pkceRequired: boolean;
  audience: Audience;
}

/** What stands for the secret: a block to paste must not carry one into tickets and logs. */
export const SECRET_PLACE = '{clientSecret}';

/** What has to be entered on the other side, as text to paste. */
export function oidcConfiguration(application: OidcApplication, values: OidcValues): string {
  return [...BLOCKS[application](values), ''].join('\n');
}

const BLOCKS: Record<OidcApplication, (values: OidcValues) => string[]> = {
  apache: ({ postLogoutRedirectUris: after, redirectUris, ...values }) => [
    `OIDCProviderMetadataURL ${values.metadataUrl}`,
    `OIDCProviderTokenEndpointAuth ${values.authMethod}`,
    `OIDCClientID ${values.clientId}`,
    `OIDCClientSecret ${SECRET_PLACE}`,
    '# A path without a page, inside a protected Location, on the very host of the pages.',
    `OIDCRedirectURI ${redirectUris[0]}`,
    '# Make it up: openssl rand -hex 32',
    'OIDCCryptoPassphrase {passphrase}',
    `OIDCScope "${values.scopes.join(' ')}"`,
    ...(values.pkceRequired ? ['OIDCPKCEMethod S256'] : []),
    'OIDCRemoteUserClaim email',
    'OIDCPassClaimsAs environment',
    ...after.slice(0, 1).map((uri) => `# Sign out: ${redirectUris[0]}?logout=${encodeURIComponent(uri)}`),
  ],
  'node-red': ({ issuer, endpoints, clientId, redirectUris, scopes }) => [
    '// In settings.js; npm install passport-openidconnect in the folder of settings.js.',
    'adminAuth: {',
    "  type: 'strategy',",
    '  strategy: {',
    "    name: 'openidconnect',",
    "    label: 'Sign in with Okta',",
    "    icon: 'fa-lock',",
    "    strategy: require('passport-openidconnect').Strategy,",
    '    options: {',
    ...members({
      issuer,
      authorizationURL: endpoints.authorization,
      tokenURL: endpoints.token,
      userInfoURL: endpoints.userinfo,
      clientID: clientId,
      clientSecret: SECRET_PLACE,
      callbackURL: redirectUris[0],
    }),
    // The strategy adds openid itself.
    `      scope: [${scopes
      .filter((one) => one !== 'openid')
      .map(quoted)
      .join(', ')}],`,
    '      skipUserProfile: false,',
    '    },',
    '  },',
    '  // The user name is the preferred_username of Okta.',
    "  users: [{ username: '{login}', permissions: ['*'] }],",
    '},',
  ],
  'openid-client': ({ issuer, clientId, redirectUris, scopes, authMethod }) => [
    "import * as client from 'openid-client';",
    '',
    'const config = await client.discovery(',
    `  new URL(${quoted(issuer)}),`,
    `  ${quoted(clientId)},`,
    '  {},',
    `  client.${authMethod === 'client_secret_post' ? 'ClientSecretPost' : 'ClientSecretBasic'}(${quoted(SECRET_PLACE)}),`,
    // It refuses plain http, which only an org on this machine has.
    ...(issuer.startsWith('http:') ? ['  { execute: [client.allowInsecureRequests] },'] : []),
    ');',
    'const state = client.randomState();',
    'const nonce = client.randomNonce();',
    'const verifier = client.randomPKCECodeVerifier();',
    '// Send the person here, and keep state, nonce and verifier for this browser.',
    'const url = client.buildAuthorizationUrl(config, {',
    `  redirect_uri: ${quoted(redirectUris[0])},`,
    `  scope: ${quoted(scopes.join(' '))},`,
    '  state,',
    '  nonce,',
    '  code_challenge: await client.calculatePKCECodeChallenge(verifier),',
    "  code_challenge_method: 'S256',",
    '});',
    '// With callbackUrl, the URL at which the person is back:',
    'const signedIn = (callbackUrl) =>',
    '  client.authorizationCodeGrant(config, callbackUrl, {',
    '    expectedState: state,',
    '    expectedNonce: nonce,',
    '    pkceCodeVerifier: verifier,',
    '    idTokenExpected: true,',
    '  });',
  ],
  onedesk: (values) => [
    'OneDesk: Administration > Integrations > Single Sign-On > OpenID Connect (Okta)',
    ...labelled(oidcFields('onedesk', values)),
  ],
  halo: (values) => [
    'HaloITSM: Configuration > Integrations > Okta > Single Sign-On',
    ...labelled(oidcFields('halo', values)),
  ],
  other: (values) => labelled(oidcFields('other', values)),
};

/** The fields of a form and what goes into each, in the order of the form; `{clientSecret}` stands for the secret. */
export const oidcFields = (application: keyof typeof FIELDS, values: OidcValues): Record<string, string> =>
  Object.fromEntries(
    Object.entries(FIELDS[application](values)).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );

const FIELDS = {
  onedesk: (values: OidcValues) => ({
    'Applies to': values.audience === 'both' ? 'users and customers' : values.audience,
    'Client ID': values.clientId,
    'Client secret': SECRET_PLACE,
    'Authorization endpoint': values.endpoints.authorization,
    'Token endpoint': values.endpoints.token,
    'Redirect URI': values.redirectUris.join(' '),
  }),
  halo: (values: OidcValues) => ({
    'Applies to': { users: 'agents', customers: 'users', both: 'agents and users' }[values.audience],
    'Okta domain': new URL(values.issuer).host,
    Issuer: values.issuer,
    'Client ID': values.clientId,
    'Client secret': SECRET_PLACE,
    'Sign-in redirect URIs': values.redirectUris.join(' '),
    'Sign-out redirect URIs': values.postLogoutRedirectUris.join(' '),
  }),
  other: (values: OidcValues) => ({
    Issuer: values.issuer,
    Metadata: values.metadataUrl,
    'Authorization endpoint': values.endpoints.authorization,
    'Token endpoint': values.endpoints.token,
    'Userinfo endpoint': values.endpoints.userinfo,
    'Key set': values.endpoints.jwks,
    'End session endpoint': values.endpoints.endSession,
    'Client ID': values.clientId,
    'Client secret': SECRET_PLACE,
    'Client authentication': values.authMethod,
    Scopes: values.scopes.join(' '),
    'Redirect URIs': values.redirectUris.join(' '),
    'Sign-out redirect URIs': values.postLogoutRedirectUris.join(' '),
    PKCE: values.pkceRequired ? 'required (S256)' : 'optional (S256)',
  }),
} satisfies Partial<Record<OidcApplication, (values: OidcValues) => Record<string, string | undefined>>>;

const members = (values: Record<string, string | undefined>): string[] =>
  Object.entries(values).map(([name, value]) => `      ${name}: ${quoted(value)},`);

const labelled = (values: Record<string, string>): string[] =>
  Object.entries(values).map(([name, value]) => `${name}: ${value}`);
