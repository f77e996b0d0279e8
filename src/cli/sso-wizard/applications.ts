/** An application that the wizard knows, and what its vendor's guide has one enter in Okta. */
export interface WizardApplication {
  key: string;
  title: string;
  protocol: 'oidc' | 'saml';
  label: string;
  redirectUris: readonly string[];
  postLogoutRedirectUris: readonly string[];
  /** Where its redirect URIs are found. */
  redirectHint: string;
  /** What its vendor calls those who sign in: users, customers, both. */
  audiences?: readonly [users: string, customers: string, both: string];
  /** What has to be known before, one sentence each. */
  notes?: readonly string[];
}

const none = { redirectUris: [], postLogoutRedirectUris: [] };

export const APPLICATIONS: readonly WizardApplication[] = [
  {
    ...{ key: 'onedesk', title: 'OneDesk', protocol: 'oidc', label: 'OneDesk' },
    redirectUris: ['https://app.onedesk.com/sso/openid'],
    postLogoutRedirectUris: ['https://app.onedesk.com/'],
    redirectHint: 'OneDesk has one for all of its apps. Change it only if OneDesk shows another.',
    audiences: ['Users', 'Customers', 'Users and customers'],
    notes: [
      'OneDesk needs each e-mail address once: if a user and a customer share one, the sign-in fails.',
      'For users alone, OneDesk also takes SAML: choose "SAML application" for that.',
    ],
  },
  {
    ...{ key: 'halo', title: 'HaloITSM', protocol: 'oidc', label: 'HaloITSM', ...none },
    redirectHint: 'HaloITSM shows one for agents and one for the portal. Enter both.',
    audiences: ['Agents', 'Users', 'Agents and users'],
    notes: [
      'For production, UAT and development, run the wizard once for each, with another name and another group.',
    ],
  },
  {
    ...{ key: 'apache', title: 'Apache (mod_auth_openidc)', protocol: 'oidc', label: 'Apache', ...none },
    redirectHint:
      'The value of OIDCRedirectURI: a path without a page, such as https://www.acme.test/oidc/callback.',
  },
  {
    ...{ key: 'node-red', title: 'Node-RED', protocol: 'oidc', label: 'Node-RED', ...none },
    redirectHint: 'The address of the editor, then /auth/strategy/callback.',
  },
  {
    ...{ key: 'openid-client', title: 'A program with openid-client', protocol: 'oidc', label: '', ...none },
    redirectHint: 'The address at which the program takes the answer.',
  },
  {
    ...{ key: 'other', title: 'Other OpenID Connect application', protocol: 'oidc', label: '', ...none },
    redirectHint: 'As the application shows it, character by character.',
  },
  {
    ...{ key: 'saml', title: 'SAML application', protocol: 'saml', label: '', ...none },
    redirectHint: '',
  },
];
