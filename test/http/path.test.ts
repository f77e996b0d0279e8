import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors/errors.ts';
import { fillPath, isPathSafe, pathToSend, queryString, urlOf } from '../../src/http/path.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('.', '/', '\\', '%', '2', 'e', 'f', '?', '#', ';', '@', ':', '\ud800', 'a'),
  }),
);

describe('pathToSend', () => {
  const org = 'https://acme.okta.com';
  const outcome = (of: () => string): string => {
    try {
      return of();
    } catch (error) {
      return (error as InputError).message;
    }
  };

  it('is what the URL parser makes of a path, whatever it is', () => {
    const segment = fc.oneof(
      fc.string(),
      fc.constantFrom('.', '..', '%2e', '%2E.', '', 'api', '@b', '\n', 'é'),
    );
    const path = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
    const query = fc.oneof(fc.constantFrom('', '?', '#', '?a=..&b=/./', "?a='"), anyText);
    fc.assert(
      fc.property(fc.oneof(path, anyText), query, (route, rest) => {
        const parsed = outcome(() => {
          const { pathname, search } = urlOf(org, route + rest);
          return pathname + search;
        });
        expect(outcome(() => pathToSend(org, route + rest))).toBe(parsed);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each(['/api/v1/users/00u1abcdefghijklmnop', '/api/v1/users?search=a%20eq%20%22b%22&limit=200&after=x'])(
    'leaves %s as it is',
    (one) => expect(pathToSend(org, one)).toBe(one),
  );
});

describe('fillPath', () => {
  it('lets no value change the route, whatever it is', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        let path: string;
        try {
          path = fillPath('/api/v1/users/{userId}/lifecycle/{verb}', { userId: value, verb: 'suspend' });
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          return;
        }
        const url = new URL(`https://acme.okta.com${path}`);
        expect(url.host).toBe('acme.okta.com');
        expect(url.search + url.hash).toBe('');
        const segments = url.pathname.split('/');
        expect(segments).toHaveLength(7);
        expect(decodeURIComponent(segments[4] as string)).toBe(value);
        expect(segments.toSpliced(4, 1)).toEqual(['', 'api', 'v1', 'users', 'lifecycle', 'suspend']);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['empty', ''],
    ['dot', '.'],
    ['two dots', '..'],
    ['slash', 'a/b'],
    ['backslash', 'a\\b'],
    ['query', 'a?activate=true'],
    ['fragment', 'a#b'],
    ['path parameter', 'a;b=c'],
    ['line break', 'a\r\nHost: evil'],
    ['NUL', 'a\u0000'],
    ['DEL', 'a\u007f'],
    ['half a surrogate pair', 'a\ud800'],
    ['number', 7],
    ['missing', undefined],
    ['null', null],
    ['object', { toString: () => 'a' }],
  ])('refuses a value that is %s, naming the placeholder but not the value', (_, userId) => {
    expect(() => fillPath('/api/v1/users/{userId}', { userId })).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringContaining('userId cannot be used in the path /api/v1/users/{userId}'),
      }),
    );
  });

  it.each([
    ['ana@acme.test', 'ana%40acme.test'],
    ['a%2Fb', 'a%252Fb'],
    ['...', '...'],
    ['Zoë +1', 'Zo%C3%AB%20%2B1'],
  ])('encodes %s once', (value, encoded) => {
    expect(fillPath('/x/{v}', { v: value })).toBe(`/x/${encoded}`);
  });

  it('leaves a template without placeholders alone', () => {
    expect(fillPath('/api/v1/logs', {})).toBe('/api/v1/logs');
  });

  it('agrees with isPathSafe', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        let filled = true;
        try {
          fillPath('/{v}', { v: value });
        } catch {
          filled = false;
        }
        expect(isPathSafe(value)).toBe(filled);
      }),
    );
  });
});

describe('queryString', () => {
  it('reads back as the same names and values, whatever they are', () => {
    const wellFormed = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(fc.array(fc.tuple(wellFormed, wellFormed)), (pairs) => {
        const query = Object.fromEntries(pairs);
        const url = new URL(`https://acme.okta.com/x${queryString(query)}`);
        expect(url.hash).toBe('');
        expect([...url.searchParams].sort()).toEqual(Object.entries(query).sort());
      }),
    );
  });

  it('leaves out undefined and null, keeps false, 0 and empty text, repeats the name for a list', () => {
    expect(queryString({ a: undefined, b: null, c: false, d: 0, e: '', f: ['x', null, 'y z'] })).toBe(
      '?c=false&d=0&e=&f=x&f=y%20z',
    );
  });

  it('is empty when nothing is left', () => {
    expect(queryString({})).toBe('');
    expect(queryString({ a: undefined, b: [] })).toBe('');
  });

  it('refuses half a surrogate pair, naming the parameter', () => {
    expect(() => queryString({ search: 'a\udc00' })).toThrow(InputError);
    expect(() => queryString({ search: 'a\udc00' })).toThrow(/^search /);
  });
});
