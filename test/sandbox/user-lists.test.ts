import { describe, expect, it } from 'vitest';
import { allPages, newProfile, query, useSandbox } from './support.ts';

const client = useSandbox();

const list = (parameters: Record<string, string>) => client.get(`/api/v1/users${query(parameters)}`);
// biome-ignore lint/suspicious/noExplicitAny: users of every shape
const ids = (users: any[]) => users.map((user) => user.id);
const add = (name: string, profile = {}) =>
  client.post('/api/v1/users?activate=false', { profile: { ...newProfile(name), ...profile } });

describe('paging', () => {
  it('gives every user once, in pages of the asked size', async () => {
    const whole = (await list({})).body;
    const pages = await allPages(client, '/api/v1/users?limit=7');
    expect(pages.slice(0, -1).every((page) => page.length === 7)).toBe(true);
    expect(pages.flat()).toEqual(whole);
  });

  it('goes on where it was although users come and go', async () => {
    const first = await list({ limit: '3' });
    await client.delete(`/api/v1/users/${first.body[2].id}`);
    await client.delete(`/api/v1/users/${first.body[2].id}`);
    await add('late');
    const rest = (await allPages(client, first.next as string)).flat();
    expect(ids(rest)).not.toContain(first.body[2].id);
    expect(rest.at(-1).profile.login).toBe('late@sandbox.example');
    expect(new Set([...ids(first.body), ...ids(rest)]).size).toBe(3 + rest.length);
  });

  it('F2.8 has no more items in a page than the setting allows, whatever is asked, and loses none', async () => {
    const whole = (await list({})).body;
    for (const maxPageSize of [-1, 1.5, '2'])
      expect((await client.control('PUT', '/settings', { maxPageSize })).status).toBe(400);
    const quick = (await list({ q: 'a', limit: '200' })).body;
    await client.control('PUT', '/settings', { maxPageSize: 4 });
    for (const path of ['/api/v1/users', '/api/v1/users?limit=200']) {
      const pages = await allPages(client, path);
      expect(pages.slice(0, -1).every((page) => page.length === 4)).toBe(true);
      expect(pages.flat()).toEqual(whole);
    }
    expect((await list({ limit: '3' })).body).toHaveLength(3);
    // q has no next page, so that what is cut off would be lost.
    expect(quick.length).toBeGreaterThan(4);
    expect((await list({ q: 'a', limit: '200' })).body).toEqual(quick);
  });

  it('lowers a limit that is too large, refuses one that is none, and a cursor it never gave', async () => {
    expect((await list({ limit: '5000' })).headers.get('link')).toContain('limit=200');
    for (const limit of ['0', '-1', 'many']) expect((await list({ limit })).body.errorCode).toBe('E0000001');
    expect((await list({ after: 'nonsense' })).body.errorCode).toBe('E0000029');
    const sorted = { search: 'status eq "ACTIVE"', sortBy: 'profile.lastName' };
    expect((await list({ ...sorted, after: 'nonsense' })).body.errorCode).toBe('E0000029');
  });
});

describe('the kinds of list', () => {
  it('differ in what they think of deactivated users', async () => {
    const gone = (await list({ filter: 'status eq "DEPROVISIONED"' })).body;
    expect(gone).toHaveLength(2);
    expect(ids((await list({ search: 'status eq "DEPROVISIONED"' })).body)).toEqual(ids(gone));
    expect(ids((await list({})).body)).not.toContain(gone[0].id);
    expect(ids((await list({ q: gone[0].profile.email })).body)).toEqual([]);
  });

  it('q finds the starts of names, ten of them, without a next page', async () => {
    for (let i = 0; i < 12; i++) await add(`pick${i}`, { firstName: 'Zebediah' });
    const found = await list({ q: 'zebe' });
    expect(found.body).toHaveLength(10);
    expect(found.headers.get('link')).toBeNull();
    expect((await list({ q: 'pick11@' })).body).toHaveLength(1);
  });

  it('filter is case-sensitive, search is not', async () => {
    await add('case', { firstName: 'Wilma' });
    expect((await list({ filter: 'profile.firstName eq "wilma"' })).body).toEqual([]);
    expect((await list({ filter: 'profile.firstName EQ "Wilma"' })).body).toHaveLength(1);
    expect((await list({ search: 'profile.firstName eq "WILMA"' })).body).toHaveLength(1);
  });

  it('search and filter exclude each other', async () => {
    const both = await list({ search: 'status eq "ACTIVE"', filter: 'status eq "ACTIVE"' });
    expect(both).toMatchObject({ status: 400, body: { errorCode: 'E0000033' } });
  });
});

describe('search', () => {
  it.each([
    ['profile.skills eq "welding"', ['search']],
    ['profile.deskNumber gt 40 and profile.deskNumber lt 43', ['search']],
    ['profile.contractor eq true', ['search']],
    ['profile.nickName sw "sear"', ['search']],
    ['profile.email co "arch@"', ['search']],
    ['profile.nickName pr and not-an-operator', undefined],
    ['profile.lastName eq "se\\"arch"', ['quote']],
    ['(profile.nickName lt "search" or profile.nickName gt "search")', []],
    ['profile.title co "x"', undefined],
    ['status ne "ACTIVE"', undefined],
    ['not (status eq "ACTIVE")', undefined],
    ['profile.unheard eq "x"', undefined],
    ['created gt "someday"', undefined],
    ['status eq ACTIVE', undefined],
  ])('%s', async (search, logins) => {
    await add('search', {
      skills: ['welding', 'chess'],
      deskNumber: 42,
      contractor: true,
      nickName: 'Search',
    });
    await add('quote', { lastName: 'se"arch' });
    const found = await list({ search });
    if (logins === undefined) expect(found).toMatchObject({ status: 400, body: { errorCode: 'E0000031' } });
    else {
      // biome-ignore lint/suspicious/noExplicitAny: users of every shape
      const names = found.body.map((user: any) => user.profile.login.split('@')[0]);
      expect(names).toEqual(logins);
    }
  });

  it('finds what changed since a moment', async () => {
    await client.control('POST', '/clock', { advanceMs: 10_000 });
    const before = (await add('changed')).body;
    const since = new Date(Date.parse(before.lastUpdated) - 1).toISOString();
    const found = await list({ search: `lastUpdated gt "${since}"` });
    expect(ids(found.body)).toEqual([before.id]);
  });

  it.each(['asc', 'desc'])('sorts (%s) and pages through the sorted whole', async (sortOrder) => {
    const search = 'status eq "ACTIVE" or status eq "STAGED"';
    const path = `/api/v1/users${query({ search, sortBy: 'profile.lastName', sortOrder, limit: '4' })}`;
    const pages = await allPages(client, path);
    const names = pages.flat().map((user) => user.profile.lastName.toLowerCase());
    const expected = [...names].sort();
    expect(names).toEqual(sortOrder === 'asc' ? expected : expected.reverse());
    expect(pages.length).toBeGreaterThan(2);
  });

  it('ignores an unknown sort order', async () => {
    expect(
      (await list({ search: 'status eq "ACTIVE"', sortBy: 'profile.lastName', sortOrder: '0' })).status,
    ).toBe(200);
  });

  it('lags behind by as much as one asks for', async () => {
    await client.control('PUT', '/settings', { searchLagMs: 2000 });
    const search = { search: 'profile.lastName eq "lagging"' };
    const { body } = await add('lagging');
    expect((await client.get(`/api/v1/users/${body.id}`)).status).toBe(200);
    expect((await list({ filter: 'profile.lastName eq "lagging"' })).body).toHaveLength(1);
    expect((await list(search)).body).toEqual([]);
    await client.control('POST', '/clock', { advanceMs: 2000 });
    expect((await list(search)).body).toHaveLength(1);
    await client.post(`/api/v1/users/${body.id}`, { profile: { nickName: 'new' } });
    expect((await list(search)).body[0].profile).not.toHaveProperty('nickName');
    await client.control('POST', '/clock', { advanceMs: 2000 });
    expect((await list({ ...search, sortBy: 'created' })).body[0].profile.nickName).toBe('new');
  });
});
