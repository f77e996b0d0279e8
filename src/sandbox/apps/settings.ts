import { isObject, type Json } from '../json.ts';
import { merged } from '../kinds/endpoints.ts';
import { isOwnName } from './templates.ts';

const withoutValue = (...names: string[]): Json => Object.fromEntries(names.map((name) => [name, null]));

/** Members of `settings.app` that a template always has. */
const templateSettings: Readonly<Record<string, Json>> = {
  bookmark: { requestIntegration: false },
  template_basic_auth: withoutValue('loginUrlRegex'),
  template_sps: withoutValue(
    ...['optionalField1', 'optionalField1Value', 'optionalField2', 'optionalField2Value'],
    ...['optionalField3', 'optionalField3Value'],
  ),
  template_swa: withoutValue('loginUrlRegex', 'redirectUrl', 'checkbox'),
  template_swa3field: withoutValue('loginUrlRegex', 'redirectUrl'),
};

const ownSaml: Json = {
  defaultRelayState: null,
  ...withoutValue('ssoAcsUrl'),
  idpIssuer: `http://www.okta.com/\${org.externalKey}`,
  ...withoutValue('audience', 'recipient', 'destination'),
  subjectNameIdTemplate: `\${user.userName}`,
  subjectNameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  responseSigned: true,
  assertionSigned: true,
  signatureAlgorithm: 'RSA_SHA256',
  digestAlgorithm: 'SHA256',
  honorForceAuthn: true,
  authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
  spIssuer: null,
  requestCompressed: false,
  attributeStatements: [],
  inlineHooks: [],
  assertionEncryption: { enabled: false },
  allowMultipleAcsEndpoints: false,
  acsEndpoints: [],
  samlSignedRequestEnabled: false,
  slo: { enabled: false },
};

const catalogueSaml = withoutValue(
  ...['defaultRelayState', 'ssoAcsUrlOverride', 'audienceOverride', 'recipientOverride'],
);

/** Members of `settings.signOn`: a SAML app of one's own describes everything, one of the catalogue only what differs. */
function signOnDefaults(name: string, mode: string): Json | undefined {
  if (mode === 'AUTO_LOGIN') return withoutValue('redirectUrl', 'loginUrl');
  if (!mode.startsWith('SAML_')) return undefined;
  if (isOwnName(name)) return ownSaml;
  return mode === 'SAML_2_0'
    ? { ...catalogueSaml, destinationOverride: null, attributeStatements: [] }
    : catalogueSaml;
}

const oauthClientDefaults: Json = {
  client_uri: null,
  logo_uri: null,
  redirect_uris: [],
  response_types: [],
  grant_types: [],
  application_type: 'web',
  consent_method: 'TRUSTED',
  issuer_mode: 'DYNAMIC',
  idp_initiated_login: { mode: 'DISABLED', default_scope: [] },
  wildcard_redirect: 'DISABLED',
  dpop_bound_access_tokens: false,
  participate_slo: false,
};

/** The settings of an app, completed as Okta completes them. */
export function settingsOf(name: string, mode: string, { signOn, oauthClient, ...given }: Json): Json {
  const signOnMembers = signOnDefaults(name, mode);
  return {
    ...merged(
      {
        app: templateSettings[name] ?? {},
        notifications: { vpn: { network: { connection: 'DISABLED' }, message: null, helpUrl: null } },
        manualProvisioning: false,
        implicitAssignment: false,
        emOptInStatus: 'NONE',
        notes: { admin: null, enduser: null },
      },
      given,
    ),
    ...(signOnMembers && { signOn: { ...signOnMembers, ...signOnOf(name, signOn) } }),
    ...(name === 'oidc_client' && {
      oauthClient: { ...oauthClientDefaults, ...(isObject(oauthClient) ? oauthClient : {}) },
    }),
  };
}

/** What a request says of sign-on. An own app overrides nothing, so Okta ignores such members. */
function signOnOf(name: string, given: unknown): Json {
  const members = Object.entries(isObject(given) ? given : {});
  return Object.fromEntries(members.filter(([key]) => !isOwnName(name) || !key.endsWith('Override')));
}
