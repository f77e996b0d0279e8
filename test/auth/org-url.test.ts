import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoopback, normalizeOrgUrl } from '../../src/auth/org-url.ts';
import { InputError } from '../../src/errors/errors.ts';

const refusal = (input: string) => {
  try {
    normalizeOrgUrl(input);
  } catch (error) {
    return error as InputError;
  }
  throw new Error(`${input} was taken`);
};

describe('taken as they are', () => {
  it.each([
    'https://acme.okta.com',
    'https://acme.oktapreview.com',
    'https://acme.okta-emea.com',
    'https://acme.okta-gov.com',
    'https://acme.okta.mil',
    'https://integrator-1234567.okta.com',
    'https://dev-123456.okta.com',
    'https://login.acme.example',
    'https://sso.eu.acme-group.co.uk',
    'https://acme.okta.com:8443',
    'http://127.0.0.1:4000',
    'http://localhost:4000',
    'http://[::1]:4000',
    'https://localhost',
  ])('%s', (input) => {
    expect(normalizeOrgUrl(input)).toEqual({ orgUrl: input, corrections: [] });
  });
});

describe('corrected, with a word about it', () => {
  it.each([
    ['https://acme.okta.com/', 'https://acme.okta.com', null],
    ['  https://acme.okta.com\n', 'https://acme.okta.com', null],
    ['HTTPS://ACME.Okta.Com', 'https://acme.okta.com', null],
    ['https://acme.okta.com:443', 'https://acme.okta.com', null],
    ['acme.okta.com', 'https://acme.okta.com', 'added https://'],
    ['//acme.okta.com', 'https://acme.okta.com', 'added https://'],
    ['localhost:4000', 'http://localhost:4000', 'added http://'],
    ['127.0.0.1:4000/', 'http://127.0.0.1:4000', 'added http://'],
    ['[::1]:4000', 'http://[::1]:4000', 'added http://'],
    ['https://acme-admin.okta.com', 'https://acme.okta.com', 'dropped -admin'],
    ['https://acme-admin.okta.com/admin/dashboard', 'https://acme.okta.com', 'dropped /admin/dashboard'],
    ['https://acme-admin.oktapreview.com', 'https://acme.oktapreview.com', 'dropped -admin'],
    ['https://acme.okta.com/oauth2/default', 'https://acme.okta.com', 'dropped /oauth2/default'],
    ['https://acme.okta.com/?fromURI=x', 'https://acme.okta.com', 'dropped ?…'],
    ['https://acme.okta.com/app#tab', 'https://acme.okta.com', 'dropped /app#…'],
  ])('%s', (input, orgUrl, correction) => {
    const result = normalizeOrgUrl(input);
    expect(result.orgUrl).toBe(orgUrl);
    if (correction === null) expect(result.corrections).toEqual([]);
    else expect(result.corrections.join('; ')).toContain(correction);
  });

  it('leaves -admin of a custom domain alone', () => {
    expect(normalizeOrgUrl('https://okta-admin.acme.example').orgUrl).toBe('https://okta-admin.acme.example');
  });

  it('repeats no query in the corrections: it may hold a token', () => {
    const { corrections } = normalizeOrgUrl('https://acme.okta.com/x?token=s3cr3t#s3cr3t');
    expect(corrections.join()).not.toContain('s3cr3t');
  });
});

describe('refused, with the likely fix', () => {
  it.each([
    ['', /empty/],
    ['   ', /empty/],
    ['https://', /not a valid URL/],
    ['https://acme okta.com', /not a valid URL/],
    ['https://acme.okta.com:99999', /not a valid URL/],
    ['http://acme.okta.com', /unprotected/],
    ['http://localhost.evil.example', /unprotected/],
    ['ftp://acme.okta.com', /unprotected/],
    ['javascript://acme.okta.com', /unprotected/],
    ['https://{yourOktaDomain}', /placeholder/],
    ['https://<acme>.okta.com', /placeholder/],
    ['https://your-okta-domain.okta.com', /placeholder/],
    ['https://yourOktaDomain/oauth2', /placeholder/],
    ['acme', /full host name/],
    ['https://acme', /full host name/],
    ['https:/acme.okta.com', /full host name/],
    ['https://acme.okta.com.com', /typo/],
    ['https://acme.okta.co', /typo/],
    ['https://acme.okta.con', /typo/],
    ['https://acme.otka.com', /typo/],
    ['https://acme.okat.com', /typo/],
    ['https://acme.oktapreview.co', /typo/],
    ['https://acme..okta.com', /not a valid host name/],
    ['https://.okta.com', /not a valid host name/],
    ['https://-admin.okta.com', /not a valid host name/],
    ['https://acme.okta.com.', /not a valid host name/],
    ['https://acme_corp.okta.com', /not a valid host name/],
    ['https://-acme.okta.com', /not a valid host name/],
    [`https://${'a'.repeat(64)}.okta.com`, /not a valid host name/],
    ['https://okta.com', /own site/],
    ['https://www.okta.com', /own site/],
    ['https://developer.okta.com/docs', /own site/],
    ['https://login.okta.com', /own site/],
    ['https://oktapreview.com', /own site/],
    ['https://203.0.113.9', /IP address/],
    ['https://10.0.0.1', /IP address/],
    ['https://169.254.169.254', /IP address/],
    ['https://0.0.0.0', /IP address/],
    ['https://[2001:db8::1]', /IP address/],
    ['https://[::ffff:127.0.0.1]', /IP address/],
    ['https://3405803785', /IP address/],
    ['https://user:pass@acme.okta.com', /user name or password/],
    ['https://acme.okta.com@evil.example', /user name or password/],
    ['https://acme.okta.com:x@evil.example', /user name or password/],
  ])('%s', (input, message) => {
    const error = refusal(input);
    expect(error).toBeInstanceOf(InputError);
    expect(error.code).toBe('invalid_connection');
    expect(error.message).toMatch(message);
    expect(error.hint).toBeTruthy();
  });

  it('says nothing of the password in a URL', () => {
    expect(JSON.stringify(refusal('https://ana:s3cr3t@acme.okta.com'))).not.toContain('s3cr3t');
  });

  it.each(['https://ana:s3cr3t@{acme}.okta.com', 'https://ana:s3cr3t@acme.okta.com:99999'])(
    'says nothing of the password in a URL that is wrong in another way too: %s',
    (input) => {
      expect(JSON.stringify(refusal(input))).not.toContain('s3cr3t');
    },
  );

  // No custom domain has Okta's domain inside.
  it.each(['https://acme.okta.com.evil.example', 'https://acme-admin.okta.com.evil.example'])(
    "a host that only begins like one of Okta's: %s",
    (input) => {
      expect(refusal(input)).toBeInstanceOf(InputError);
    },
  );
});

it('whatever is typed: a bare origin over https (or loopback), or an InputError', () => {
  const part = fc.constantFrom(
    'https://',
    'http://',
    'acme',
    '.okta.com',
    '-admin',
    '@',
    ':',
    '/',
    '\\',
    '?',
    '#',
    '%',
    '[',
    ']',
    '127.0.0.1',
    ' ',
    '\t',
    'é',
    '..',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webUrl(),
        fc.array(part, { maxLength: 8 }).map((all) => all.join('')),
      ),
      (input) => {
        let orgUrl: string;
        try {
          ({ orgUrl } = normalizeOrgUrl(input));
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          return;
        }
        const url = new URL(orgUrl);
        expect(url.origin).toBe(orgUrl);
        expect(url.protocol === 'https:' || isLoopback(orgUrl)).toBe(true);
        expect(normalizeOrgUrl(orgUrl)).toEqual({ orgUrl, corrections: [] });
      },
    ),
    { numRuns: 2_000 },
  );
});

it.each([
  ['http://localhost', true],
  ['http://127.8.9.1:1', true],
  ['http://[::1]', true],
  ['https://localhost.example', false],
  ['https://acme.okta.com', false],
])('isLoopback(%s) is %s', (url, expected) => {
  expect(isLoopback(url)).toBe(expected);
});
