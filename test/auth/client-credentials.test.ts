import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { authOf } from '../../src/auth/authorizer.ts';
import { clientCredentialsGrant } from '../../src/auth/client-credentials.ts';
import type { ClientCredentials } from '../../src/auth/connection.ts';
import type { TokenEndpoint } from '../../src/auth/token-endpoint.ts';
import { AuthenticationError, OktaError } from '../../src/errors/errors.ts';
import { httpClient } from '../../src/http/client.ts';
import type { HttpRequest } from '../../src/http/types.ts';
import { fakeClock, START } from '../support/fake-clock.ts';
import { answer, httpServer, json, rejection, request, scripted } from '../support/server.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const ORG = 'https://acme.okta.com';
const AUTH: ClientCredentials = {
  type: 'client_credentials',
  clientId: '0oa1service',
  privateKey: PEM,
  keyId: 'kid1',
  scopes: ['okta.users.read', 'okta.groups.read'],
  dpop: 'auto',
};

const bearer = (accessToken = 'at1', headers = {}) =>
  answer(200, {
    headers,
    body: { access_token: accessToken, token_type: 'Bearer', expires_in: 3600, scope: 'okta.users.read' },
  });
const bound = (accessToken = 'at1') =>
  answer(200, {
    body: { access_token: accessToken, token_type: 'DPoP', expires_in: 3600, scope: 'okta.users.read' },
  });
const refused = (status: number, error: string, description = 'said by Okta', headers = {}) =>
  answer(status, { headers, body: { error, error_description: description } });

function grant(answers: Parameters<typeof scripted>, auth: Partial<ClientCredentials> = {}) {
  const clock = { ...fakeClock(), sleep: async () => {} };
  const { send, requests } = scripted(...answers);
  const endpoint: TokenEndpoint = {
    orgUrl: ORG,
    send,
    clock,
    retry: { clock, maxRetries: 2, maxWaitMs: 65_000 },
  };
  return { ...clientCredentialsGrant(endpoint, { ...AUTH, ...auth }), requests, clock };
}

const assertionOf = (sent: HttpRequest | undefined) => sent?.form?.get('client_assertion') ?? '';
const header = (sent: HttpRequest | undefined, name: string) =>
  Object.entries(sent?.headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];

describe('the request for a token', () => {
  it('is a form with an assertion instead of a secret', async () => {
    const { obtain, requests } = grant([bearer()]);
    await obtain();
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      path: '/oauth2/v1/token',
      template: '/oauth2/v1/token',
    });
    const form = Object.fromEntries(requests[0]?.form ?? []);
    expect(form).toMatchObject({
      grant_type: 'client_credentials',
      scope: 'okta.users.read okta.groups.read',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
    expect(form).not.toHaveProperty('client_secret');
    expect(header(requests[0], 'authorization')).toBeUndefined();
  });

  it('holds an assertion with the claims that Okta checks, signed by the key', async () => {
    const { obtain, requests } = grant([bearer()]);
    await obtain();
    const assertion = assertionOf(requests[0]);
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: 'RS256', kid: 'kid1' });
    expect(decodeJwt(assertion)).toEqual({
      iss: '0oa1service',
      sub: '0oa1service',
      aud: `${ORG}/oauth2/v1/token`,
      exp: START / 1000 + 300,
      jti: expect.stringMatching(/.{16,}/),
    });
    await jwtVerify(assertion, publicKey, { currentDate: new Date(START) });
  });

  it('has no kid where none is known', async () => {
    const { obtain, requests } = grant([bearer()], { keyId: undefined });
    await obtain();
    expect(decodeProtectedHeader(assertionOf(requests[0]))).not.toHaveProperty('kid');
  });

  it.each(['RS384', 'RS512'] as const)('is signed with %s when asked', async (algorithm) => {
    const { obtain, requests } = grant([bearer()], { algorithm });
    await obtain();
    expect(decodeProtectedHeader(assertionOf(requests[0])).alg).toBe(algorithm);
    await jwtVerify(assertionOf(requests[0]), publicKey, { currentDate: new Date(START) });
  });

  it('holds a proof from the first try on, so that no failed grant is left in the log of the org', async () => {
    const { obtain, requests } = grant([bound()]);
    await obtain();
    const proof = header(requests[0], 'dpop') ?? '';
    expect(decodeJwt(proof)).toMatchObject({ htm: 'POST', htu: `${ORG}/oauth2/v1/token` });
    expect(decodeJwt(proof)).not.toHaveProperty('ath');
  });

  it('holds none with dpop false', async () => {
    const { obtain, requests } = grant([bearer()], { dpop: false });
    await obtain();
    expect(header(requests[0], 'dpop')).toBeUndefined();
  });

  it.each([
    ['429', answer(429)],
    ['500', answer(500)],
    ['a lost connection', new OktaError('slow', { code: 'timeout', actor: 'okta', retryable: true })],
  ])('is repeated after %s with a fresh assertion and a fresh proof', async (_, problem) => {
    const { obtain, requests } = grant([problem, bound()]);
    await obtain();
    expect(requests).toHaveLength(2);
    const jtis = requests.flatMap((sent) => [
      decodeJwt(assertionOf(sent)).jti,
      decodeJwt(header(sent, 'dpop') ?? '').jti,
    ]);
    expect(new Set(jtis).size).toBe(4);
  });

  // With a slow clock the assertion would otherwise have expired when it arrives.
  it('has an assertion that is good by the clock of Okta, when ours is 10 minutes late', async () => {
    const date = new Date(START + 600_000).toUTCString();
    const { obtain, requests } = grant([
      refused(400, 'use_dpop_nonce', 'n', { 'dpop-nonce': 'n1', date }),
      refused(401, 'invalid_client', 'The client_assertion token is expired.', { date }),
      bound(),
    ]);
    await obtain();
    expect(decodeJwt(assertionOf(requests[2])).exp).toBeGreaterThan((START + 600_000) / 1000);
  });
});

describe('an assertion that Okta takes for expired', () => {
  const date = new Date(START + 600_000).toUTCString();
  const expired = refused(401, 'invalid_client', 'The client_assertion token is expired.', { date });

  it('is made again once, by the clock of Okta', async () => {
    const { obtain, requests } = grant([expired, bound()]);
    expect(await obtain()).toMatchObject({ accessToken: 'at1' });
    expect(decodeJwt(assertionOf(requests[1])).exp).toBe((START + 900_000) / 1000);
  });

  it('by our own clock too is told', async () => {
    const { obtain, requests } = grant([expired]);
    expect((await rejection(obtain())).message).toContain('is expired');
    expect(requests).toHaveLength(3);
  });

  // Regression: a Date hours ahead was learnt from any answer, and every later assertion was refused.
  it.each([
    ['six hours ahead', START + 6 * 3_600_000],
    ['of 1970', 0],
    ['of 2096', Date.UTC(2096, 0)],
  ])('F1.3 is made by our clock when the Date is %s', async (_, time) => {
    const headers = { date: new Date(time).toUTCString() };
    const judged = (sent: HttpRequest) => {
      const left = (decodeJwt(assertionOf(sent)).exp ?? 0) - START / 1000;
      const isGood = left > 0 && left <= 3_600;
      return isGood ? bearer('at1', headers) : refused(401, 'invalid_client', 'exp', headers);
    };
    // A Date of 1970 tells nothing, so a refusal with it is not repeated.
    const hiccup = time > 0 ? [refused(401, 'invalid_client', 'a hiccup', headers)] : [];
    for (const first of [bearer('at1', headers), ...hiccup]) {
      const { obtain } = grant([first, judged], { dpop: false });
      for (let times = 0; times < 3; times += 1) {
        expect(await obtain()).toMatchObject({ accessToken: 'at1' });
      }
    }
  });
});

describe('a wrong clock of this machine', () => {
  const date = new Date(START + 600_000).toUTCString();

  // Okta looks at the time of a proof before it looks at its nonce: one repeat for each.
  it('leaves a repeat for the nonce', async () => {
    const { obtain, requests } = grant([
      refused(400, 'invalid_dpop_proof', 'The proof is issued more than five minutes in the past.', { date }),
      refused(400, 'use_dpop_nonce', 'Authorization server requires nonce.', { 'dpop-nonce': 'n1', date }),
      bound(),
    ]);
    expect(await obtain()).toMatchObject({ accessToken: 'at1' });
    expect(requests).toHaveLength(3);
    expect(decodeJwt(header(requests[2], 'dpop') ?? '')).toMatchObject({
      iat: (START + 600_000) / 1000 - 2,
      nonce: 'n1',
    });
  });

  it('with ever new nonces ends after two repeats', async () => {
    let at = 0;
    const { obtain, requests } = grant([
      () => {
        at += 1;
        return refused(400, 'use_dpop_nonce', 'n', { 'dpop-nonce': `n${at}` });
      },
    ]);
    await rejection(obtain());
    expect(requests).toHaveLength(3);
  });

  it('is known without DPoP too', async () => {
    const expired = refused(401, 'invalid_client', 'The client_assertion token is expired.', { date });
    const { obtain, requests } = grant([expired, bearer()], { dpop: false });
    expect(await obtain()).toMatchObject({ accessToken: 'at1' });
    expect(requests).toHaveLength(2);
    expect(decodeJwt(assertionOf(requests[1])).exp).toBe((START + 900_000) / 1000);
    expect(header(requests[1], 'dpop')).toBeUndefined();
  });

  it('without DPoP is no reason to repeat what only DPoP mends', async () => {
    const { obtain, requests } = grant([refused(400, 'use_dpop_nonce', 'n', { date })], { dpop: false });
    await rejection(obtain());
    expect(requests).toHaveLength(1);
  });
});

describe('an attempt', () => {
  it('ends after ten seconds, so that a lost answer leaves time for another', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    let calls = 0;
    const clock = { ...fakeClock(), sleep: async () => {} };
    const { obtain } = clientCredentialsGrant(
      {
        orgUrl: ORG,
        clock,
        retry: { clock, maxRetries: 1, maxWaitMs: 1_000 },
        send: () => {
          calls += 1;
          return calls === 1 ? new Promise(() => {}) : Promise.resolve(bearer());
        },
      },
      AUTH,
    );
    const tokens = obtain();
    await vi.waitFor(() => expect(calls).toBe(1));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await tokens).toMatchObject({ accessToken: 'at1' });
    expect(calls).toBe(2);
  });
});

describe('the DPoP nonce', () => {
  const nonce = refused(400, 'use_dpop_nonce', 'Authorization server requires nonce in DPoP proof.', {
    'dpop-nonce': 'n1',
  });

  it('is answered with a new assertion and a new proof that holds it', async () => {
    const { obtain, requests } = grant([nonce, bound()]);
    expect(await obtain()).toMatchObject({ accessToken: 'at1', tokenType: 'DPoP' });
    expect(requests).toHaveLength(2);
    const [first, second] = requests.map((sent) => decodeJwt(header(sent, 'dpop') ?? ''));
    expect(first).not.toHaveProperty('nonce');
    expect(second).toHaveProperty('nonce', 'n1');
    expect(second?.jti).not.toBe(first?.jti);
    expect(decodeJwt(assertionOf(requests[0])).jti).not.toBe(decodeJwt(assertionOf(requests[1])).jti);
  });

  it('is kept for the next token', async () => {
    const { obtain, requests } = grant([nonce, bound(), bound('at2')]);
    await obtain();
    await obtain();
    expect(requests).toHaveLength(3);
    expect(decodeJwt(header(requests[2], 'dpop') ?? '').nonce).toBe('n1');
  });

  it('that is wanted again and again is answered once', async () => {
    const { obtain, requests } = grant([nonce]);
    expect(await rejection(obtain())).toBeInstanceOf(OktaError);
    expect(requests).toHaveLength(2);
  });

  it('a proof whose time was refused is repeated once with the time of Okta', async () => {
    const date = new Date(START + 900_000).toUTCString();
    const { obtain, requests } = grant([refused(400, 'invalid_dpop_proof', 'iat', { date }), bound()]);
    await obtain();
    expect(decodeJwt(header(requests[1], 'dpop') ?? '').iat).toBe((START + 900_000) / 1000 - 2);
  });
});

describe('the token', () => {
  it('is read with its type, scope and end', async () => {
    expect(await grant([bearer()]).obtain()).toEqual({
      accessToken: 'at1',
      tokenType: 'Bearer',
      issuedAt: START,
      expiresAt: START + 3_600_000,
      scope: 'okta.users.read',
      refreshToken: undefined,
    });
  });

  it('lives an hour where Okta does not say, and has no scope where it names none', async () => {
    const { obtain } = grant([answer(200, { body: { access_token: 'a', token_type: 'Bearer' } })]);
    expect(await obtain()).toMatchObject({ expiresAt: START + 3_600_000, scope: '' });
  });

  it.each([
    [0, 3_600],
    [1e15, 86_400],
  ])('F1.3 with %d seconds to live lives %d', async (expires_in, seconds) => {
    const body = { access_token: 'a', token_type: 'Bearer', expires_in };
    const { obtain } = grant([answer(200, { body })]);
    expect(await obtain()).toMatchObject({ expiresAt: START + seconds * 1000 });
  });

  it('of type Bearer is refused with dpop true', async () => {
    const error = await rejection(grant([bearer()], { dpop: true }).obtain());
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ message: expect.stringContaining('requires DPoP'), retryable: false });
    expect(JSON.stringify(error)).not.toContain('at1');
  });

  it('of type DPoP is taken with dpop true', async () => {
    expect(await grant([bound()], { dpop: true }).obtain()).toMatchObject({ tokenType: 'DPoP' });
  });

  it.each([
    ['no access token', answer(200, { body: { token_type: 'Bearer' } })],
    ['no token type', answer(200, { body: { access_token: 's3cr3t-at' } })],
    ['an unknown type', answer(200, { body: { access_token: 's3cr3t-at', token_type: 'mac' } })],
    ['an empty body', answer(200)],
    ['null', { ...answer(200), json: null, text: 'null' }],
    ['an error in a 200', answer(200, { body: { error: 'server_error' } })],
  ])('F1.1 %s is an unexpected response that shows no token', async (_, response) => {
    const error = await rejection(grant([response]).obtain());
    expect(error).toMatchObject({ code: 'unexpected_response', status: 200 });
    expect(`${JSON.stringify(error)}${error.stack}`).not.toContain('s3cr3t-at');
  });

  it('HTML instead of a token is an unexpected response', async () => {
    const html = answer(200, { text: '<html>', headers: { 'content-type': 'text/html' } });
    expect(await rejection(grant([html]).obtain())).toMatchObject({ code: 'unexpected_response' });
  });
});

describe('a refusal', () => {
  it.each([
    'The audience claim for client_assertion must be the endpoint invoked for the request.',
    'The client_assertion token is expired.',
    'The client_assertion signature is invalid.',
    "The 'kid' is unknown.",
  ])('of the client reaches the user in the words of Okta: %s', async (description) => {
    const { obtain, requests } = grant([refused(401, 'invalid_client', description)]);
    const error = await rejection<AuthenticationError>(obtain());
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({
      code: 'authentication_failed',
      oktaCode: 'invalid_client',
      actor: 'admin',
      status: 401,
    });
    expect(error.message).toContain(description);
    expect(requests).toHaveLength(1);
  });

  it.each([
    'invalid_grant',
    'invalid_scope',
    'unauthorized_client',
    'unsupported_grant_type',
    'invalid_dpop_proof',
  ])('400 %s is a matter of the connection too', async (code) => {
    const error = await rejection(grant([refused(400, code)]).obtain());
    expect(error).toMatchObject({
      name: 'AuthenticationError',
      code: 'authentication_failed',
      oktaCode: code,
    });
  });

  it('a 400 reaches the user in the words of Okta, and is not repeated', async () => {
    const { obtain, requests } = grant([
      refused(400, 'invalid_scope', 'One or more scopes are not configured.'),
    ]);
    expect((await rejection(obtain())).message).toContain('One or more scopes are not configured.');
    expect(requests).toHaveLength(1);
  });

  // "POST /oauth2/v1/token: Invalid ..." looks like a parameter `token: Invalid` to the redaction.
  it('keeps the first word of what Okta says', async () => {
    const { obtain } = grant([refused(401, 'invalid_client', 'Invalid value for client_id parameter.')]);
    expect((await rejection(obtain())).message).toContain('Invalid value for client_id parameter.');
  });

  it('of the key comes before anything is sent', async () => {
    const { obtain, requests } = grant([bearer()], { privateKey: 'no key' });
    expect(await rejection(obtain())).toMatchObject({ name: 'InputError', code: 'invalid_connection' });
    expect(requests).toHaveLength(0);
  });

  it('of an RSA key that is too short is an error of ours', async () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const privateKey = small.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(await rejection(grant([bearer()], { privateKey }).obtain())).toBeInstanceOf(OktaError);
  });

  it('shows neither key nor assertion, whatever Okta echoes', async () => {
    const { obtain } = grant([
      (sent) => refused(401, 'invalid_client', `The assertion ${assertionOf(sent)} with ${PEM} is wrong`),
    ]);
    const error = await rejection(obtain());
    const texts = `${JSON.stringify(error)}${error.stack}`;
    expect(texts).not.toContain(PEM.split('\n')[1]);
    expect(texts).not.toMatch(/eyJ[\w-]{20}/);
  });
});

describe('a connection with it, on the wire', () => {
  it('fetches one token for many requests, renews it early, and drops it when it is refused', async () => {
    let issued = 0;
    let refuse = '';
    const { origin, requests } = await httpServer((received, response) => {
      if (received.url === '/oauth2/v1/token') {
        issued += 1;
        return json(response, 200, {
          access_token: `at${issued}`,
          token_type: 'DPoP',
          expires_in: 3600,
          scope: 's',
        });
      }
      const status = received.headers.authorization === refuse ? 401 : 200;
      return json(response, status, []);
    });
    const clock = { ...fakeClock(), sleep: async () => {} };
    const send = httpClient({ orgUrl: origin, userAgent: 'test/1', attemptTimeoutMs: 2_000 });
    onTestFinished(() => send.close());
    const { authorizer, source } = authOf(
      { orgUrl: origin, corrections: [], auth: AUTH },
      { send, clock, retry: { clock, maxRetries: 0, maxWaitMs: 1_000 } },
    );
    expect(issued).toBe(0);
    const all = await Promise.all(Array.from({ length: 5 }, () => authorizer.headers(request())));
    expect(issued).toBe(1);
    expect(new Set(all.map((one) => one.Authorization))).toEqual(new Set(['DPoP at1']));
    expect(new Set(all.map((one) => decodeJwt(one.DPoP ?? '').jti)).size).toBe(5);
    const keys = [requests[0]?.headers.dpop as string, ...all.map((one) => one.DPoP ?? '')].map(
      (proof) => decodeProtectedHeader(proof).jwk?.x,
    );
    expect(new Set(keys).size).toBe(1);
    expect(decodeJwt(new URLSearchParams(requests[0]?.body).get('client_assertion') ?? '').aud).toBe(
      `${origin}/oauth2/v1/token`,
    );

    clock.set(START + 3_600_000 - 120_000);
    expect((await authorizer.headers(request())).Authorization).toBe('DPoP at2');
    refuse = 'DPoP at2';
    const headers = await authorizer.headers(request());
    expect(await authorizer.refused(headers, answer(401))).toBe(true);
    expect((await source?.get())?.accessToken).toBe('at3');
  });

  // The OAuth library puts its own name there.
  it('names itself at the token endpoint like everywhere', async () => {
    const { origin, requests } = await httpServer((_, response) =>
      json(response, 400, { error: 'invalid_client' }),
    );
    const clock = fakeClock();
    const send = httpClient({ orgUrl: origin, userAgent: 'test/1', attemptTimeoutMs: 2_000 });
    onTestFinished(() => send.close());
    const endpoint = { orgUrl: origin, send, clock, retry: { clock, maxRetries: 0, maxWaitMs: 1 } };
    await rejection(clientCredentialsGrant(endpoint, AUTH).obtain());
    expect(requests[0]?.headers['user-agent']).toBe('test/1');
  });
});
