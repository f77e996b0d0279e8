import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { AuthenticationError, OktaError, RateLimitError } from '../../src/errors/errors.ts';
import { challengeOf, errorFromResponse } from '../../src/http/from-response.ts';
import type { HttpRequest, HttpResponse } from '../../src/http/types.ts';
import { START } from '../support/fake-clock.ts';
import { answer, rateHeaders, request } from '../support/server.ts';

const GET_USER = request({
  path: '/api/v1/users/ana%40acme.test',
  template: '/api/v1/users/{userId}',
  scopes: ['okta.users.read'],
});
const from = (response: HttpResponse, one: HttpRequest = GET_USER) => errorFromResponse(one, response, START);
const okta = (status: number, errorCode: string, rest: object = {}) =>
  answer(status, {
    body: {
      errorCode,
      errorSummary: 'Summary',
      errorLink: errorCode,
      errorId: 'oae1',
      errorCauses: [],
      ...rest,
    },
  });

describe("Okta's error body", () => {
  it('gives code, summary, causes and error id', () => {
    const error = from(
      okta(400, 'E0000001', {
        errorSummary: 'Api validation failed: login',
        errorCauses: [
          { errorSummary: 'login: An object with this field already exists' },
          { errorSummary: 'email: bad' },
        ],
      }),
    );
    expect(error).toMatchObject({
      code: 'already_exists',
      actor: 'caller',
      status: 400,
      oktaCode: 'E0000001',
      oktaErrorId: 'oae1',
      retryable: false,
      causes: ['login: An object with this field already exists', 'email: bad'],
      request: { method: 'GET', pathTemplate: '/api/v1/users/{userId}' },
    });
    expect(error.message).toBe(
      'Okta answered 400 to GET /api/v1/users/{userId}: Api validation failed: login: An object with this field already exists; email: bad',
    );
    expect(error.message).not.toContain('ana');
  });

  it.each([
    ['E0000001', 'email: Does not match required pattern', 'validation_failed', 'caller'],
    [
      'E0000001',
      'name: An object with this field already exists in the current organization',
      'already_exists',
      'caller',
    ],
    ['E0000001', 'Provided owner is already assigned to this group', 'already_exists', 'caller'],
    ['E0000032', 'The user is not locked out.', 'wrong_state', 'caller'],
    ['E0000032', 'The account is managed by Active Directory.', 'permission_denied', 'admin'],
    ['E0000032', undefined, 'wrong_state', 'caller'],
  ])('G.1 G.2 %s means what its cause says: %s', (errorCode, cause, code, actor) => {
    const error = from(okta(400, errorCode, { errorCauses: cause ? [{ errorSummary: cause }] : [] }));
    expect(error).toMatchObject({ code, actor });
    expect(error.hint).toEqual(expect.any(String));
  });

  it.each([
    [
      'Api validation failed: email',
      ['email: Does not match'],
      'Api validation failed: email: Does not match',
    ],
    [
      'Delete application forbidden.',
      ['Deactivate it first.'],
      'Delete application forbidden: Deactivate it first.',
    ],
    ['Not allowed.', [], 'Not allowed.'],
    ['Not allowed.', ['Not allowed.'], 'Not allowed'],
    ['Api validation failed: a', ['b: wrong', 'c: wrong'], 'Api validation failed: a: b: wrong; c: wrong'],
    ['Failed:', ['it is wrong'], 'Failed: it is wrong'],
    ['', ['it is wrong'], 'it is wrong'],
  ])('G.2 %j with the causes %j reads as a sentence', (errorSummary, causes, said) => {
    const errorCauses = causes.map((one) => ({ errorSummary: one }));
    const { message } = from(okta(400, 'E0000056', { errorSummary, errorCauses }));
    expect(message).toBe(`Okta answered 400 to GET /api/v1/users/{userId}: ${said}`);
  });

  it.each([
    ['an object', { errorSummary: 'only one' }, ['only one']],
    ['missing', undefined, []],
    ['null', null, []],
    ['texts', ['plain'], []],
    ['half empty', [{}, null, { errorSummary: '' }, { errorSummary: 7 }, { errorSummary: 'good' }], ['good']],
  ])('reads causes that are %s', (_, errorCauses, causes) => {
    expect(from(okta(400, 'E0000041', { errorCauses })).causes).toEqual(causes);
  });

  it('F1.10 no text of it breaks a line or moves the cursor of who reads the error', () => {
    const odd = 'x\r\n{"level":"error"}\u001b[2K\u202ey\u2028z';
    const error = from(
      okta(400, odd, { errorSummary: odd, errorId: odd, errorCauses: [{ errorSummary: odd }] }),
    );
    const shown = 'x {"level":"error"} [2K y z';
    expect(error).toMatchObject({ oktaCode: shown, oktaErrorId: shown, causes: [shown] });
    expect(error.message).toContain(shown);
  });

  it('takes the request id where there is no error id', () => {
    const response = answer(404, {
      headers: { 'x-okta-request-id': 'req1' },
      body: { errorCode: 'E0000007' },
    });
    expect(from(response).oktaErrorId).toBe('req1');
  });

  it.each<[number, string, object]>([
    [401, 'E0000011', { code: 'authentication_failed', actor: 'admin', name: 'AuthenticationError' }],
    [401, 'E0000004', { code: 'authentication_failed', actor: 'admin', name: 'AuthenticationError' }],
    [401, 'E0000015', { code: 'feature_unavailable', actor: 'admin', name: 'OktaError' }],
    [403, 'E0000006', { code: 'permission_denied', actor: 'admin' }],
    [403, 'E0000014', { code: 'validation_failed', actor: 'caller' }],
    [403, 'E0000016', { code: 'wrong_state', actor: 'caller' }],
    [403, 'E0000038', { code: 'wrong_state', actor: 'caller' }],
    [404, 'E0000007', { code: 'not_found', actor: 'caller' }],
    [405, 'E0000022', { code: 'not_supported' }],
    [409, 'E0000112', { code: 'conflict', retryable: true, retryAfterMs: 60_000 }],
    [412, 'E0000231', { code: 'precondition_failed' }],
    [423, 'E0000239', { code: 'conflict', retryable: true, retryAfterMs: 1_000 }],
    [500, 'E0000009', { code: 'okta_unavailable', actor: 'okta', retryable: true }],
    [501, 'E0000060', { code: 'not_supported', actor: 'caller', retryable: false }],
    [503, 'E0000010', { code: 'okta_unavailable', retryable: true, retryAfterMs: 5_000 }],
    [503, 'E0000100', { code: 'okta_unavailable', retryable: true }],
  ])('%i %s', (status, code, expected) => {
    expect(from(okta(status, code))).toMatchObject({ oktaCode: code, ...expected });
  });

  it('names the role and the scopes for a 403 with an unknown code', () => {
    const refused = okta(403, 'E0009999');
    expect(from(refused).hint).toContain('admin role for the operation and the scopes okta.users.read');
    expect(from(refused, request()).hint).toMatch(/admin role for the operation\.$/);
  });

  it.each([
    ['a bare 403', answer(403), 'permission_denied'],
    ['a page', answer(403, { text: '<h1>', headers: { 'content-type': 'text/html' } }), 'permission_denied'],
    ['access_denied', answer(403, { body: { error: 'access_denied' } }), 'authentication_failed'],
  ])('HALO-3 %s is a blocked address, not a missing role or scope', (_, refused, code) => {
    expect(from(refused)).toMatchObject({ code, hint: expect.stringContaining('address of this machine') });
    expect(from(okta(403, 'E0000006')).hint).toMatch(/admin role/);
    expect(from(okta(403, 'E0000006')).hint).not.toContain('address');
  });

  it.each(['constructor', 'toString', '__proto__'])(
    'a code called %s is one that is not known',
    (errorCode) => {
      expect(from(okta(400, errorCode))).toMatchObject({ code: 'validation_failed', actor: 'caller' });
    },
  );
});

describe('a status without a code that is known', () => {
  it.each<[number, string]>([
    [400, 'validation_failed'],
    [401, 'authentication_failed'],
    [403, 'permission_denied'],
    [404, 'not_found'],
    [405, 'validation_failed'],
    [409, 'conflict'],
    [410, 'not_found'],
    [412, 'precondition_failed'],
    [414, 'validation_failed'],
    [423, 'conflict'],
    [500, 'okta_unavailable'],
    [501, 'not_supported'],
    [502, 'okta_unavailable'],
    [504, 'okta_unavailable'],
  ])('%i is %s', (status, code) => {
    expect(from(answer(status))).toMatchObject({ code, status, retryable: status >= 500 && status !== 501 });
    expect(from(okta(status, 'E0000999'))).toMatchObject({ code, oktaCode: 'E0000999' });
  });

  it.each([
    [
      'HTML',
      answer(502, {
        text: '<html><h1>Bad Gateway for ana@acme.test</h1></html>',
        headers: { 'content-type': 'text/html' },
      }),
    ],
    ['a list', answer(400, { body: [1] })],
    ['text', answer(400, { body: 'text' })],
    ['null', { ...answer(500), json: null }],
  ])('%s as body is no reason to fail, and its text is not repeated', (_, response) => {
    const error = from(response);
    expect(error).toBeInstanceOf(OktaError);
    expect(error.message).toBe(`Okta answered ${response.status} to GET /api/v1/users/{userId}`);
    expect(JSON.stringify(error)).not.toContain('ana');
  });
});

describe("OAuth's error body", () => {
  it.each(['invalid_client', 'invalid_grant', 'invalid_scope', 'access_denied'])(
    '%s is a matter of the credential',
    (code) => {
      const error = from(
        answer(code === 'invalid_client' ? 401 : 400, {
          body: { error: code, error_description: 'In words.' },
        }),
      );
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error).toMatchObject({ code: 'authentication_failed', actor: 'admin', oktaCode: code });
      expect(error.message).toContain('In words.');
      expect(error.hint).toBeTruthy();
    },
  );

  it('in the shape of the API likewise', () => {
    expect(from(okta(400, 'invalid_client'))).toMatchObject({
      oktaCode: 'invalid_client',
      code: 'authentication_failed',
    });
  });

  it('429 wins over invalid_grant: a limit for one user comes as both', () => {
    expect(from(answer(429, { body: { error: 'invalid_grant' } }))).toMatchObject({ code: 'rate_limited' });
  });

  it('429 with invalid_grant may be tried again', () => {
    expect(from(answer(429, { body: { error: 'invalid_grant' } }))).toMatchObject({ retryable: true });
  });
});

describe('WWW-Authenticate', () => {
  const challenge = (header: string, status = 403, body?: unknown) =>
    answer(status, { headers: { 'www-authenticate': header }, body });
  const missing =
    'authorization_uri="https://acme.okta.com/oauth2/v1/authorize", realm="https://acme.okta.com", scope="okta.groups.read", error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="/api/v1/groups"';

  it.each(['Bearer', 'DPoP'])(
    '403 without a body: %s insufficient_scope names the missing scope',
    (scheme) => {
      const error = from(challenge(`${scheme} ${missing}`));
      expect(error).toMatchObject({
        code: 'insufficient_scope',
        actor: 'admin',
        status: 403,
        oktaCode: 'insufficient_scope',
        retryable: false,
      });
      expect(error.message).toContain('okta.groups.read is missing');
      expect(error.hint).toMatch(/Grant okta\.groups\.read to the app .*Okta API Scopes/);
    },
  );

  it('names the scopes of the operation where the header names none, or says so', () => {
    expect(from(challenge('Bearer error="insufficient_scope"')).message).toContain(
      'okta.users.read is missing',
    );
    const error = from(challenge('Bearer error="insufficient_scope"'), request());
    expect(error.message).toMatch(/has no scope for GET \/api\/v1\/users$/);
    expect(error.hint).toContain('Grant the scope');
  });

  it('invalid_token is a matter of the credential', () => {
    const error = from(
      challenge('Bearer error="invalid_token", error_description="The token has expired."', 401),
    );
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({
      oktaCode: 'invalid_token',
      message: expect.stringContaining('The token has expired.'),
    });
  });

  it('a refused proof (400, empty body) likewise', () => {
    const header =
      'DPoP error="invalid_dpop_proof", error_description="The DPoP proof JWT has already been used."';
    const error = from(challenge(header, 400));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.message).toContain('already been used');
  });

  it('is read with quotes inside and without any parameters', () => {
    expect(challengeOf(challenge('Bearer realm="a, b", error_description="say \\"no\\""'))).toEqual({
      realm: 'a, b',
      error_description: 'say \\"no\\"',
    });
    expect(challengeOf(challenge('Basic'))).toEqual({});
    expect(challengeOf(answer(401))).toEqual({});
  });
});

describe('429', () => {
  it('waits for the reset on the clock of Okta', () => {
    const error = from(
      answer(429, { headers: rateHeaders(600, 0, START + 20_000, START), body: { errorCode: 'E0000047' } }),
    );
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({
      code: 'rate_limited',
      actor: 'okta',
      retryable: true,
      retryAfterMs: 21_000,
    });
  });

  it.each([
    ['no headers', {}, 2_000],
    ['the concurrency limit', rateHeaders(0, 0, START + 50_000, START), 2_000],
    ['a spacing of its own', rateHeaders(600, 9, START + 50_000, START), 30_000, 'E0000109'],
  ])('%s', (_, headers, ms, errorCode = 'E0000047') => {
    expect(from(answer(429, { headers, body: { errorCode } })).retryAfterMs).toBe(ms);
  });

  it('a quota is not retryable', () => {
    expect(from(okta(429, 'E0000186'))).toMatchObject({ code: 'rate_limited', retryable: false });
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('%i is refused and names the host only', (status) => {
    const error = from(
      answer(status, { headers: { location: 'https://login.evil.example/x?token=s3cr3t' } }),
    );
    expect(error).toMatchObject({ code: 'redirect_refused', actor: 'caller', status, retryable: false });
    expect(error.message).toContain('to login.evil.example,');
    expect(JSON.stringify(error)).not.toContain('s3cr3t');
  });

  it.each(['/relative', '', undefined])('with location %j is refused too', (location) => {
    const error = from(answer(302, { headers: location === undefined ? {} : { location } }));
    expect(error).toMatchObject({ code: 'redirect_refused' });
    expect(error.message).not.toContain(' to ');
  });
});

describe('what Okta echoes of the request', () => {
  const create = request({
    method: 'POST',
    body: {
      profile: { login: 'ana@acme.test' },
      credentials: {
        password: { value: 'Tr0ub4dor&3' },
        recovery_question: { question: 'Pet?', answer: 'Annie the dog' },
      },
    },
  });

  it('is scrubbed of its secrets in every text', () => {
    const error = from(
      okta(400, 'E0000001', {
        errorSummary: 'Tr0ub4dor&3 is not allowed',
        errorCauses: [{ errorSummary: 'The answer Annie the dog is too weak for Tr0ub4dor&3' }],
      }),
      create,
    );
    const texts = `${JSON.stringify(error)}${error.stack}${inspect(error, { depth: 9 })}`;
    expect(texts).not.toContain('Tr0ub4dor');
    expect(texts).not.toContain('Annie');
    expect(error.message).toContain('is not allowed');
  });

  it('is scrubbed of the secrets of a form too', () => {
    const form = new URLSearchParams({
      client_secret: 's3cr3t',
      refresh_token: 'r3fr3sh',
      scope: 'okta.users.read',
    });
    const error = from(
      okta(400, 'E0000001', { errorSummary: 's3cr3t and r3fr3sh for okta.users.read' }),
      request({ form }),
    );
    expect(error.message).toContain('[redacted] and [redacted] for okta.users.read');
  });

  // "password: Password ..." is Okta's own sentence, but reads like password: <value>.
  it("keeps the words of Okta's password policy", () => {
    const errorSummary =
      'password: Password requirements were not met. Password requirements: at least 8 characters.';
    expect(from(okta(400, 'E0000001', { errorCauses: [{ errorSummary }] }), create).causes).toEqual([
      errorSummary,
    ]);
  });
});

describe('F1.7 an answer of many megabytes', () => {
  // Regression: a summary of 320 KB took a minute, and a long one became a line of the same length.
  it.each([
    ['a summary', { errorSummary: '-eyJ'.repeat(7_500_000) }],
    ['causes', { errorSummary: 'x', errorCauses: Array(200_000).fill({ errorSummary: 'eyJ- '.repeat(30) }) }],
    ['a code and an id', { errorCode: 'E'.repeat(10_000_000), errorId: '-eyJ'.repeat(1_000_000) }],
    ['a description', { error: 'x', error_description: 'password=" '.repeat(1_000_000) }],
  ])('as %s becomes a short error at once', (_, body) => {
    const started = performance.now();
    const error = errorFromResponse(request(), answer(400, { body }), 0);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(JSON.stringify(error).length).toBeLessThan(65_000);
    expect(error.message.length).toBeLessThanOrEqual(4_000);
  });

  it('a challenge of 60 KB is read at once', () => {
    const started = performance.now();
    for (const unit of ['a', 'a="', 'a="\\"', '\\', ' ']) {
      const headers = { 'www-authenticate': unit.repeat(60_000 / unit.length) };
      errorFromResponse(request(), answer(401, { headers }), 0);
    }
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('masks known secrets wherever they stand in it', () => {
    const body = { credentials: { password: { value: 'Tr0ub4dor&3' } } };
    const said = {
      errorSummary: `${'x '.repeat(1_995)}Tr0ub4dor&3`,
      errorId: 'Tr0ub4dor&3',
      errorCode: 'Tr0ub4dor&3',
    };
    const error = errorFromResponse(request({ body }), answer(400, { body: said }), 0);
    expect(JSON.stringify(error)).not.toMatch(/Tr0|dor&3/);
  });
});
