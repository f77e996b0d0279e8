import { type Code, sourceOf } from './literal.ts';
import { type Authentication, CREDENTIALS } from './names.ts';

const ICON = { light: 'file:../icons/okta-connector.svg', dark: 'file:../icons/okta-connector.dark.svg' };

const ORG_URL = {
  displayName: 'Org URL',
  name: 'orgUrl',
  type: 'string',
  default: '',
  required: true,
  placeholder: 'e.g. https://acme.okta.com',
  description: 'The address where users sign in; custom domains work',
};

/** A secret field of the form; its remaining texts come from the manifest. */
const secret = (displayName: string, name: string, description: string, more: object = {}) => ({
  displayName,
  name,
  type: 'string',
  typeOptions: { password: true },
  default: '',
  ...more,
  description,
});

interface Manifest {
  connection: { auth: { type: unknown; fields: { properties: Record<string, Record<string, unknown>> } }[] };
  actions: { scopes: readonly string[] }[];
  triggers: { scopes: readonly string[] }[];
}

/**
 * Sources of the three credentials, keyed by their path in the package.
 * @param pages the page that explains what to click in Okta, per authentication mode.
 */
export function credentialSources(
  { connection, actions, triggers }: Manifest,
  pages: Record<Authentication, string>,
): Record<string, string> {
  const text = (type: string, name: string) => {
    const fields = connection.auth.find((mode) => mode.type === type)?.fields.properties ?? {};
    return String(fields[name]?.description ?? '').replace(/\.$/, '');
  };
  const scopes = [...new Set([...actions, ...triggers].flatMap((one) => one.scopes)), 'okta.schemas.read']
    .sort()
    .join(' ');
  const asked = {
    displayName: 'Scopes',
    name: 'scopes',
    type: 'string',
    default: scopes,
    required: true,
    description: 'OAuth scopes to request, separated by spaces; they must be granted to the app in Okta',
  };
  const clientId = {
    displayName: 'Client ID',
    name: 'clientId',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. 0oa1abcdefghijklmnop',
    description: 'Client ID of the app in Okta',
  };
  const hidden = (displayName: string, name: string, value: string | Code) => ({
    displayName,
    name,
    type: 'hidden',
    default: value,
  });

  return {
    ...source('OktaConnectorTokenApi', 'Okta Connector Token API', pages.token, {
      properties: [ORG_URL, secret('API Token', 'token', text('api_token', 'token'), { required: true })],
      authenticate: {
        type: 'generic',
        properties: {
          headers: { Authorization: '=SSWS {{$credentials.token.replace(/^\\s*SSWS\\s+/i, "")}}' },
        },
      },
    }),
    ...source('OktaConnectorPrivateKeyApi', 'Okta Connector Private Key API', pages.privateKey, {
      properties: [
        ORG_URL,
        clientId,
        secret('Private Key', 'privateKey', text('client_credentials', 'privateKey'), {
          required: true,
          typeOptions: { password: true, rows: 5 },
        }),
        {
          displayName: 'Key ID',
          name: 'keyId',
          type: 'string',
          default: '',
          description: text('client_credentials', 'keyId'),
        },
        { ...asked, default: scopes },
        {
          displayName: 'DPoP',
          name: 'dpop',
          type: 'options',
          options: [
            { name: 'Automatic', value: 'auto' },
            { name: 'Never', value: 'never' },
            { name: 'Required', value: 'required' },
          ],
          default: 'auto',
          description: 'Whether tokens are bound to a key, which makes stolen tokens useless',
        },
      ],
    }),
    ...source('OktaConnectorOAuth2Api', 'Okta Connector OAuth2 API', pages.signIn, {
      extends: ['oAuth2Api'],
      properties: [
        ORG_URL,
        hidden('Grant Type', 'grantType', 'pkce'),
        hidden('Authorization URL', 'authUrl', `=${endpoint('authorize')}`),
        hidden('Access Token URL', 'accessTokenUrl', `=${endpoint('token')}`),
        // n8n discards what users type into "scope" itself.
        { ...asked, default: `offline_access ${scopes}` },
        hidden('Scope', 'scope', '={{$self["scopes"]}}'),
        hidden('Auth URI Query Parameters', 'authQueryParameters', ''),
        hidden('Authentication', 'authentication', 'header'),
      ],
      test: {
        request: {
          baseURL: `=${ORIGIN}`,
          url: '/api/v1/users/me',
        },
        rules: [
          {
            type: 'responseCode',
            properties: {
              value: 403,
              message:
                'Okta accepts the sign-in, but does not let it read users: add the scope okta.users.read',
            },
          },
        ],
      },
    }),
  };
}

/** Plain http is allowed for this machine only, to protect the sign-in. Uses only characters that expressions accept. */
const INSECURE = '/^http:[/][/](?!(localhost|127[.][0-9]+[.][0-9]+[.][0-9]+|[[]::1])(:[0-9]+)?([/]|$))/i';

/** Accepts a pasted Admin Console address or an address with a path. */
const ORIGIN = `{{(($credentials.orgUrl.includes("://") ? "" : "https://") + $credentials.orgUrl.trim()).replace(${INSECURE}, "https://").replace("-admin.okta", ".okta").split("/").slice(0, 3).join("/")}}`;

const endpoint = (name: string) =>
  `${ORIGIN.replaceAll('$credentials.orgUrl', '$self["orgUrl"]')}/oauth2/v1/${name}`;

interface Credential {
  properties: object[];
  extends?: string[];
  authenticate?: object;
  test?: object;
}

function source(
  className: string,
  displayName: string,
  docsUrl: string,
  parts: Credential,
): Record<string, string> {
  const name = className[0]?.toLowerCase() + className.slice(1);
  if (!(Object.values(CREDENTIALS) as string[]).includes(name))
    throw new Error(`${name} is not among CREDENTIALS`);
  const types = [
    'Icon',
    ...(parts.authenticate ? ['IAuthenticateGeneric'] : []),
    ...(parts.test ? ['ICredentialTestRequest'] : []),
    'ICredentialType',
    'INodeProperties',
  ].sort();
  const members = [
    `name = '${name}';`,
    ...(parts.extends ? [`extends = ${sourceOf(parts.extends)};`] : []),
    `displayName = '${displayName}';`,
    `icon: Icon = ${sourceOf(ICON, 1)};`,
    `documentationUrl = '${docsUrl}';`,
    `properties: INodeProperties[] = ${sourceOf(parts.properties, 1)};`,
    ...(parts.authenticate
      ? [`authenticate: IAuthenticateGeneric = ${sourceOf(parts.authenticate, 1)};`]
      : []),
    ...(parts.test ? [`test: ICredentialTestRequest = ${sourceOf(parts.test, 1)};`] : []),
  ];
  return {
    [`credentials/${className}.credentials.ts`]: `// Generated from the manifest of okta-connector: edit the manifest, not this file.
import type {
${types.map((type) => `\t${type},\n`).join('')}} from 'n8n-workflow';

export class ${className} implements ICredentialType {
${members.map((member) => `\t${member}\n`).join('\n')}}
`,
  };
}
