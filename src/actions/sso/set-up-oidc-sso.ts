import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { labelInput } from '../../resources/app/input.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { stepReports } from '../../resources/story/steps.ts';
import { changed, field, secret } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';
import { SECRETS } from '../../sso/credentials/secrets.ts';
import { ACCESS_CALLS, cannotSignInField } from '../../sso/set-up/access.ts';
import { APP_CALLS } from '../../sso/set-up/app-step.ts';
import { readyField, setUpInput, warningsField } from '../../sso/set-up/inputs.ts';
import { ISSUER_CALLS } from '../../sso/set-up/issuer.ts';
import { OIDC_STEPS, setUpOidc } from '../../sso/set-up/oidc.ts';
import { OIDC_APPLICATIONS } from '../../sso/set-up/oidc-configuration.ts';
import { TOKEN_CALLS } from '../../sso/set-up/tokens.ts';

const text = (title: string, description: string, example: string) =>
  field(z.string(), title, description, example);
const known = (title: string, description: string, example: string) =>
  field(z.string().optional(), title, description, example);

export const setUpOidcSso = defineAction({
  key: 'set_up_oidc_sso',
  resource: app,
  noun: 'single sign-on',
  title: 'Set up OIDC single sign-on',
  description:
    'Creates an OpenID Connect app with everything an application needs to sign people in, and returns what to enter there. Run again, it changes only what differs and says what. If a step fails, what was made before is taken back. A dry run names the changes and makes none.',
  docsUrl: docsOf('Application', 'createApplication'),
  scopes: [
    ...['okta.apps.manage', 'okta.apps.read', 'okta.groups.read', 'okta.users.read'],
    ...['okta.authorizationServers.manage', 'okta.authorizationServers.read'],
  ],
  effect: { kind: 'write', idempotent: true, destructive: false },
  effectWhen: [{ when: { dryRun: { is: [true] } }, effect: { kind: 'read' } }],
  input: z.strictObject({
    label: labelInput,
    redirectUris: field(
      z.array(z.string().min(1)).min(1).max(100),
      'Redirect URIs',
      'Where Okta sends people after sign-in, character by character as each application states it: one for each of its apps, such as main, widget and portal.',
      ['https://app.acme.test/sso/openid'],
    ),
    postLogoutRedirectUris: field(
      z.array(z.string().min(1)).max(100).optional(),
      'Sign-out redirect URIs',
      'Where Okta sends people after sign-out. Without it, those that an app has stay.',
      ['https://app.acme.test/'],
    ),
    application: field(
      labelled(z.enum(OIDC_APPLICATIONS), {
        'node-red': 'Node-RED',
        'openid-client': 'openid-client (Node.js)',
        onedesk: 'OneDesk',
        halo: 'HaloITSM',
        apache: 'Apache (mod_auth_openidc)',
      }).default('other'),
      'Application',
      'What signs people in; it decides what configuration contains. apache is mod_auth_openidc.',
      'onedesk',
    ),
    audience: field(
      z.enum(['users', 'customers', 'both']).default('users'),
      'Who signs in',
      'For applications that keep their own staff apart from customers. HaloITSM calls them agents and users.',
      'customers',
    ),
    issuer: field(
      z.string().min(1).max(300).default('org'),
      'Issuer',
      'Who issues the tokens: org, or the id or name of a custom authorization server. Where the org has no such servers, it is the org, and the output says why.',
      'default',
    ),
    implicit: field(
      z.boolean().optional(),
      'Implicit grant',
      'Also give ID tokens without a code, for applications that ask for it. Default: for HaloITSM only.',
      true,
    ),
    pkceRequired: field(
      z.boolean().default(false),
      'PKCE required',
      'Refuse sign-ins without PKCE. Clients may use it in any case; some know none, such as passport-openidconnect in Node-RED, and cannot sign in then.',
      true,
    ),
    authMethod: field(
      labelled(z.enum(['client_secret_basic', 'client_secret_post']), {
        client_secret_basic: 'Secret in the header (basic)',
        client_secret_post: 'Secret in the body (post)',
      }).optional(),
      'Client authentication',
      'How the application sends the secret; Okta accepts no other way. Default: client_secret_basic, for Node-RED client_secret_post.',
      'client_secret_post',
    ),
    ...setUpInput,
  }),
  output: z.looseObject({
    appId: known('App ID', 'Id of the app; none if a dry run would create it.', '0oa1abcdefghijklmnop'),
    clientId: known('Client ID', 'Id of the OAuth client.', '0oa1abcdefghijklmnop'),
    clientSecret: secret(
      known(
        'Client secret',
        'Only from the run that creates the app: store it now. Later, rotate_client_secret makes a new one.',
        '...',
      ),
    ),
    issuer: text('Issuer', 'As in the tokens: enter it exactly.', 'https://acme.okta.com'),
    issuerFallBack: known(
      'Fall-back',
      'Why the issuer is the org although another one was asked for.',
      'The org has no API Access Management, so it has no custom authorization servers.',
    ),
    metadataUrl: text(
      'Metadata URL',
      'Where applications read the endpoints themselves.',
      'https://acme.okta.com/.well-known/openid-configuration',
    ),
    endpoints: field(
      z.looseObject({
        authorization: z.string(),
        token: z.string(),
        userinfo: z.string().optional(),
        jwks: z.string(),
        endSession: z.string().optional(),
      }),
      'Endpoints',
      'For applications that do not read the metadata.',
      {
        authorization: 'https://acme.okta.com/oauth2/v1/authorize',
        token: 'https://acme.okta.com/oauth2/v1/token',
        jwks: 'https://acme.okta.com/oauth2/v1/keys',
      },
    ),
    scopes: field(z.array(z.string()), 'Scopes', 'To ask for.', ['openid', 'email', 'profile']),
    authMethod: text('Client authentication', 'How the secret must be sent.', 'client_secret_basic'),
    loginUrls: field(
      z.array(z.looseObject({ redirectUri: z.string(), url: z.string() })).optional(),
      'Login URLs',
      'For each redirect URI, where the sign-in of Okta for it opens: to try it, or for a button. Applications that check the state start their own. None if PKCE is required.',
      [
        {
          redirectUri: 'https://app.acme.test/sso/openid',
          url: 'https://acme.okta.com/oauth2/v1/authorize?client_id=0oa1abcdefghijklmnop',
        },
      ],
    ),
    configuration: known(
      'Configuration',
      'What to paste or enter in the application, with {clientSecret} in the place of the secret.',
      'OIDCClientID 0oa1abcdefghijklmnop',
    ),
    cannotSignIn: cannotSignInField,
    readyForAutoRedirect: readyField,
    warnings: warningsField,
    dryRun: field(z.boolean(), 'Dry run', 'Whether the changes were only named.', false),
    changed,
    steps: stepReports(OIDC_STEPS),
  }),
  calls: [...APP_CALLS, ...ISSUER_CALLS, ...TOKEN_CALLS, ...ACCESS_CALLS, `GET ${SECRETS}`],
  run: setUpOidc,
  sample: {
    input: {
      label: 'OneDesk',
      redirectUris: ['https://app.acme.test/sso/openid'],
      postLogoutRedirectUris: ['https://app.acme.test/'],
      application: 'onedesk',
      assignGroups: ['Sales EU'],
    },
    output: {
      ...{ appId: '0oa1abcdefghijklmnop', clientId: '0oa1abcdefghijklmnop', dryRun: false, changed: true },
      issuer: 'https://acme.okta.com',
      metadataUrl: 'https://acme.okta.com/.well-known/openid-configuration',
      endpoints: {
        authorization: 'https://acme.okta.com/oauth2/v1/authorize',
        token: 'https://acme.okta.com/oauth2/v1/token',
        userinfo: 'https://acme.okta.com/oauth2/v1/userinfo',
        jwks: 'https://acme.okta.com/oauth2/v1/keys',
        endSession: 'https://acme.okta.com/oauth2/v1/logout',
      },
      ...{ scopes: ['openid', 'email', 'profile'], authMethod: 'client_secret_basic' },
      ...{ loginUrls: [], configuration: 'Client ID: 0oa1abcdefghijklmnop\n' },
      ...{ cannotSignIn: [], readyForAutoRedirect: true, warnings: [] },
      steps: [
        {
          ...{ step: 'create_or_update_app' as const, status: 'done' as const },
          changes: [{ change: 'create_app', name: 'OneDesk' }],
        },
      ],
    },
  },
});
