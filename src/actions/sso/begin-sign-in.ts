import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { app } from '../../resources/app/resource.ts';
import { field, secret } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';
import { warningsField } from '../../sso/set-up/inputs.ts';
import { beginSignIn } from '../../sso/sign-in/begin.ts';
import { ORG_SERVER_DOCS } from '../../sso/sign-in/fields.ts';
import { DISCOVERY_CALLS } from '../../sso/sign-in/issuer.ts';

const said = (title: string, description: string, example: string) =>
  field(z.string(), title, description, example);

export const beginSignInAction = defineAction({
  key: 'begin_sign_in',
  resource: app,
  noun: 'sign-in',
  title: 'Begin a sign-in',
  description:
    'Makes the URL at which a person signs in by OpenID Connect, at Okta or any other provider. Keep signIn on the server, send the person to url, and give both what was kept and the URL to which they come back to complete_sign_in.',
  docsUrl: `${ORG_SERVER_DOCS}authorize`,
  scopes: [],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    issuer: field(
      z.string().min(1).optional(),
      'Issuer',
      'Who issues the tokens, exactly as it names itself: https, a public address. Default: the org.',
      'https://acme.okta.com/oauth2/default',
    ),
    clientId: field(
      z.string().min(1),
      'Client ID',
      'Id of the app that signs people in.',
      '0oa1abcdefghijklmnop',
    ),
    redirectUri: said(
      'Redirect URI',
      'Where the person comes back to, character by character as the app has it.',
      'https://app.acme.test/sso/openid',
    ),
    scopes: field(
      z.array(z.string().min(1)).max(100).default(['openid', 'profile', 'email']),
      'Scopes',
      'What to ask for. Those that the server does not name are left out, with a warning.',
      ['openid', 'profile', 'email', 'groups'],
    ),
    prompt: field(
      labelled(z.enum(['none', 'login', 'consent', 'login consent', 'select_account']), {
        none: 'Ask nothing',
        login: 'Sign in again',
        consent: 'Ask for consent',
        'login consent': 'Sign in again and ask for consent',
      }).optional(),
      'Prompt',
      'login asks for the password although there is a session, so that nobody signs in as somebody else; none asks nothing.',
      'login',
    ),
    loginHint: field(
      z.string().min(1).optional(),
      'Login hint',
      'Who signs in, if known; it is filled in on the page.',
      'ana.ruiz@acme.test',
    ),
    maxAgeSeconds: field(
      z.int().min(0).optional(),
      'Maximum age',
      'How many seconds ago the person may have signed in. complete_sign_in checks it.',
      3_600,
    ),
    pkce: field(
      z.boolean().default(true),
      'PKCE',
      'Binds the code to this sign-in. Only switch it off for a provider that does not know it.',
      true,
    ),
    nonce: field(
      z.string().min(16).max(255).optional(),
      'Nonce',
      'Binds the ID token to this sign-in. Default: a random one.',
      'n-0S6_WzA2MjQx9Z8dK3pQ',
    ),
  }),
  output: z.looseObject({
    url: said(
      'URL',
      'Where to send the person.',
      'https://acme.okta.com/oauth2/v1/authorize?client_id=0oa1abcdefghijklmnop',
    ),
    issuer: said('Issuer', 'As in the tokens.', 'https://acme.okta.com'),
    state: said('State', 'Comes back with the person: find signIn by it.', 'xyzABC123_-'),
    nonce: said('Nonce', 'Is in the ID token.', 'n-0S6_WzA2MjQx9Z8dK3pQ'),
    signIn: secret(
      said(
        'Sign-in',
        'Keep it on the server, for this browser only, and give it to complete_sign_in.',
        '...',
      ),
    ),
    expiresAt: said('Expires at', 'Until when it can be completed.', '2026-01-02T03:34:05.000Z'),
    scopes: field(z.array(z.string()), 'Scopes', 'What is asked for.', ['openid', 'profile', 'email']),
    warnings: warningsField,
  }),
  calls: DISCOVERY_CALLS,
  run: beginSignIn,
  sample: {
    input: { clientId: '0oa1abcdefghijklmnop', redirectUri: 'https://app.acme.test/sso/openid' },
    output: {
      url: 'https://acme.okta.com/oauth2/v1/authorize?client_id=0oa1abcdefghijklmnop&state=xyzABC123_-',
      ...{ issuer: 'https://acme.okta.com', state: 'xyzABC123_-', nonce: 'n-0S6_WzA2MjQx9Z8dK3pQ' },
      ...{ signIn: '...', expiresAt: '2026-01-02T03:34:05.000Z', warnings: [] },
      scopes: ['openid', 'profile', 'email'],
    },
  },
});
