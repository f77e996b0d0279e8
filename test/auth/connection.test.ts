import { describe, expect, it } from 'vitest';
import { parseConnection } from '../../src/auth/connection.ts';
import type { InputError } from '../../src/errors/errors.ts';
import {
  type Connection,
  completeSignIn,
  connect,
  connectionFromEnvironment,
  type PendingLogin,
  type Tokens,
} from '../../src/index.ts';

const orgUrl = 'https://acme.okta.com';
const S = 's3cr3t-s3cr3t';

function refusal(connection: unknown): InputError {
  try {
    parseConnection(connection);
  } catch (error) {
    return error as InputError;
  }
  throw new Error('it was taken');
}

describe('a connection that is complete', () => {
  it.each([
    'SSWS 00abcdefghijklmnopqrstuvwxyz0123456789abcd',
    ' ssws\t00abcdefghijklmnopqrstuvwxyz0123456789abcd',
  ])('G.7 cleans a token that was pasted as %j', (token) => {
    const auth = { type: 'api_token' as const, token };
    expect(parseConnection({ orgUrl: 'https://acme.okta.com', auth }).auth).toEqual({
      ...auth,
      token: '00abcdefghijklmnopqrstuvwxyz0123456789abcd',
    });
  });

  it('with an API token', () => {
    expect(
      parseConnection({ orgUrl: 'acme-admin.okta.com/x', auth: { type: 'api_token', token: S } }),
    ).toEqual({
      orgUrl,
      auth: { type: 'api_token', token: S },
      corrections: [expect.any(String), expect.any(String), expect.any(String)],
    });
  });

  it('as a service app: DPoP is auto unless set', () => {
    const auth = {
      type: 'client_credentials',
      clientId: '0oa1',
      privateKey: { kty: 'RSA' },
      scopes: ['okta.users.read'],
    };
    expect(parseConnection({ orgUrl, auth }).auth).toEqual({ ...auth, dpop: 'auto' });
    for (const dpop of [true, false, 'auto'] as const) {
      expect(parseConnection({ orgUrl, auth: { ...auth, dpop } }).auth).toMatchObject({ dpop });
    }
  });

  it('as a sign-in: no DPoP unless set', () => {
    const auth = {
      type: 'authorization_code',
      clientId: '0oa1',
      scopes: ['okta.users.read'],
      redirectUri: 'http://127.0.0.1:8484/callback',
    };
    expect(parseConnection({ orgUrl, auth }).auth).toEqual({ ...auth, dpop: false });
  });
});

describe('a connection that is not', () => {
  const service = { type: 'client_credentials', clientId: 'c', privateKey: S, scopes: ['okta.users.read'] };
  const signIn = {
    type: 'authorization_code',
    clientId: 'c',
    scopes: ['a'],
    redirectUri: 'http://127.0.0.1/',
  };
  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /expected object/],
    ['text', S, /expected object/],
    ['no org URL', { auth: { type: 'api_token', token: S } }, /^orgUrl: /],
    ['no auth', { orgUrl }, /^auth: /],
    ['no type', { orgUrl, auth: { token: S } }, /^auth\.type: /],
    ['an unknown type', { orgUrl, auth: { type: S, token: S } }, /^auth\.type: /],
    ['no token', { orgUrl, auth: { type: 'api_token' } }, /^auth\.token: /],
    ['an empty token', { orgUrl, auth: { type: 'api_token', token: '' } }, /^auth\.token: /],
    [
      'a token with a line break',
      { orgUrl, auth: { type: 'api_token', token: `${S}\n` } },
      /no API token has/,
    ],
    ['a token with a blank', { orgUrl, auth: { type: 'api_token', token: `two ${S}` } }, /no API token has/],
    ['a wrong member', { orgUrl, auth: { type: 'api_token', token: S, tokn: S } }, /tokn/],
    ['no client id', { orgUrl, auth: { ...service, clientId: undefined } }, /^auth\.clientId: /],
    ['no private key', { orgUrl, auth: { ...service, privateKey: undefined } }, /^auth\.privateKey: /],
    ['no scopes', { orgUrl, auth: { ...service, scopes: [] } }, /^auth\.scopes: /],
    ['scopes as one text', { orgUrl, auth: { ...service, scopes: 'a b' } }, /^auth\.scopes: /],
    ['a scope with a blank', { orgUrl, auth: { ...service, scopes: ['a b'] } }, /spaces/],
    [
      'an algorithm Okta does not take',
      { orgUrl, auth: { ...service, algorithm: 'PS256' } },
      /^auth\.algorithm: /,
    ],
    ['a redirect that is none', { orgUrl, auth: { ...signIn, redirectUri: S } }, /^auth\.redirectUri: /],
    [
      'tokens of another shape',
      { orgUrl, auth: { ...signIn, tokens: { accessToken: S } } },
      /^auth\.tokens\./,
    ],
    [
      'a wrong client authentication',
      { orgUrl, auth: { ...signIn, clientAuthentication: S } },
      /^auth\.clientAuth/,
    ],
  ])('%s: the part is named, its value never', (_, connection, cause) => {
    const error = refusal(connection);
    expect(error).toMatchObject({ name: 'InputError', code: 'invalid_connection', actor: 'caller' });
    expect(error.causes.some((one) => cause.test(one))).toBe(true);
    expect(`${JSON.stringify(error)}${error.stack}`).not.toContain('s3cr3t');
  });

  it('names all that is wrong at once', () => {
    expect(refusal({ orgUrl, auth: { type: 'client_credentials' } }).causes).toHaveLength(3);
  });

  it('an org URL that cannot be one', () => {
    expect(refusal({ orgUrl: 'http://acme.okta.com', auth: { type: 'api_token', token: S } }).code).toBe(
      'invalid_connection',
    );
  });
});

/** Compiles only while what one function gives is what the next one takes. */
async function signedIn(connection: Connection, pending: PendingLogin, url: string): Promise<void> {
  const fromEnvironment: Connection = connectionFromEnvironment();
  if (connection.auth.type === 'authorization_code') {
    connection.auth.tokens = await completeSignIn(connection, pending, url);
    const stored: Tokens | undefined = connection.auth.tokens;
    connect({ ...fromEnvironment, auth: { ...connection.auth, tokens: stored } });
  }
}

it('has types that fit each other', () => {
  expect(signedIn).toBeTypeOf('function');
});
