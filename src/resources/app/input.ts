import { z } from 'zod';
import { field, secret } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

const text = z.string().min(1).optional();

const oauthCredentials = z.looseObject({
  client_id: field(text, 'Client ID', 'If omitted, the id of the app.', 'nightly-sync'),
  client_secret: secret(field(text, 'Client secret', 'If omitted, Okta makes one.')),
  token_endpoint_auth_method: field(
    labelled(
      z.enum(['none', 'client_secret_post', 'client_secret_basic', 'client_secret_jwt', 'private_key_jwt']),
      {
        client_secret_basic: 'Secret in the header (basic)',
        client_secret_post: 'Secret in the body (post)',
        client_secret_jwt: 'JWT signed with the secret',
        private_key_jwt: 'JWT signed with a private key',
      },
    ).optional(),
    'Authentication',
    'How the client authenticates; private_key_jwt deletes its secrets.',
    'client_secret_basic',
  ),
  pkce_required: field(z.boolean().optional(), 'PKCE', 'Require PKCE.', true),
});

const credentials = field(
  z
    .looseObject({
      scheme: field(text, 'Scheme', 'Who sets user name and password.', 'EDIT_USERNAME_AND_PASSWORD'),
      userNameTemplate: field(
        z.record(z.string(), z.unknown()).optional(),
        'User name template',
        'How the user name in the app is made.',
        { template: `\${source.login}`, type: 'BUILT_IN' },
      ),
      userName: field(text, 'Shared user name', 'For scheme SHARED_USERNAME_AND_PASSWORD.', 'sales'),
      password: field(
        z.looseObject({ value: secret(field(text, 'Value', 'The password.')) }).optional(),
        'Shared password',
        'For scheme SHARED_USERNAME_AND_PASSWORD.',
      ),
      oauthClient: field(oauthCredentials.optional(), 'OAuth client', 'For OPENID_CONNECT.', {
        token_endpoint_auth_method: 'client_secret_basic',
      }),
    })
    .optional(),
  'Credentials',
  'Scheme and user name template, or the OAuth client.',
  { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
);

const record = z.record(z.string(), z.unknown()).optional();

export const labelInput = field(
  z.string().min(1).max(100),
  'Label',
  'Display name; no two apps have the same.',
  'Nightly sync',
);

export const signOnModeInput = field(
  labelled(
    z.enum([
      ...(['AUTO_LOGIN', 'BASIC_AUTH', 'BOOKMARK', 'BROWSER_PLUGIN', 'OPENID_CONNECT'] as const),
      ...(['SAML_1_1', 'SAML_2_0', 'SECURE_PASSWORD_STORE', 'WS_FEDERATION'] as const),
    ]),
    {
      BASIC_AUTH: 'Basic authentication',
      OPENID_CONNECT: 'OpenID Connect',
      SAML_1_1: 'SAML 1.1',
      SAML_2_0: 'SAML 2.0',
      WS_FEDERATION: 'WS-Federation',
    },
  ),
  'Sign-on mode',
  'How people sign in to the app.',
  'OPENID_CONNECT',
);

/**
 * What can be set of an app, besides label and sign-on mode.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/#tag/Application/operation/createApplication
 */
export const appInput = {
  settings: field(record, 'Settings', 'app, signOn, oauthClient, notes and others, by the sign-on mode.', {
    app: { requestIntegration: false, url: 'https://wiki.acme.test/' },
  }),
  credentials,
  accessibility: field(record, 'Accessibility', 'selfService, errorRedirectUrl and loginRedirectUrl.', {
    selfService: true,
  }),
  visibility: field(record, 'Visibility', 'Where the tile is shown: hide, autoLaunch, appLinks.', {
    hide: { iOS: false, web: true },
  }),
  profile: field(record, 'Profile', 'Custom attributes of the app itself.', { owner: 'Sales' }),
};
