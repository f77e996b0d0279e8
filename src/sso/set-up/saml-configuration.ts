import { quoted } from './quoted.ts';

/** The applications for which a block to paste is known. */
export const SAML_APPLICATIONS = ['apache', 'node-saml', 'onedesk', 'other'] as const;

export type SamlApplication = (typeof SAML_APPLICATIONS)[number];

interface SamlValues {
  entityId: string;
  ssoUrl: string;
  metadataUrl: string;
  certificate: { pem: string; notAfter: string | undefined };
  /** Of the service provider. */
  spEntityId: string;
  acsUrl: string;
  nameIdFormat: string;
  /** Names of the attributes, as sent. */
  attributes: readonly string[];
}

/** What has to be entered on the other side, as text to paste. */
export function samlConfiguration(application: SamlApplication, values: SamlValues): string {
  return [...BLOCKS[application](values), ''].join('\n');
}

const BLOCKS: Record<SamlApplication, (values: SamlValues) => string[]> = {
  apache: ({ metadataUrl, acsUrl }) => [
    `# curl -o /etc/apache2/mellon/okta.xml '${metadataUrl}'`,
    `MellonEndpointPath ${new URL(acsUrl).pathname.replace(/\/[^/]+$/, '') || '/mellon'}`,
    'MellonIdPMetadataFile /etc/apache2/mellon/okta.xml',
    'MellonSPPrivateKeyFile /etc/apache2/mellon/sp.key',
    'MellonSPCertFile /etc/apache2/mellon/sp.cert',
    '# Several groups arrive in one variable, between semicolons.',
    'MellonMergeEnvVars On',
    `MellonSecureCookie ${acsUrl.startsWith('https:') ? 'On' : 'Off'}`,
  ],
  'node-saml': ({ acsUrl, ssoUrl, spEntityId, nameIdFormat }) => [
    'new SAML({',
    `  callbackUrl: ${quoted(acsUrl)},`,
    `  entryPoint: ${quoted(ssoUrl)},`,
    `  issuer: ${quoted(spEntityId)},`,
    `  audience: ${quoted(spEntityId)},`,
    '  // The member certificate.pem of this output. A list holds the old and the new one while they change.',
    "  idpCert: [readFileSync('okta.pem', 'utf8')],",
    `  identifierFormat: ${quoted(nameIdFormat)},`,
    "  signatureAlgorithm: 'sha256',",
    '  acceptedClockSkewMs: 120_000,',
    '});',
  ],
  onedesk: ({ metadataUrl, attributes }) => [
    'OneDesk: Administration > Integrations > Single Sign-On > SAML (Okta)',
    `IdP metadata URL: ${metadataUrl}`,
    ...(attributes.length > 0 ? [`Attributes: ${attributes.join(', ')}`] : []),
    'Applies to: users (OneDesk lets customers sign in by OpenID Connect only)',
    'Then: Validate metadata',
  ],
  other: ({ entityId, ssoUrl, metadataUrl, certificate, spEntityId, acsUrl, nameIdFormat, attributes }) => [
    `Metadata URL: ${metadataUrl}`,
    `Issuer (entity ID of Okta): ${entityId}`,
    `Sign-on URL: ${ssoUrl}`,
    `Audience (entity ID of the application): ${spEntityId}`,
    `Assertion consumer service: ${acsUrl}`,
    `NameID format: ${nameIdFormat}`,
    ...(attributes.length > 0 ? [`Attributes: ${attributes.join(', ')}`] : []),
    `Certificate${certificate.notAfter ? `, valid until ${certificate.notAfter}` : ''}:`,
    certificate.pem.trimEnd(),
  ],
};
