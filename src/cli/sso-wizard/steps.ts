import type { Actions } from '../../connector.ts';
import { type OidcValues, oidcFields, SECRET_PLACE } from '../../sso/set-up/oidc-configuration.ts';

/** A value to copy into a field of the application. */
export interface PasteValue {
  /** The name of the field, as the vendor writes it. */
  name: string;
  value: string;
  /** Shown masked until somebody asks for it. */
  isSecret?: true;
  /** Several lines. */
  isBlock?: true;
}

/** One step on the other side, in the order of the vendor's guide. */
export interface PasteStep {
  title: string;
  text?: string;
  values: PasteValue[];
}

type OidcOutput = Actions['set_up_oidc_sso']['output'];
type SamlOutput = Actions['set_up_saml_sso']['output'];

const noSecret = (appId = '') =>
  `Okta tells the secret of an app that is there already to nobody. If it is lost, make a new one: okta-connector run rotate_client_secret appId=${appId}`;

/** Where what goes in an application that signs in by OpenID Connect. */
export function oidcPasteSteps(
  application: string,
  given: Pick<OidcValues, 'redirectUris' | 'postLogoutRedirectUris' | 'pkceRequired' | 'audience'>,
  output: OidcOutput,
): PasteStep[] {
  const { clientId = '', clientSecret } = output;
  const values = { ...output, ...given, clientId };
  const secret: PasteValue[] = clientSecret
    ? [{ name: 'Client secret', value: clientSecret, isSecret: true }]
    : [];
  const of = (fields: Record<string, string>, ...names: string[]) =>
    names.flatMap((name): PasteValue[] => {
      const value = fields[name];
      if (value === SECRET_PLACE) return secret;
      return value === undefined ? [] : [{ name, value }];
    });
  const later = clientSecret ? {} : { text: noSecret(output.appId) };
  if (application === 'onedesk') {
    const fields = oidcFields('onedesk', values);
    return [
      {
        title: 'Open the form',
        text: `In OneDesk: Administration > Integrations > Single Sign-On > OpenID Connect (Okta). Switch it on for ${fields['Applies to']}.`,
        values: [],
      },
      { title: 'Client', ...later, values: of(fields, 'Client ID', 'Client secret') },
      { title: 'Endpoints', values: of(fields, 'Authorization endpoint', 'Token endpoint') },
      {
        title: 'Accounts',
        text: 'Enable User Provisioning if OneDesk should make an account at the first sign-in. Otherwise only those can sign in who have one with the same e-mail address.',
        values: [],
      },
      {
        title: 'Save and sign in',
        text: 'Save, and sign in with a private window of the browser before you tell others. The log-in page of each app (main, chat widget, knowledge base, portal) now has the sign-on of Okta.',
        values: loginValues(output),
      },
    ];
  }
  if (application === 'halo') {
    const fields = oidcFields('halo', values);
    return [
      {
        title: 'Open the form',
        text: 'In HaloITSM: Configuration > Integrations > Okta > Single Sign-On. Add a record for this instance.',
        values: [],
      },
      {
        title: 'Okta domain and client',
        ...later,
        values: of(fields, 'Okta domain', 'Issuer', 'Client ID', 'Client secret'),
      },
      {
        title: 'Who signs in',
        text: `Enable single sign-on for ${fields['Applies to']}.`,
        values: [],
      },
      {
        title: 'Test, then redirect',
        text: output.readyForAutoRedirect
          ? 'All of the assigned can sign in. Test one sign-in first; then you can switch on the automatic redirect. Without it, the log-in page has an Okta button.'
          : 'Leave the automatic redirect off: not everybody who is to sign in can do so yet. The log-in page has an Okta button meanwhile.',
        values: loginValues(output),
      },
    ];
  }
  if (application === 'other') {
    const fields = oidcFields('other', values);
    return [{ title: 'Values', ...later, values: of(fields, ...Object.keys(fields)) }];
  }
  return [
    ...(clientSecret ? [] : [{ title: 'Client secret', text: noSecret(output.appId), values: [] }]),
    {
      title: BLOCK_PLACES[application] ?? 'Configuration',
      text: `Paste this, and put the client secret in the place of ${SECRET_PLACE}.`,
      values: [{ name: 'Configuration', value: output.configuration ?? '', isBlock: true }, ...secret],
    },
  ];
}

const BLOCK_PLACES: Readonly<Record<string, string>> = {
  apache: 'In the configuration of the virtual host',
  'node-red': 'In settings.js',
  'openid-client': 'In the program',
};

const loginValues = ({ loginUrls = [] }: OidcOutput): PasteValue[] =>
  loginUrls.map(({ redirectUri, url }) => ({ name: `Sign-in of Okta for ${redirectUri}`, value: url }));

/** Where what goes in an application that signs in by SAML. */
export function samlPasteSteps(application: string, output: SamlOutput): PasteStep[] {
  const { metadataUrl = '', metadataXml = '', entityId = '', ssoUrl = '', certificate } = output;
  const { configuration = '' } = output;
  const notAfter = certificate?.notAfter ? ` It is valid until ${certificate.notAfter}.` : '';
  const certificates: PasteValue[] = certificate
    ? [{ name: 'Certificate (PEM)', value: certificate.pem, isBlock: true }]
    : [];
  if (application === 'onedesk') {
    return [
      {
        title: 'Open the form',
        text: 'In OneDesk: Administration > Integrations > Single Sign-On > SAML (Okta). It is for users: customers sign in by OpenID Connect only.',
        values: [],
      },
      {
        title: 'Metadata of Okta',
        text: `Paste the address, then press "Validate metadata".${notAfter}`,
        values: [{ name: 'IdP metadata URL', value: metadataUrl }],
      },
      {
        title: 'Accounts',
        text: 'Enable User Provisioning if OneDesk should make an account at the first sign-in.',
        values: [],
      },
    ];
  }
  if (application !== 'other') {
    return [
      {
        title: 'Configuration',
        text: `Paste this; the certificate goes into a file of its own.${notAfter}`,
        values: [
          { name: 'Configuration', value: configuration, isBlock: true },
          { name: 'Metadata URL', value: metadataUrl },
          ...certificates,
        ],
      },
    ];
  }
  return [
    {
      title: 'Metadata of Okta',
      text: 'If the application reads metadata, this address is all that it needs.',
      values: [
        { name: 'Metadata URL', value: metadataUrl },
        { name: 'Metadata (XML)', value: metadataXml, isBlock: true },
      ],
    },
    {
      title: 'Or one by one',
      text: `If it does not.${notAfter}`,
      values: [
        { name: 'Issuer (entity ID of Okta)', value: entityId },
        { name: 'Sign-on URL', value: ssoUrl },
        ...certificates,
      ],
    },
  ];
}
