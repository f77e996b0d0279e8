import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPath, PageLinks, paginate, parseLinks } from '../../src/http/paginate.ts';
import type { HttpResponse } from '../../src/http/types.ts';
import { answer, rejection, request, scripted } from '../support/server.ts';

const ORG = 'https://acme.okta.com';
const NEXT = '/api/v1/users?after=00u2&limit=2';
const linked = (link: string) => answer(200, { headers: { link }, body: [] });
const next = (uri: string) => linked(`<${uri}>; rel="next"`);
const nextOn = (uri: string, orgUrl = ORG) => nextPath(next(uri), orgUrl, request());

async function pagesOf(pages: AsyncGenerator<HttpResponse>): Promise<HttpResponse[]> {
  return Array.fromAsync(pages);
}

describe('the reader of Link headers', () => {
  it('never throws and always ends, whatever the header is', () => {
    const shards = fc.constantFrom(
      '<',
      '>',
      ';',
      ',',
      '"',
      '\\',
      '=',
      ' ',
      'rel',
      'next',
      'https://a.b/?x=1',
      '*',
      "'",
    );
    const header = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(shards, { maxLength: 30 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(header, (text) => {
        expect(Array.isArray(parseLinks(text))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds next among self and others, in any order and with commas inside the addresses', () => {
    const value = fc.string({ unit: fc.constantFrom('a', '1', ',', ';', '+', '%22', '=', '"', ' ', '(') });
    const others = fc.subarray(['self', 'prev', 'first', 'up']);
    fc.assert(
      fc.property(
        value,
        others,
        fc.nat(4),
        fc.constantFrom(', ', ',', ',   '),
        (search, rels, at, separator) => {
          const href = `${ORG}/api/v1/users?after=00u2&search=${search}`;
          const links = rels.map((rel) => `<${ORG}/api/v1/users?rel=${rel},x>; rel="${rel}"`);
          links.splice(at, 0, `<${href}>; rel="next"`);
          const expected = new URL(href);
          expect(nextPath(linked(links.join(separator)), ORG, request())).toBe(
            expected.pathname + expected.search,
          );
        },
      ),
    );
  });

  // Regression: each of these took seconds.
  it.each([
    ['opening brackets', '<'.repeat(60_000)],
    ['blanks', `<a>; rel="self"${' '.repeat(60_000)}; x=y`],
    ['blanks in a name', `<a>; b${' '.repeat(60_000)}c=d`],
    ['quotes that are escaped', `<a>; title="${'\\"'.repeat(30_000)}`],
    ['relations', `<a>; rel="${'a '.repeat(15_000)}"${';a=b'.repeat(7_500)}`],
    ['parameters', `<a>${Array.from({ length: 6_000 }, (_, at) => `;p${at}="q r"`).join('')}`],
  ])('F1.7 a header of 60 KB of %s is read at once', (_, header) => {
    const started = performance.now();
    nextPath(linked(header), ORG, request());
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('F1.7 a relation that is not read is an error where it names next', () => {
    for (const rel of [`"${'a '.repeat(60)}next"`, `${' '.repeat(200)}next`]) {
      expect(() => nextPath(linked(`<${ORG}${NEXT}>; rel=${rel}`), ORG, request())).toThrow(
        expect.objectContaining({ code: 'unexpected_response' }),
      );
    }
  });

  // RFC 9110 lets blanks stand before the comma of a list.
  it('finds next behind a comma with a blank before it', () => {
    const header = `<${ORG}/api/v1/users>; rel="self" , <${ORG}${NEXT}>; rel="next"`;
    expect(nextPath(linked(header), ORG, request())).toBe(NEXT);
  });

  it('reads rel without quotes and in capitals of the name', () => {
    expect(nextPath(linked(`<${ORG}${NEXT}>; rel=next`), ORG, request())).toBe(NEXT);
    expect(nextPath(linked(`<${ORG}${NEXT}>; REL="next"`), ORG, request())).toBe(NEXT);
    expect(nextPath(linked(`<${ORG}${NEXT}>; rel="Next"`), ORG, request())).toBe(NEXT);
  });

  it('sees the end of a list in a header that has self only, and in none', () => {
    expect(nextPath(linked(`<${ORG}/api/v1/users>; rel="self"`), ORG, request())).toBeUndefined();
    expect(nextPath(answer(200, { body: [] }), ORG, request())).toBeUndefined();
    expect(nextPath(answer(204), ORG, request())).toBeUndefined();
  });

  // A list that ended silently in the middle would be lost data: "no next link" and "an unreadable link" differ.
  it('refuses a header that names next but cannot be read, instead of ending the list quietly', () => {
    const broken = linked(`junk <${ORG}${NEXT}>; rel="next"`);
    expect(() => nextPath(broken, ORG, request())).toThrow(
      expect.objectContaining({ code: 'unexpected_response' }),
    );
  });
});

describe('the next link of wrapped lists', () => {
  const wrapped = (href: unknown) => answer(200, { body: { roles: [], _links: { next: { href } } } });

  it('is _links.next, re-based from the -admin host', () => {
    const href = 'https://acme-admin.okta.com/api/v1/iam/roles?after=cr0&limit=20';
    const roles = request({ path: '/api/v1/iam/roles', template: '/api/v1/iam/roles' });
    expect(nextPath(wrapped(href), ORG, roles)).toBe('/api/v1/iam/roles?after=cr0&limit=20');
  });

  it('is _links.next even where the header has self only', () => {
    const page = wrapped(`${ORG}${NEXT}`);
    const headers = { ...page.headers, link: `<${ORG}/api/v1/users>; rel="self"` };
    expect(nextPath({ ...page, headers }, ORG, request())).toBe(NEXT);
  });

  it.each([undefined, null, 7, {}])('is absent when href is %j', (href) => {
    expect(nextPath(wrapped(href), ORG, request())).toBeUndefined();
  });

  it('is refused on a foreign host like that of a header', () => {
    expect(() => nextPath(wrapped('https://evil.example/x'), ORG, request())).toThrow(/another host/);
  });
});

describe('where the next page may be', () => {
  it.each([
    ['the org itself', `${ORG}${NEXT}`, ORG],
    ['its Admin Console twin', `https://acme-admin.okta.com${NEXT}`, ORG],
    ['a preview twin', `https://acme-admin.oktapreview.com${NEXT}`, 'https://acme.oktapreview.com'],
    ['a relative address', NEXT, ORG],
    ['other capitals', `https://ACME.okta.com${NEXT}`, ORG],
    ['plain http of the same host', `http://acme.okta.com${NEXT}`, ORG],
    ["the custom domain's Okta name", `https://acme.okta.com${NEXT}`, 'https://login.acme.example'],
    ["the custom domain's Admin Console", `https://acme-admin.okta.mil${NEXT}`, 'https://login.acme.example'],
    ['a sandbox with a port', `http://127.0.0.1:4000${NEXT}`, 'http://127.0.0.1:4000'],
  ])('%s: only path and query are used', (_, uri, orgUrl) => {
    expect(nextOn(uri, orgUrl)).toBe(NEXT);
  });

  it.each([
    ['another host', 'https://evil.example/api/v1/users', ORG],
    ['another org of Okta', 'https://other.okta.com/api/v1/users', ORG],
    ['the name with a tail', 'https://acme.okta.com.evil.example/', ORG],
    ['the name as user name', 'https://acme.okta.com@evil.example/', ORG],
    ['another port', 'https://acme.okta.com:8443/', ORG],
    ['another scheme', 'javascript:alert(1)', ORG],
    ['a data address', 'data:text/plain,x', ORG],
    ['no scheme but a host', '//evil.example/x', ORG],
    ['a backslash instead of a slash', '\\\\evil.example/x', ORG],
    ['-admin in the middle', 'https://acme.x-admin.okta.com/', ORG],
    ['a foreign custom domain', 'https://login.other.example/', 'https://login.acme.example'],
    ['what is not an address', 'https://[', ORG],
  ])('%s is refused', (_, uri, orgUrl) => {
    expect(() => nextOn(uri, orgUrl)).toThrow(
      expect.objectContaining({ code: 'next_link_refused', actor: 'okta' }),
    );
  });

  it('no link can lead to another origin, whatever it says', () => {
    const host = fc.constantFrom('acme.okta.com', 'acme-admin.okta.com', 'evil.example', '', 'a@b', '[::1]');
    const uri = fc
      .tuple(
        fc.constantFrom('https:', 'http:', 'javascript:', ''),
        fc.constantFrom('//', '\\\\', '/', ''),
        host,
        fc.webPath(),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(uri, fc.string(), fc.webUrl()), (text) => {
        let path: string | undefined;
        try {
          path = nextOn(text);
        } catch (error) {
          expect(['next_link_refused', 'unexpected_response']).toContain((error as { code: string }).code);
          return;
        }
        if (path !== undefined) expect(new URL(ORG + path).origin).toBe(ORG);
      }),
    );
  });

  it('follows links of an org whose custom domain itself ends with -admin', () => {
    expect(nextOn(`https://okta-admin.acme.example${NEXT}`, 'https://okta-admin.acme.example')).toBe(NEXT);
  });
});

describe('F1.8 a next link stays in its list', () => {
  const nextFor = (uri: string, path: string, template = path) =>
    nextPath(next(uri), ORG, request({ path, template }));
  const ID = '00u1abcdefghijklmnop';
  const groupsOf = '/api/v1/users/{userId}/groups';

  it.each([
    ['/api/v1/apps?after=1', '/api/v1/users?limit=1'],
    ['/oauth2/v1/token', '/api/v1/users'],
    [`/api/v1/users/${ID}/lifecycle/deactivate`, '/api/v1/users'],
    [`/api/v1/users/${ID}`, '/api/v1/users'],
    ['/api/v1/users/../apps', '/api/v1/users'],
    ['/api/v1/users%2F..%2Fapps', '/api/v1/users'],
    ['/api/v1/users//', '/api/v1/users'],
    ['/api/v1', '/api/v1/users'],
    ['/', '/api/v1/users'],
  ])('%s is no page of %s', (uri, path) => {
    expect(() => nextFor(uri, path)).toThrow(expect.objectContaining({ code: 'next_link_refused' }));
  });

  it.each([
    [`/api/v1/users/00u2abcdefghijklmnop/groups`, `/api/v1/users/${ID}/groups`],
    ['/api/v1/users/bo@acme.test/groups', '/api/v1/users/ana%40acme.test/groups'],
    [`/api/v1/groups/${ID}/groups`, '/api/v1/users/me/groups'],
  ])('%s is of another object than %s', (uri, path) => {
    expect(() => nextFor(uri, path, groupsOf)).toThrow(
      expect.objectContaining({ code: 'next_link_refused' }),
    );
  });

  it.each([
    ['another encoding', '/api/v1/users/ana@acme.test/groups', '/api/v1/users/ana%40acme.test/groups'],
    ['the id behind a login', `/api/v1/users/${ID}/groups`, '/api/v1/users/ana%40acme.test/groups'],
    ['the id behind "me"', `/api/v1/users/${ID}/groups`, '/api/v1/users/me/groups'],
    ['a slash at the end', '/api/v1/users/me/groups/', '/api/v1/users/me/groups'],
    ['a percent sign that encodes nothing', '/api/v1/users/a%zz/groups', '/api/v1/users/a%zz/groups'],
  ])('%s is followed', (_, uri, path) => {
    expect(nextFor(`${uri}?after=1`, path, groupsOf)).toBe(`${uri}?after=1`);
  });
});

describe('a next link that lost expand', () => {
  const asked = request({ path: '/api/v1/users?expand=scope', template: '/api/v1/users' });
  it.each([
    ['gets it back', NEXT, `${NEXT}&expand=scope`],
    ['is otherwise left as it is', `${NEXT}&expand=user`, `${NEXT}&expand=user`],
  ])('%s', (_, link, followed) => expect(nextPath(next(ORG + link), ORG, asked)).toBe(followed));
});

describe('the links that a connection keeps', () => {
  const listed = (cursor: string, link = `<${ORG}/api/v1/users?limit=2>; rel="self"`) =>
    answer(200, {
      headers: { link },
      body: { users: [], _links: { next: { href: `${ORG}/api/v1/users?after=${cursor}` } } },
    });

  it('are those of the last answer only', () => {
    const links = new PageLinks(ORG);
    for (const path of [NEXT, NEXT, '/api/v1/users?after=00u3', NEXT])
      expect(links.next(next(path), request())).toBe(path);
    expect(links.next(linked(`<${ORG}${NEXT}>; rel="self"`), request())).toBeUndefined();
  });

  it('are not those of a body, which differ under the same header', () => {
    const links = new PageLinks(ORG);
    for (const cursor of ['00u2', '00u3', '00u2'])
      expect(links.next(listed(cursor), request())).toBe(`/api/v1/users?after=${cursor}`);
  });

  it('are not those of another list', () => {
    const links = new PageLinks(ORG);
    expect(links.next(next(NEXT), request())).toBe(NEXT);
    const groups = { ...request(), path: '/api/v1/groups', template: '/api/v1/groups' };
    expect(links.isPage(request(), NEXT)).toBe(true);
    expect(links.isPage(groups, NEXT)).toBe(false);
    expect(() => links.next(next(NEXT), groups)).toThrow('another path');
    expect(links.isPage(request(), NEXT)).toBe(true);
    expect(() => links.isPage(request(), '//evil.test/api/v1/users')).toThrow('does not stay within the org');
  });
});

describe('paginate', () => {
  it('yields every page, keeps the headers of the request and changes only its path', async () => {
    const { send, requests } = scripted(
      next(`${ORG}/api/v1/users?after=1`),
      next('/api/v1/users?after=2'),
      linked(''),
    );
    const first = request({ headers: { Accept: 'application/json' }, path: '/api/v1/users?limit=1' });
    expect(await pagesOf(paginate(send, ORG, first))).toHaveLength(3);
    expect(requests.map((one) => one.path)).toEqual([
      '/api/v1/users?limit=1',
      '/api/v1/users?after=1',
      '/api/v1/users?after=2',
    ]);
    expect(requests.every((one) => one.template === '/api/v1/users' && one.headers?.Accept)).toBe(true);
  });

  it('reads no page ahead of who consumes it', async () => {
    const { send, requests } = scripted(next('/api/v1/users?after=1'), linked(''));
    const pages = paginate(send, ORG, request());
    await pages.next();
    expect(requests).toHaveLength(1);
    await pages.return(undefined);
    expect(requests).toHaveLength(1);
  });

  it('hands out the page before a foreign link, then refuses the link without asking it', async () => {
    const { send, requests } = scripted(next('https://evil.example/api/v1/users?after=1'));
    const pages = paginate(send, ORG, request());
    expect((await pages.next()).done).toBe(false);
    expect(await rejection(pages.next())).toMatchObject({
      code: 'next_link_refused',
      message: expect.stringContaining('evil.example'),
      request: { method: 'GET', pathTemplate: '/api/v1/users' },
    });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['to itself', ['/api/v1/users?after=1', '/api/v1/users?after=1']],
    ['in a circle', ['/api/v1/users?after=1', '/api/v1/users?after=2', '/api/v1/users']],
  ])('refuses a link %s', async (_, links) => {
    const { send, requests } = scripted(...links.map(next));
    const error = await rejection(pagesOf(paginate(send, ORG, request())));
    expect(error).toMatchObject({
      code: 'next_link_refused',
      message: expect.stringContaining('already read'),
    });
    expect(requests).toHaveLength(links.length);
  });
});
