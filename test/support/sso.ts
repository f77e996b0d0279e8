import type { Org } from './arrange.ts';

/** An invented application. */
export const SP = 'https://elsewhere.example';

interface Report {
  step: string;
  status: string;
  changes: { change: string; id?: string; name?: string }[];
}

/** The report of each step, by its name. */
export const stepsOf = ({ steps }: { steps: Report[] }): Record<string, Report> =>
  Object.fromEntries(steps.map((one) => [one.step, one]));

/** An OpenID Connect app as set_up_oidc_sso leaves it, under a label. */
export function oidcApp(
  org: Org,
  label: string,
  {
    redirectUris = [`${SP}/callback`],
    credentials,
    settings,
    ...more
  }: {
    redirectUris?: string[];
    label?: string;
    profile?: object;
    credentials?: object;
    settings?: object;
  } = {},
): Promise<{ id: string; credentials: { oauthClient: { client_secret?: string } } }> {
  return org.api('POST', '/api/v1/apps', {
    ...{ name: 'oidc_client', label, signOnMode: 'OPENID_CONNECT' },
    credentials: credentials ?? {
      oauthClient: { token_endpoint_auth_method: 'client_secret_basic', pkce_required: false },
    },
    settings: {
      oauthClient: {
        ...{ application_type: 'web', consent_method: 'TRUSTED', wildcard_redirect: 'DISABLED' },
        ...{ grant_types: ['authorization_code'], response_types: ['code'], redirect_uris: redirectUris },
        ...settings,
      },
    },
    profile: { connectorKey: `sso:${label}` },
    ...more,
  });
}

interface MetadataParts {
  entityId?: string;
  /** Inside of the SPSSODescriptor. */
  inside?: string;
  /** Attributes of the EntityDescriptor. */
  attributes?: string;
}

const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';

/** An element of metadata for a place that takes assertions. */
export const acs = (path: string, index: number, more = '', binding = POST): string =>
  `<AssertionConsumerService Binding="${binding}" Location="${SP}${path}" index="${index}" ${more}/>`;

/** SAML metadata of an invented application. */
export const spMetadata = ({
  entityId = `${SP}/saml`,
  inside = acs('/acs', 0, 'isDefault="true"'),
  attributes = '',
}: MetadataParts = {}): string =>
  `<?xml version="1.0"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}" ${attributes}>
  <SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    ${inside}
  </SPSSODescriptor>
</EntityDescriptor>
`;

/** A SAML app as set_up_saml_sso leaves it, under a label. */
export function samlApp(org: Org, label: string, signOn: object = {}): Promise<{ id: string }> {
  const url = `${SP}/acs`;
  return org.api('POST', '/api/v1/apps', {
    ...{ label, signOnMode: 'SAML_2_0' },
    credentials: { userNameTemplate: { template: `\${source.email}`, type: 'BUILT_IN' } },
    settings: {
      notes: { admin: `okta-connector sso:${label}` },
      signOn: {
        ...{ ssoAcsUrl: url, recipient: url, destination: url, audience: `${SP}/saml` },
        subjectNameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
        ...signOn,
      },
    },
  });
}

/** Metadata of several entities in one document. */
export const several = (...entities: string[]): string =>
  `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${entities
    .join('')
    .replaceAll('<?xml version="1.0"?>', '')}</EntitiesDescriptor>`;
