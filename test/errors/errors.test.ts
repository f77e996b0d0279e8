import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import {
  AuthenticationError,
  InputError,
  isForbidden,
  isInputError,
  isOktaError,
  NetworkError,
  neverSent,
  OktaError,
  RateLimitError,
} from '../../src/errors/errors.ts';

const S = 'Tr0ub4dor&3';

describe('OktaError', () => {
  it('as JSON has all that a host needs, and nothing else', () => {
    const error = new OktaError('it broke', {
      code: 'conflict',
      actor: 'okta',
      hint: 'Wait.',
      status: 409,
      oktaCode: 'E0000112',
      oktaErrorId: 'oae1',
      retryable: true,
      retryAfterMs: 5_000,
      causes: ['one', 'two'],
      request: { method: 'POST', pathTemplate: '/api/v1/users/{userId}' },
    });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'OktaError',
      message: 'it broke',
      code: 'conflict',
      actor: 'okta',
      hint: 'Wait.',
      status: 409,
      oktaCode: 'E0000112',
      oktaErrorId: 'oae1',
      retryable: true,
      retryAfterMs: 5_000,
      causes: ['one', 'two'],
      request: { method: 'POST', pathTemplate: '/api/v1/users/{userId}' },
    });
  });

  it('as JSON leaves out what is not known', () => {
    expect(JSON.parse(JSON.stringify(new OktaError('x', { code: 'timeout', actor: 'okta' })))).toEqual({
      name: 'OktaError',
      message: 'x',
      code: 'timeout',
      actor: 'okta',
      retryable: false,
    });
  });

  it('masks given secrets and known shapes in message, hint and causes, in every way it can be printed', () => {
    const error = new OktaError(`message ${S} SSWS 00abcdefghijk`, {
      code: 'validation_failed',
      actor: 'caller',
      hint: `hint ${S}`,
      causes: [`cause ${S}`, 'refresh_token=rt_abcdef'],
      secrets: new Set([S]),
    });
    const texts = [
      JSON.stringify(error),
      error.stack,
      String(error),
      inspect(error, { depth: 9, showHidden: true }),
    ];
    for (const text of texts) {
      expect(text).not.toContain(S);
      expect(text).not.toContain('00abcdefghijk');
      expect(text).not.toContain('rt_abcdef');
    }
    expect(error.message).toBe('message [redacted] SSWS [redacted]');
    expect(error).not.toHaveProperty('secrets');
  });

  it('is an Error with a stack, a name and no cause', () => {
    const error = new OktaError('x', { code: 'timeout', actor: 'okta' });
    expect(error).toBeInstanceOf(Error);
    expect(error.stack).toContain('errors.test.ts');
    expect(error.cause).toBeUndefined();
  });
});

describe('its kinds', () => {
  it.each([
    [new InputError('x'), 'InputError', { code: 'invalid_input', actor: 'caller', retryable: false }],
    [
      new AuthenticationError('x'),
      'AuthenticationError',
      { code: 'authentication_failed', actor: 'admin', retryable: false },
    ],
    [
      new RateLimitError('x', { retryAfterMs: 7 }),
      'RateLimitError',
      { code: 'rate_limited', actor: 'okta', retryable: true, retryAfterMs: 7 },
    ],
    [
      new NetworkError('x', { sent: false }),
      'NetworkError',
      { code: 'network_error', actor: 'okta', retryable: true, sent: false },
    ],
  ])('%s has what its name promises', (error, name, expected) => {
    expect(error).toBeInstanceOf(OktaError);
    expect(error.name).toBe(name);
    expect(error).toMatchObject(expected);
    expect(error.toJSON()).toMatchObject({ name, code: expected.code });
  });

  it('what is given wins over the default', () => {
    expect(new InputError('x', { code: 'unknown_operation', hint: 'y' })).toMatchObject({
      code: 'unknown_operation',
      hint: 'y',
    });
    expect(new NetworkError('x', { sent: false, retryable: false, actor: 'caller' })).toMatchObject({
      retryable: false,
      actor: 'caller',
    });
  });
});

describe('F1.8 a copy with another text', () => {
  const all = {
    code: 'conflict',
    actor: 'admin',
    hint: 'Wait.',
    status: 409,
    oktaCode: 'E0000112',
    oktaErrorId: 'oae1',
    retryable: true,
    retryAfterMs: 5_000,
    causes: ['one', 'two'],
    request: { method: 'POST', pathTemplate: '/api/v1/users/{userId}' },
    mayHaveHappened: true,
    done: ['created the user'],
    cause: new InputError('what led to it'),
  } as const;

  it.each([
    new OktaError('x', all),
    new InputError('x', all),
    new AuthenticationError('x', all),
    new RateLimitError('x', all),
    new NetworkError('x', { ...all, sent: true }),
    new NetworkError('x', { ...all, sent: false }),
  ])('keeps the class and every member of $name', (error) => {
    const copy = error.with({ message: `first; then: ${error.message}`, hint: 'Else.' });
    expect(copy).not.toBe(error);
    expect(copy.constructor).toBe(error.constructor);
    expect({ ...copy }).toEqual({ ...error, hint: 'Else.' });
    expect(copy.message).toBe('first; then: x');
    expect(copy.cause).toBe(error.cause);
  });

  it('changes a code, clears what is given as undefined and scrubs what is new', () => {
    const error = new NetworkError('x', { sent: true, hint: 'Wait.' });
    const copy = error.with({ code: 'outcome_unknown', hint: undefined, message: 'Bearer abcdefghijkl' });
    expect(copy).toMatchObject({ code: 'outcome_unknown', hint: undefined, message: 'Bearer [redacted]' });
  });

  it('keeps an OktaError as cause, and no error that may hold headers or a body', () => {
    const foreign = Object.assign(new Error('x'), { config: { headers: { authorization: 'SSWS s3cr3t' } } });
    expect(new InputError('y', { cause: foreign }).cause).toBeUndefined();
    const error = new InputError('y', { cause: new InputError('password=Tr0ub4dor') });
    expect(error.cause).toBeInstanceOf(InputError);
    expect(JSON.stringify(error)).not.toContain('cause');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('Tr0ub4dor');
  });

  it('an error of another copy of the package is told by its brand and code', async () => {
    vi.resetModules();
    const other = await import('../../src/errors/errors.ts');
    const theirs = new other.NetworkError('x', { sent: false });
    expect(theirs).not.toBeInstanceOf(OktaError);
    expect(isOktaError(theirs)).toBe(true);
    expect(neverSent(theirs)).toBe(true);
    expect(neverSent(new other.NetworkError('x', { sent: true }))).toBe(false);
    expect(isInputError(new other.InputError('x'))).toBe(true);
    expect(isForbidden(new other.OktaError('x', { code: 'permission_denied', actor: 'admin' }))).toBe(true);
    expect(new InputError('y', { cause: theirs }).cause).toBe(theirs);
  });

  it.each([undefined, null, 'x', 7, new Error('x'), { code: 'invalid_input', name: 'OktaError' }])(
    'is none: %s',
    (value) => {
      expect(isOktaError(value)).toBe(false);
      expect(isInputError(value)).toBe(false);
    },
  );
});

describe('F1.7 an error stays small', () => {
  it('whatever texts it is made of, and says so', () => {
    const long = 'x '.repeat(1_000_000);
    const error = new OktaError(long, {
      code: 'conflict',
      actor: 'okta',
      hint: long,
      oktaCode: long,
      oktaErrorId: long,
      causes: Array.from({ length: 10_000 }, () => long),
    });
    expect(JSON.stringify(error).length).toBeLessThan(65_000);
    expect(error.message).toHaveLength(4_000);
    expect(error.hint).toHaveLength(4_000);
    expect(error.oktaCode).toHaveLength(200);
    expect(error.oktaErrorId).toHaveLength(200);
    expect(error.causes).toHaveLength(50);
    expect(error.causes.at(-1)).toBe('and 9951 more');
    expect(error.with({ hint: 'x' }).causes).toEqual(error.causes);
    expect(error.causes[0]).toHaveLength(1_000);
    expect(error.stack?.length).toBeLessThan(10_000);
  });

  it('is one line, whoever wrote its texts', () => {
    const odd = 'a\r\n{"level":"error"}\u001b[2K\u202eb\u2028c';
    const error = new OktaError(odd, {
      ...{ code: 'conflict', actor: 'okta', hint: odd, oktaCode: odd, oktaErrorId: odd, causes: [odd] },
    });
    const clean = 'a {"level":"error"} [2K b c';
    expect(error).toMatchObject({ message: clean, hint: clean, oktaCode: clean, oktaErrorId: clean });
    expect(error.causes).toEqual([clean]);
    expect(error.stack?.split('\n')[0]).toContain(clean);
  });

  it('masks secrets in its code and id', () => {
    const error = new OktaError('x', {
      code: 'conflict',
      actor: 'okta',
      oktaCode: `E ${S}`,
      oktaErrorId: `Bearer abcdefghijkl ${S}`,
      secrets: [S],
    });
    expect(error).toMatchObject({ oktaCode: 'E [redacted]', oktaErrorId: 'Bearer [redacted] [redacted]' });
  });

  it('is made in no time, also with 10,000 secrets', () => {
    const secrets = Array.from({ length: 10_000 }, (_, at) => `s3cr3t-${at}`);
    const started = performance.now();
    const causes = Array.from({ length: 50 }, () => 's3cr3t-77 '.repeat(100));
    const error = new OktaError('-eyJ'.repeat(100_000), { code: 'conflict', actor: 'okta', causes, secrets });
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(JSON.stringify(error)).not.toContain('s3cr3t');
  });
});
