import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact, redactor, secretsIn } from '../../src/errors/redact.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIwb2ExIn0.c2lnbmF0dXJl-_';
const PEM = `-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----`;

describe('redact knows the shapes of credentials', () => {
  it.each([
    ['an API token', 'Authorization: SSWS 00aBcDeFgHiJ_kL-mNoP', '00aBcDeFgHiJ_kL-mNoP'],
    ['a bearer token', 'Bearer abc.def~ghi+jkl/=', 'abc.def~ghi+jkl/='],
    ['a DPoP token', 'DPoP 4f6a8c2e4f6a', '4f6a8c2e4f6a'],
    ['a client secret in Basic', 'Basic MG9hMTpzM2NyM3Q=', 'MG9hMTpzM2NyM3Q='],
    ['a JWT', `assertion ${JWT} was used`, JWT],
    ['a private key', `key ${PEM} end`, 'MIIEow'],
    ['a private key that was cut off', '-----BEGIN PRIVATE KEY-----\nMIIEvQ\nIBADAN', 'MIIEvQ'],
    ['a form parameter', 'grant_type=x&client_secret=s3cr3t-s3cr3t&scope=y', 's3cr3t-s3cr3t'],
    ['a refresh token in JSON', '{"refresh_token":"rt_9f8e7d","scope":"x"}', 'rt_9f8e7d'],
    ['an access token in JSON', '{"access_token": "opaque-1234"}', 'opaque-1234'],
    ['a code of a callback', 'https://h/cb?code=AbCdEf12&state=s', 'AbCdEf12'],
    ['a code verifier', 'code_verifier=dBjftJeZ4CVP', 'dBjftJeZ4CVP'],
    ['a password', 'password=Tr0ub4dor', 'Tr0ub4dor'],
    ['a recovery answer', "answer: 'Annie'", 'Annie'],
    ['an activation token', 'activationToken=XE6wE17zmphl3KqAPFxO', 'XE6wE17zmphl3KqAPFxO'],
    ['a session token', '"sessionToken":"20111abcdef"', '20111abcdef'],
    ['an activation link', 'https://acme.okta.com/welcome/XE6wE17zmphl3KqAPFxO', 'XE6wE17zmphl3KqAPFxO'],
    ['a reset link', 'https://acme.okta.com/reset_password/drpFXjptiyXHxkKXKPQp', 'drpFXjptiyXHxkKXKPQp'],
    ['a new reset link', '/signin/reset-password/drpFXjptiyXHxkKXKPQp', 'drpFXjptiyXHxkKXKPQp'],
    ['a token in a path', '/oauth2/v1/tokens/oar579Mcp7OUsNTlo0g3', 'oar579Mcp7OUsNTlo0g3'],
  ])('%s', (_, text, secret) => {
    const out = redact(text);
    expect(out).toContain('[redacted]');
    expect(out).not.toContain(secret);
  });

  it('masks every occurrence, not only the first', () => {
    expect(redact('Bearer aaaaaaaaaa and Bearer bbbbbbbbbb')).toBe('Bearer [redacted] and Bearer [redacted]');
  });

  it.each([
    'Not found: Resource not found: 00u1abcdefghijklmnop (User)',
    'Api validation failed: login',
    'GET /api/v1/users/{userId}',
    'E0000011: Invalid token provided',
    'https://acme.okta.com/api/v1/groups/rules',
  ])('leaves alone: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('is stable: what was redacted stays as it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string({ minLength: 8 })), (text, secrets) => {
        const once = redact(text, secrets);
        expect(redact(once)).toBe(redact(redact(once)));
      }),
    );
  });

  it('masks a quoted password that holds blanks', () => {
    expect(redact('{"password":"my pass phrase"}')).not.toContain('phrase');
  });

  // Proxies and Okta's own causes quote JSON inside JSON.
  it('masks a password in JSON that is quoted inside JSON', () => {
    expect(redact(String.raw`"{\"password\":\"Tr0ub4dor\"}"`)).not.toContain('Tr0ub4dor');
  });

  it.each([
    '{"password":{"value":"Tr0ub4dor"}}',
    '{"password" : { "value" : "Tr0ub4dor" } }',
    String.raw`"{\"password\":{\"value\":\"Tr0ub4dor\"}}"`,
    '{"recovery_question":{"question":"Pet?","answer":"Tr0ub4dor"}}',
  ])('masks the value of a password: %s', (text) => {
    expect(redact(text)).not.toContain('Tr0ub4dor');
  });

  // Schemes of HTTP authentication are case-insensitive (RFC 9110); proxies write them as they like.
  it('masks a token behind a scheme in small letters', () => {
    expect(redact('authorization: bearer abcdefghijkl')).not.toContain('abcdefghijkl');
  });
});

describe('redact and known secrets', () => {
  it('lets no known secret of four characters or more survive', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 4, maxLength: 40 }), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.array(fc.string({ maxLength: 10 }), { maxLength: 5 }),
        (secrets, filler) => {
          // A secret that is part of the mask itself cannot be told from it.
          fc.pre(secrets.every((secret) => !'[redacted]'.includes(secret)));
          const text = secrets.map((secret, at) => `${filler[at] ?? ''}|${secret}|`).join('');
          const out = redact(text, secrets);
          for (const secret of secrets) expect(out).not.toContain(secret);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('treats a secret as text, not as a pattern', () => {
    expect(redact('a.*b and axxb', ['a.*b'])).toBe('[redacted] and axxb');
    expect(redact('$&$1 stays', ['$&$1'])).toBe('[redacted] stays');
  });

  it.each([
    ['in JSON', JSON.stringify({ said: 'pa"ss\\wo\nrd' })],
    ['in JSON inside JSON', JSON.stringify(JSON.stringify('pa"ss\\wo\nrd'))],
    ['in a URL', `https://h/x?y=${encodeURIComponent('pa"ss\\wo\nrd')}`],
    ['in a URL with small letters', 'x=pa%22ss%5cwo%0ard'],
  ])('knows a secret as it stands %s', (_, text) => {
    const out = redact(text, ['pa"ss\\wo\nrd']);
    expect(out).toContain('[redacted]');
    expect(out).not.toMatch(/pa\W|ss.*wo|rd/);
  });

  it('knows a secret as a form writes it', () => {
    expect(redact('x=my+pass%2Fword%21', ['my pass/word!'])).not.toContain('pass');
  });

  it('takes half a surrogate pair', () => {
    expect(redact('x', ['abc\ud800d'])).toBe('x');
  });

  it('masks a short one where it stands in quotes', () => {
    expect(redact('The answer "Rex" is too weak', ['Rex'])).toBe('The answer "[redacted]" is too weak');
    expect(redact("The answer 'Rex' is too weak", ['Rex'])).not.toContain('Rex');
    expect(redact(String.raw`"{\"said\":\"Rex\"}"`, ['Rex'])).not.toContain('Rex');
    expect(redact('T-Rex', ['Rex'])).toBe('T-Rex');
  });

  it('does not mask what is shorter than four characters', () => {
    expect(redact('a cat', ['cat', ''])).toBe('a cat');
  });

  it('leaves nothing over of a secret that begins with another one', () => {
    expect(redact('my hunter2-and-more', ['hunter2', 'hunter2-and-more'])).toBe('my [redacted]');
  });
});

describe('F1.7 the work grows with the text, not with its square', () => {
  /** What the patterns look for, and what keeps them looking. */
  const shards = [
    ...['-eyJ', 'eyJ', '.', '-----BEGIN ', 'PRIVATE KEY', '-----', '-----END ', 'Bearer', 'basic', 'a', 'A'],
    ...['password', 'code', '=', ':', '"', "'", '\\', '\\"', '\\\\\\"', '{', '"value"', '/tokens/', '/'],
    ...[' ', '\n', ' '.repeat(50), '\\'.repeat(50), '-----BEGIN PRIVATE KEY-----', 'password\\":\\"'],
  ];
  const SIZE = 24_000;

  /** Milliseconds of processor time, so that other processes do not count: the least of some runs. */
  function costOf(text: string): number {
    const runs = Array.from({ length: 5 }, () => {
      const before = process.cpuUsage();
      redactor()(text, Number.POSITIVE_INFINITY);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    });
    return Math.min(...runs);
  }

  const filled = (start: string, unit: string, length: number) => start + unit.repeat(length / unit.length);

  it.each([...shards, 'password="', 'password\\":\\"', 'password:{', 'Bearer ', 'token='])(
    'over a long run of %j',
    (unit) => {
      expect(costOf(filled('', unit, 2 * SIZE))).toBeLessThan(3 * costOf(filled('', unit, SIZE)) + 20);
    },
  );

  it('over whatever the patterns might trip over', () => {
    const run = fc.array(fc.constantFrom(...shards), { minLength: 1, maxLength: 4 });
    const text = (parts: string[]) => parts.join('');
    fc.assert(
      fc.property(run.map(text), run.map(text), (start, unit) => {
        expect(costOf(filled(start, unit, 2 * SIZE))).toBeLessThan(
          3 * costOf(filled(start, unit, SIZE)) + 20,
        );
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  // Regression: 320 KB took a minute.
  it('30 MB are cut before they are looked at', () => {
    const started = performance.now();
    const out = redact('-eyJ'.repeat(8_000_000));
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(out.length).toBeLessThanOrEqual(4_000);
  });

  it('10,000 secrets, also such that begin alike, are looked for at once', () => {
    const secrets = Array.from(
      { length: 10_000 },
      (_, at) => 'a'.repeat(at % 60) + at.toString().padStart(5, 'b'),
    );
    const text = 'a'.repeat(8_000);
    const started = performance.now();
    const clean = redactor(secrets);
    for (let at = 0; at < 20; at++) clean(text);
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(clean(`x ${secrets[0]} y`)).toBe('x [redacted] y');
    expect(clean(`x ${secrets.at(-1)} y`)).toBe('x [redacted]');
  });
});

describe('F1.7 a long text', () => {
  it('is cut to 4,000 characters, and says so', () => {
    const out = redact('abc '.repeat(2_000));
    expect(out).toHaveLength(4_000);
    expect(out.endsWith('…')).toBe(true);
    expect(redact(out)).toBe(out);
    expect(redact('a'.repeat(4_000))).toBe('a'.repeat(4_000));
  });

  it('that grew by its masks is cut, too', () => {
    expect(redact('abcd '.repeat(700), ['abcd']).length).toBe(4_000);
  });

  it('keeps no half of a surrogate pair', () => {
    expect(redact('x'.repeat(3_998) + '😀'.repeat(9)).isWellFormed()).toBe(true);
  });

  it('shows no part of a credential that lies across the cut', () => {
    const credentials: [string, string][] = [
      ['Bearer ', 'k9'.repeat(700)],
      ['', JWT.replace('.', `${'x'.repeat(1_500)}.`)],
      ['-----BEGIN PRIVATE KEY-----\n', 'MIIEvQ'.repeat(600)],
      ['"password":"', 'Tr0ub4dor & 3 '.repeat(200)],
      [String.raw`\"password\":{\"value\":\"`, 'Tr0ub4dor & 3 '.repeat(200)],
      ['client_secret=', 's3cr3t'.repeat(300)],
      ['/welcome/', 'XE6wE17zmphl'.repeat(50)],
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...credentials),
        fc.integer({ min: 3_900, max: 4_010 }),
        ([before, secret], at) => {
          const out = redact(`${' '.repeat(at - before.length)}${before}${secret}" and more`);
          expect(out).not.toContain(secret.slice(0, 4));
        },
      ),
    );
  });

  it('shows no part of a known secret that lies across the cut, however long', () => {
    const secret = fc.string({
      unit: fc.constantFrom('p', 'q', '"', '\\', '%'),
      minLength: 4,
      maxLength: 6_000,
    });
    fc.assert(
      fc.property(secret, fc.integer({ min: 3_980, max: 4_000 }), (known, at) => {
        const out = redact(`${'.'.repeat(at)}${known} and more`, [known]);
        expect(out).not.toMatch(/[pq"%\\]/);
      }),
    );
  });
});

describe('F1.7 what is masked no less than before', () => {
  it.each([
    [
      'an escaped quote in a password inside quoted JSON',
      String.raw`"{\"password\":\"Tr0ub\\\"4dor\"}"`,
      '4dor',
    ],
    ['a password with an escaped line feed', '"password":"Tr0ub\\\n4dor"', '4dor'],
    ['a JWT that was cut off', 'assertion eyJhbGciOiJSUzI1NiJ9', 'hbGciOi'],
    ['a JWT after a hyphen', `x-${JWT}`, 'eyJhbGci'],
  ])('%s', (_, text, secret) => {
    expect(redact(text)).not.toContain(secret);
  });

  it('a credential that borders on a known secret', () => {
    expect(redact('s3cr3tBearer abcdefghijkl', ['s3cr3t'])).toBe('[redacted]Bearer [redacted]');
  });

  it('overlapping secrets, and a secret over itself', () => {
    expect(redact('abcdefgh', ['abcdef', 'defgh'])).toBe('[redacted]');
    expect(redact('aaaaaa', ['aaaa'])).toBe('[redacted]');
  });

  it('secrets of 50 KB that begin alike', () => {
    const [one, two] = [`${'k'.repeat(50_000)}1`, `${'k'.repeat(60_000)}2`];
    expect(redact(`${one} ${two}`, [one, two])).not.toContain('k');
  });
});

describe('secretsIn', () => {
  it('finds passwords, answers, hashes, secrets and hook keys wherever they stand', () => {
    const body = {
      profile: { login: 'ana@acme.test', secondEmail: null },
      credentials: {
        password: {
          value: 'Tr0ub4dor',
          hash: { algorithm: 'BCRYPT', workFactor: 10, salt: 'rwh3', value: 'hAsH' },
        },
        recovery_question: { question: 'Pet?', answer: 'Annie' },
      },
      items: [{ client_secret: 'c1' }, { clientSecret: 'c2' }, { token: 't1' }, { privateKey: { d: 'd1' } }],
      oldPassword: { value: 'old' },
      newPassword: 'new',
      channel: { config: { authScheme: { type: 'HEADER', key: 'X-Key', value: 'hook' } } },
    };
    const found = secretsIn(body);
    for (const secret of [
      'Tr0ub4dor',
      'rwh3',
      'hAsH',
      'Annie',
      'c1',
      'c2',
      't1',
      'd1',
      'old',
      'new',
      'hook',
    ]) {
      expect(found).toContain(secret);
    }
    expect(found).not.toContain('ana@acme.test');
    expect(found).not.toContain('Pet?');
  });

  it.each([undefined, null, 7, true, 'text', [], {}])('finds nothing in %j', (body) => {
    expect(secretsIn(body)).toEqual([]);
  });

  // call_api can send these: factor verification and enrolment, see Okta's User Factors API.
  it.each(['passCode', 'sharedSecret', 'activationToken', 'stateToken', 'secret'])('finds %s', (name) => {
    expect(secretsIn({ [name]: '123456' })).toEqual(['123456']);
  });
});
