import { createHash } from 'node:crypto';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';

interface ProviderType {
  /** The protocol by which users sign in. */
  signsIn: 'SAML2' | 'OIDC' | 'OAUTH2' | 'OTHER';
  /** What Okta adds to the protocol. */
  protocol(call: Call): Json;
  /** What Okta adds to the policy. */
  policy: Json;
}

const common: Json = {
  accountLink: { filter: null, action: 'AUTO' },
  subject: { filter: null, matchType: 'USERNAME', matchAttribute: null },
  maxClockSkew: 0,
  transformedUsernameMatchingEnabled: false,
};

const trusting = { ...common, trustClaims: false };

const redirect = (url: string) => ({ url, binding: 'HTTP-REDIRECT' });
const post = (url: string) => ({ url, binding: 'HTTP-POST' });

const saml: ProviderType = {
  signsIn: 'SAML2',
  protocol: ({ org, origin }) => ({
    type: 'SAML2',
    credentials: {
      trust: {
        // One service provider for all, as in an org that does not separate them.
        audience: `${origin}/saml2/service-provider/spv${org.id.slice(3).toLowerCase()}`,
        revocation: null,
        revocationCacheLifetime: 0,
      },
      signing: { kid: createHash('sha256').update(org.id).digest('base64url') },
    },
  }),
  policy: trusting,
};

const oidc: ProviderType = {
  signsIn: 'OIDC',
  protocol: () => ({ type: 'OIDC', settings: { nameFormat: null } }),
  policy: trusting,
};

/** A provider whose endpoints Okta knows. */
function known(signsIn: 'OIDC' | 'OAUTH2', authorization: string, token: string): ProviderType {
  const endpoints = { authorization: redirect(authorization), token: post(token) };
  return { signsIn, protocol: () => ({ type: signsIn, endpoints }), policy: common };
}

const microsoft = 'https://login.microsoftonline.com/common/oauth2/v2.0';

/** Any other provider: nothing is added that Okta's answers have not shown. */
const other: ProviderType = { signsIn: 'OTHER', protocol: () => ({}), policy: common };

const others =
  'AMAZON APPLE DISCORD GITHUB GITLAB IDV_CLEAR IDV_INCODE IDV_PERSONA IDV_STANDARD LINKEDIN LOGINGOV ' +
  'LOGINGOV_SANDBOX OKTA_INTEGRATION PAYPAL PAYPAL_SANDBOX SALESFORCE SPOTIFY X509 XERO YAHOO YAHOOJP';

/** All types of identity providers. */
export const providerTypes: Readonly<Record<string, ProviderType>> = {
  SAML2: saml,
  OIDC: oidc,
  GOOGLE: known(
    'OIDC',
    'https://accounts.google.com/o/oauth2/auth',
    'https://www.googleapis.com/oauth2/v3/token',
  ),
  MICROSOFT: known('OIDC', `${microsoft}/authorize`, `${microsoft}/token`),
  FACEBOOK: known(
    'OAUTH2',
    'https://www.facebook.com/dialog/oauth',
    'https://graph.facebook.com/v2.8/oauth/access_token',
  ),
  ...Object.fromEntries(others.split(' ').map((name) => [name, other])),
};
