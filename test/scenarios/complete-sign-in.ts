import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';
import { signedIn } from '../support/sign-in.ts';

const method = (token_endpoint_auth_method: string) => ({ oauthClient: { token_endpoint_auth_method } });

export default [
  scenario('complete_sign_in', {
    name: 'OD-13 makes an account at the first sign-in',
    arrange: (org) => signedIn(org, { profile: { department: 'Sales' } }),
    input: ({ signIn, callbackUrl, clientSecret }) => ({
      ...{ signIn, callbackUrl, clientSecret, provisioning: true, returnTokens: true },
      mapping: { preset: false, fields: { emailAddress: 'profile.email', given: 'profile.firstName' } },
    }),
    check(output, { userId, login }) {
      expect(output).toMatchObject({
        identity: { subject: userId, email: login, emailVerified: true },
        ...{ decision: 'create', profile: { emailAddress: login, given: 'Ana' }, warnings: [] },
        ...{ accessToken: expect.any(String), idToken: expect.any(String) },
      });
      expect(output.idTokenClaims).toMatchObject({ sub: userId });
    },
  }),
  scenario('complete_sign_in', {
    name: 'OD-7 names the user and the customer who share an e-mail address',
    arrange: (org) => signedIn(org, { credentials: method('client_secret_post') }),
    input: ({ signIn, callbackUrl, clientSecret, login }) => ({
      ...{ signIn, callbackUrl, clientSecret, authMethod: 'client_secret_post' },
      records: [
        { id: '4711', kind: 'user', email: login },
        { id: 'c-12', kind: 'customer', email: login },
      ],
    }),
    check(output) {
      expect(output).toMatchObject({
        ...{ decision: 'conflict', records: [{ id: '4711' }, { id: 'c-12' }] },
        reason: expect.stringContaining('The user 4711 and the customer c-12'),
      });
    },
  }),
  scenario('complete_sign_in', {
    name: 'OD-14 links the account of a customer, by a clock that is three minutes off',
    async arrange(org) {
      await org.ahead(180);
      return signedIn(org);
    },
    input: ({ signIn, callbackUrl, clientSecret, login }) => ({
      ...{ signIn, callbackUrl, clientSecret, audience: 'customers', allowedSkewSeconds: 300 },
      records: [{ id: 'c-12', kind: 'customer', email: login.replace('ana', 'ANA') }],
    }),
    check: (output) => expect(output).toMatchObject({ decision: 'link', record: { id: 'c-12' } }),
  }),
  scenario('complete_sign_in', {
    name: 'denies somebody without an account; the app has a key instead of a secret',
    async arrange(org) {
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' };
      const credentials = method('private_key_jwt');
      const settings = { jwks: { keys: [jwk] } };
      const world = await signedIn(org, { credentials, settings });
      return { ...world, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
    },
    input: ({ signIn, callbackUrl, privateKey }) => ({
      ...{ signIn, callbackUrl, privateKey, keyId: 'k1', authMethod: 'private_key_jwt' },
    }),
    check: (output) => expect(output).toMatchObject({ decision: 'deny' }),
  }),
];
