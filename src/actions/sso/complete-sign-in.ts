import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { app } from '../../resources/app/resource.ts';
import { field, secret } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';
import { AUTH_METHODS } from '../../sso/sign-in/client-auth.ts';
import { ORG_SERVER_DOCS, outcomeInput, outcomeOutput } from '../../sso/sign-in/fields.ts';
import { DISCOVERY_CALLS } from '../../sso/sign-in/issuer.ts';
import { outcomeOf } from '../../sso/sign-in/outcome.ts';
import { signInMapping } from '../../sso/sign-in/profile.ts';
import { verifySignIn } from '../../sso/sign-in/verify.ts';

const hidden = (title: string, description: string) =>
  secret(field(z.string().min(1).optional(), title, description, '...'));

export const completeSignInAction = defineAction({
  key: 'complete_sign_in',
  resource: app,
  noun: 'sign-in',
  title: 'Complete a sign-in',
  description:
    "Checks what a person brought back from the sign-in page, exchanges the code, checks the ID token, and says who it is and what to do about the account: make, update or link one, or let nobody in, and why. Compares with the application's accounts that you give.",
  docsUrl: `${ORG_SERVER_DOCS}token`,
  scopes: [],
  // A code works once.
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    signIn: secret(
      field(z.string().min(1), 'Sign-in', 'What begin_sign_in returned, kept on the server.', '...'),
    ),
    callbackUrl: field(
      z.string().min(1).max(100_000),
      'Callback URL',
      'The URL to which the person came back, or its query, or the body that was posted there.',
      'https://app.acme.test/sso/openid?code=abc&state=xyz',
    ),
    authMethod: field(
      labelled(z.enum(AUTH_METHODS), {
        client_secret_basic: 'Secret in the header (basic)',
        client_secret_post: 'Secret in the body (post)',
        private_key_jwt: 'JWT signed with a private key',
      }).default('client_secret_basic'),
      'Client authentication',
      'How the app is registered: its token_endpoint_auth_method. Any other way is refused.',
      'client_secret_post',
    ),
    clientSecret: hidden('Client secret', 'For the two methods with a secret.'),
    privateKey: hidden('Private key', 'For private_key_jwt: PEM or JWK.'),
    keyId: field(
      z.string().min(1).optional(),
      'Key ID',
      'kid of the key, if the private key does not say it.',
      'k1',
    ),
    allowedSkewSeconds: field(
      z.int().min(0).max(600).default(120),
      'Allowed clock skew',
      'How many seconds the clocks may be apart, for every check.',
      60,
    ),
    returnTokens: field(
      z.boolean().default(false),
      'Return tokens',
      'Also return the tokens, for an application that needs them.',
      true,
    ),
    ...outcomeInput,
  }),
  output: z.looseObject({
    ...outcomeOutput,
    idTokenClaims: field(
      z.record(z.string(), z.unknown()),
      'ID token',
      'The claims of the ID token alone; identity has those of userinfo, too.',
      { sub: '00u1abcdefghijklmnop' },
    ),
    accessToken: hidden('Access token', 'Only if asked for.'),
    idToken: hidden('ID token as sent', 'Only if asked for; it is a hint for signing out.'),
    refreshToken: hidden('Refresh token', 'Only if asked for, and if the scopes have offline_access.'),
  }),
  calls: [
    ...DISCOVERY_CALLS,
    ...(['POST /oauth2/v1/token', 'POST /oauth2/{authServerId}/v1/token'] as const),
    ...(['GET /oauth2/v1/keys', 'GET /oauth2/{authServerId}/v1/keys'] as const),
    ...(['GET /oauth2/v1/userinfo', 'GET /oauth2/{authServerId}/v1/userinfo'] as const),
  ],
  async run(context, { records, audience, provisioning, mapping: given, returnTokens, ...rest }) {
    // A mapping that cannot be used must not cost the code.
    const mapping = await signInMapping(given);
    const { identity, idTokenClaims, tokens } = await verifySignIn(context, { ...rest, mapping });
    const outcome = outcomeOf(identity, { records, audience, provisioning, mapping }, []);
    return { ...outcome, idTokenClaims, ...(returnTokens ? tokens : {}) };
  },
  sample: {
    input: {
      ...{ signIn: '...', callbackUrl: 'https://app.acme.test/sso/openid?code=abc&state=xyz' },
      ...{ clientSecret: '...', records: [{ id: '4711', kind: 'user', email: 'ana.ruiz@acme.test' }] },
    },
    output: {
      identity: {
        ...{ issuer: 'https://acme.okta.com', subject: '00u1abcdefghijklmnop' },
        ...{ email: 'ana.ruiz@acme.test', emailVerified: true },
        claims: { sub: '00u1abcdefghijklmnop', email: 'ana.ruiz@acme.test', email_verified: true },
      },
      profile: { login: 'ana.ruiz@acme.test', email: 'ana.ruiz@acme.test' },
      ...{ assignments: [], groupsAreComplete: false, decision: 'link', warnings: [] },
      reason: 'The user 4711 has the same verified e-mail address.',
      record: { id: '4711', kind: 'user', email: 'ana.ruiz@acme.test', active: true },
      idTokenClaims: { sub: '00u1abcdefghijklmnop' },
    },
  },
});
