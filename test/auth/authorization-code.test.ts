import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, type JWK } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  completeLogin,
  type PendingLogin,
  refreshLogin,
  startLogin,
} from '../../src/auth/authorization-code.ts';
import { authOf } from '../../src/auth/authorizer.ts';
import type { AuthorizationCode, CheckedConnection } from '../../src/auth/connection.ts';
import { createProver } from '../../src/auth/dpop.ts';
import type { TokenEndpoint } from '../../src/auth/token-endpoint.ts';
import { memoryTokenStore, type Tokens } from '../../src/auth/token-source.ts';
import { AuthenticationError, InputError, NetworkError, OktaError } from '../../src/errors/errors.ts';
import type { HttpRequest } from '../../src/http/types.ts';
import { fakeClock, START } from '../support/fake-clock.ts';
import { answer, rejection, request, scripted } from '../support/server.ts';

const ORG = 'https://acme.okta.com';
const REDIRECT = 'http://127.0.0.1:8484/callback';
const SECRET = 'cl13nt-s3cr3t';
const AUTH: AuthorizationCode = {
  type: 'authorization_code',
  clientId: '0oa1web',
  scopes: ['okta.users.read', 'okta.groups.read'],
  redirectUri: REDIRECT,
  dpop: false,
};
const PENDING: PendingLogin = { url: '', state: 'st4te', codeVerifier: 'v'.repeat(43) };
const callback = (query: Record<string, string>) => new URL(`${REDIRECT}?${new URLSearchParams(query)}`);
const GOOD = callback({ code: 'c0de', state: 'st4te' });

const issued = (parts: object = {}) =>
  answer(200, {
    body: {
      access_token: 'at1',
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'okta.users.read',
      refresh_token: 'rt1',
      ...parts,
    },
  });

function endpointFor(...answers: Parameters<typeof scripted>) {
  const clock = { ...fakeClock(), sleep: async () => {} };
  const { send, requests } = scripted(...answers);
  const endpoint: TokenEndpoint = {
    orgUrl: ORG,
    send,
    clock,
    retry: { clock, maxRetries: 2, maxWaitMs: 65_000 },
  };
  return { endpoint, requests, clock };
}

const header = (sent: HttpRequest | undefined, name: string) =>
  Object.entries(sent?.headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
const formOf = (sent: HttpRequest | undefined) => Object.fromEntries(sent?.form ?? []);

describe('the start of a sign-in', () => {
  it('is a URL of the org authorization server with code, PKCE and state', async () => {
    const { url, state, codeVerifier } = await startLogin(ORG, AUTH);
    const { origin, pathname, searchParams } = new URL(url);
    expect(origin + pathname).toBe(`${ORG}/oauth2/v1/authorize`);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: '0oa1web',
      response_type: 'code',
      scope: 'okta.users.read okta.groups.read offline_access',
      redirect_uri: REDIRECT,
      state,
      code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    expect(codeVerifier).toMatch(/^[\w.~-]{43,128}$/);
    expect(state.length).toBeGreaterThanOrEqual(32);
    expect(url).not.toContain(codeVerifier);
  });

  it('is another one each time', async () => {
    const [a, b] = await Promise.all([startLogin(ORG, AUTH), startLogin(ORG, AUTH)]);
    expect(a.state).not.toBe(b.state);
    expect(a.codeVerifier).not.toBe(b.codeVerifier);
  });

  it('asks for offline_access once, also when it is among the scopes', async () => {
    const { url } = await startLogin(ORG, {
      ...AUTH,
      scopes: ['offline_access', 'okta.users.read', 'okta.users.read'],
    });
    expect(new URL(url).searchParams.get('scope')).toBe('offline_access okta.users.read');
  });

  it('takes scopes of 1024 characters and refuses 1025', async () => {
    const room = 1024 - ' offline_access'.length;
    await startLogin(ORG, { ...AUTH, scopes: ['x'.repeat(room)] });
    const error = await rejection(startLogin(ORG, { ...AUTH, scopes: ['x'.repeat(room + 1)] }));
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ code: 'invalid_connection', message: expect.stringContaining('1025') });
  });
});

describe('the end of a sign-in', () => {
  it('exchanges the code with the verifier', async () => {
    const { endpoint, requests } = endpointFor(issued());
    expect(await completeLogin(endpoint, AUTH, PENDING, GOOD)).toEqual({
      accessToken: 'at1',
      tokenType: 'Bearer',
      issuedAt: START,
      expiresAt: START + 3_600_000,
      scope: 'okta.users.read',
      refreshToken: 'rt1',
      dpopKey: undefined,
      madeFor: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(formOf(requests[0])).toMatchObject({
      grant_type: 'authorization_code',
      code: 'c0de',
      redirect_uri: REDIRECT,
      code_verifier: PENDING.codeVerifier,
    });
  });

  it.each([
    ['another state', callback({ code: 'c0de', state: 'other' })],
    ['no state', callback({ code: 'c0de' })],
    ['two states', new URL(`${REDIRECT}?code=c&state=st4te&state=other`)],
    ['another issuer', callback({ code: 'c0de', state: 'st4te', iss: 'https://evil.example' })],
    ['an error with another state', callback({ error: 'access_denied', state: 'other' })],
  ])('with %s is refused, and no code is sent', async (_, url) => {
    const { endpoint, requests } = endpointFor(issued());
    const error = await rejection(completeLogin(endpoint, AUTH, PENDING, url));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.message).toContain('does not belong to this sign-in');
    expect(JSON.stringify(error)).not.toContain('c0de');
    expect(requests).toHaveLength(0);
  });

  it.each([
    ['access_denied', 'User is not assigned to the client application.'],
    ['invalid_scope', 'One or more scopes are not configured for the authorization server resource.'],
  ])('with the error %s tells it in the words of Okta', async (code, description) => {
    const { endpoint, requests } = endpointFor(issued());
    const url = callback({ error: code, error_description: description, state: 'st4te' });
    const error = await rejection<AuthenticationError>(completeLogin(endpoint, AUTH, PENDING, url));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ oktaCode: code, message: `Okta refused the sign-in: ${description}` });
    expect(error.hint).toContain('Assign the person');
    expect(requests).toHaveLength(0);
  });

  it('with an error that has no description tells its code', async () => {
    const url = callback({ error: 'login_required', state: 'st4te' });
    const error = await rejection(completeLogin(endpointFor(issued()).endpoint, AUTH, PENDING, url));
    expect(error.message).toContain('login_required');
  });

  it('without a code is an error of ours', async () => {
    const { endpoint } = endpointFor(issued());
    const error = await rejection(completeLogin(endpoint, AUTH, PENDING, callback({ state: 'st4te' })));
    expect(error).toBeInstanceOf(OktaError);
  });

  it.each([
    ['basic by default', {}, `Basic ${Buffer.from(`0oa1web:${SECRET}`).toString('base64')}`, {}],
    ['basic', { clientAuthentication: 'client_secret_basic' as const }, expect.stringMatching(/^Basic /), {}],
    [
      'post',
      { clientAuthentication: 'client_secret_post' as const },
      undefined,
      { client_id: '0oa1web', client_secret: SECRET },
    ],
    ['none', { clientAuthentication: 'none' as const }, undefined, { client_id: '0oa1web' }],
    ['none without a secret', { clientSecret: undefined }, undefined, { client_id: '0oa1web' }],
  ])('authenticates the client once: %s', async (_, parts, authorization, inForm) => {
    const { endpoint, requests } = endpointFor(issued());
    await completeLogin(endpoint, { ...AUTH, clientSecret: SECRET, ...parts }, PENDING, GOOD);
    const form = formOf(requests[0]);
    const given = header(requests[0], 'authorization');
    if (typeof authorization === 'string') {
      // Both halves are form-urlencoded before base64 (RFC 6749, 2.3.1).
      const [id, secret] = Buffer.from(given?.slice(6) ?? '', 'base64')
        .toString()
        .split(':')
        .map(decodeURIComponent);
      expect([id, secret]).toEqual(['0oa1web', SECRET]);
    } else expect(given).toEqual(authorization);
    expect(form).toMatchObject(inForm);
    if (!('client_secret' in inForm)) expect(form).not.toHaveProperty('client_secret');
    if (given) expect(form).not.toHaveProperty('client_id');
  });

  it('a code is spent once: a lost answer is not repeated', async () => {
    const { endpoint, requests } = endpointFor(new NetworkError('broken', { sent: true }));
    const error = await rejection(completeLogin(endpoint, AUTH, PENDING, GOOD));
    expect(error).toMatchObject({ code: 'outcome_unknown' });
    expect(requests).toHaveLength(1);
  });

  it('with DPoP the key is handed out with the tokens, and a nonce is answered with a new proof', async () => {
    const nonce = answer(400, { headers: { 'dpop-nonce': 'n1' }, body: { error: 'use_dpop_nonce' } });
    const { endpoint, requests } = endpointFor(nonce, issued({ token_type: 'DPoP' }));
    const tokens = await completeLogin(endpoint, { ...AUTH, dpop: true }, PENDING, GOOD);
    expect(tokens).toMatchObject({ tokenType: 'DPoP', dpopKey: { kty: 'EC', d: expect.any(String) } });
    const proof = header(requests[1], 'dpop') ?? '';
    expect(decodeJwt(proof).nonce).toBe('n1');
    expect(await calculateJwkThumbprint(decodeProtectedHeader(proof).jwk as JWK)).toBe(
      await calculateJwkThumbprint(tokens.dpopKey as JWK),
    );
  });

  it('shows no secret when Okta refuses', async () => {
    const { endpoint } = endpointFor(
      answer(401, {
        body: { error: 'invalid_client', error_description: 'The client secret supplied is invalid.' },
      }),
    );
    const error = await rejection(completeLogin(endpoint, { ...AUTH, clientSecret: SECRET }, PENDING, GOOD));
    expect(error).toMatchObject({
      oktaCode: 'invalid_client',
      message: expect.stringContaining('secret supplied is invalid'),
    });
    expect(`${JSON.stringify(error)}${error.stack}`).not.toContain(SECRET);
  });

  it('shows no secret that Okta echoes from the form', async () => {
    const auth = { ...AUTH, clientSecret: SECRET, clientAuthentication: 'client_secret_post' as const };
    const { endpoint } = endpointFor(
      answer(401, {
        body: { error: 'invalid_client', error_description: `The value ${SECRET} is not the secret` },
      }),
    );
    expect(JSON.stringify(await rejection(completeLogin(endpoint, auth, PENDING, GOOD)))).not.toContain(
      SECRET,
    );
  });
});

describe('the renewal of a sign-in', () => {
  const latest: Tokens = {
    accessToken: 'at0',
    tokenType: 'Bearer',
    expiresAt: START,
    scope: '',
    refreshToken: 'rt0',
  };

  it('spends the refresh token and takes the new one', async () => {
    const { endpoint, requests } = endpointFor(issued());
    expect(await refreshLogin(endpoint, AUTH, latest, undefined)).toMatchObject({
      accessToken: 'at1',
      refreshToken: 'rt1',
    });
    expect(formOf(requests[0])).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'rt0' });
  });

  it('keeps the old refresh token where Okta gives no new one', async () => {
    const { endpoint } = endpointFor(issued({ refresh_token: undefined }));
    expect(await refreshLogin(endpoint, AUTH, latest, undefined)).toMatchObject({ refreshToken: 'rt0' });
  });

  it('proves with the key that the refresh token is bound to, and keeps it', async () => {
    const dpopKey = await (await createProver(fakeClock())).privateJwk();
    const { endpoint, requests } = endpointFor(issued({ token_type: 'DPoP' }));
    const prover = await createProver(endpoint.clock, dpopKey);
    const tokens = await refreshLogin(endpoint, { ...AUTH, dpop: true }, { ...latest, dpopKey }, prover);
    expect(tokens.dpopKey).toEqual(dpopKey);
    expect(decodeProtectedHeader(header(requests[0], 'dpop') ?? '').jwk?.x).toBe(dpopKey.x);
  });

  it.each([
    ['never signed in', undefined, /not been signed in/],
    ['no refresh token', { ...latest, refreshToken: undefined }, /no refresh token/],
  ])('%s: asks for a sign-in and sends nothing', async (_, tokens, message) => {
    const { endpoint, requests } = endpointFor(issued());
    const error = await rejection<AuthenticationError>(refreshLogin(endpoint, AUTH, tokens, undefined));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.message).toMatch(message);
    expect(error.hint).toContain('okta-connector login');
    expect(requests).toHaveLength(0);
  });

  const dead = answer(400, {
    body: { error: 'invalid_grant', error_description: 'The refresh token is invalid or expired.' },
  });

  it('a dead refresh token is not tried again', async () => {
    const { endpoint, requests } = endpointFor(dead);
    expect((await rejection(refreshLogin(endpoint, AUTH, latest, undefined))).message).toContain(
      'invalid or expired',
    );
    expect(requests).toHaveLength(1);
  });

  // A host that follows a feed must know that waiting does not help.
  it('a dead refresh token is an AuthenticationError that asks for a new sign-in', async () => {
    const { endpoint } = endpointFor(dead);
    const error = await rejection<AuthenticationError>(refreshLogin(endpoint, AUTH, latest, undefined));
    expect(error).toMatchObject({ name: 'AuthenticationError', code: 'authentication_failed' });
    expect(error.hint).toMatch(/login|sign in/i);
  });
});

describe('a connection with it', () => {
  const clockOf = () => ({ ...fakeClock(), sleep: async () => {} });
  const connectionOf = (tokens?: Tokens) =>
    ({ orgUrl: ORG, corrections: [], auth: { ...AUTH, tokens } }) as CheckedConnection;

  it('starts with the tokens of the connection and rotates them, one at a time', async () => {
    const clock = clockOf();
    let round = 0;
    const { send, requests } = scripted(() => {
      round += 1;
      return issued({ access_token: `at${round}`, refresh_token: `rt${round}` });
    });
    const tokens: Tokens = {
      accessToken: 'at0',
      tokenType: 'Bearer',
      expiresAt: START + 600_000,
      scope: '',
      refreshToken: 'rt0',
    };
    const { authorizer } = authOf(connectionOf(tokens), {
      send,
      clock,
      retry: { clock, maxRetries: 0, maxWaitMs: 1 },
    });
    expect(await authorizer.headers(request())).toEqual({ Authorization: 'Bearer at0' });
    expect(requests).toHaveLength(0);
    clock.set(START + 600_000);
    const all = await Promise.all([1, 2, 3].map(() => authorizer.headers(request())));
    expect(all.map((one) => one.Authorization)).toEqual(Array(3).fill('Bearer at1'));
    clock.set(clock.now() + 3_600_000);
    await authorizer.headers(request());
    expect(requests.map((sent) => sent.form?.get('refresh_token'))).toEqual(['rt0', 'rt1']);
  });

  it('writes each new refresh token to the store before it signs with the new token', async () => {
    const clock = clockOf();
    const { send } = scripted(issued());
    const store = memoryTokenStore({
      accessToken: 'at0',
      tokenType: 'Bearer',
      expiresAt: 0,
      scope: '',
      refreshToken: 'rt0',
    });
    const { authorizer } = authOf(connectionOf(), {
      send,
      clock,
      tokenStore: store,
      retry: { clock, maxRetries: 0, maxWaitMs: 1 },
    });
    await authorizer.headers(request());
    expect(await store.read()).toMatchObject({ accessToken: 'at1', refreshToken: 'rt1' });
  });

  it('without tokens asks for a sign-in', async () => {
    const clock = clockOf();
    const { send } = scripted(issued());
    const { authorizer } = authOf(connectionOf(), {
      send,
      clock,
      retry: { clock, maxRetries: 0, maxWaitMs: 1 },
    });
    expect((await rejection(authorizer.headers(request()))).message).toContain('not been signed in');
  });

  it('signs with the key of the stored tokens, also after a new sign-in brought another key', async () => {
    const clock = clockOf();
    const { send } = scripted(issued());
    const keys = await Promise.all(
      [createProver(clock), createProver(clock)].map(async (one) => (await one).privateJwk()),
    );
    const tokens = (at: number): Tokens => ({
      accessToken: `at-${at}`,
      tokenType: 'DPoP',
      expiresAt: START + 3_600_000,
      scope: '',
      dpopKey: keys[at],
    });
    const store = memoryTokenStore(tokens(0));
    const { authorizer } = authOf(connectionOf(), {
      send,
      clock,
      tokenStore: store,
      retry: { clock, maxRetries: 0, maxWaitMs: 1 },
    });
    const before = await authorizer.headers(request());
    expect(decodeProtectedHeader(before.DPoP ?? '').jwk?.x).toBe(keys[0]?.x);
    await store.write(tokens(1));
    await authorizer.refused(before, answer(401));
    const after = await authorizer.headers(request());
    expect(after.Authorization).toBe('DPoP at-1');
    expect(decodeProtectedHeader(after.DPoP ?? '').jwk?.x).toBe(keys[1]?.x);
  });

  it('renews DPoP tokens with their own key', async () => {
    const clock = clockOf();
    const dpopKey = await (await createProver(clock)).privateJwk();
    const { send, requests } = scripted(issued({ token_type: 'DPoP' }));
    const store = memoryTokenStore({
      accessToken: 'a',
      tokenType: 'DPoP',
      expiresAt: 0,
      scope: '',
      refreshToken: 'r',
      dpopKey,
    });
    const { authorizer } = authOf(connectionOf(), {
      send,
      clock,
      tokenStore: store,
      retry: { clock, maxRetries: 0, maxWaitMs: 1 },
    });
    const headers = await authorizer.headers(request());
    const used = [header(requests[0], 'dpop') ?? '', headers.DPoP ?? ''].map(
      (proof) => decodeProtectedHeader(proof).jwk?.x,
    );
    expect(used).toEqual([dpopKey.x, dpopKey.x]);
  });
});
