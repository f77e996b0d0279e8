import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { sqliteScimStore } from '../../src/scim/store/sqlite.ts';
import { ENTERPRISE, encoded, type Json, opened, type Tested } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-scim-filter-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const people = [
  {
    ...{ userName: 'Ana@acme.test', externalId: 'X1', title: 'Engineer', active: true },
    emails: [
      { value: 'ana@acme.test', type: 'work', primary: true },
      { value: 'zoe@home.test', type: 'home' },
    ],
    [ENTERPRISE]: { department: 'Sales' },
  },
  { userName: 'ben\\quiz', externalId: 'x1', title: 'engineering "lead"', active: false, nickName: '' },
  {
    userName: 'eva',
    emails: [{ value: 'eva@home.test', type: 'work' }],
    [ENTERPRISE]: { department: 'Support' },
  },
];

async function filled(): Promise<Tested> {
  const server = opened();
  for (const { userName, ...rest } of people) await server.user(userName, rest);
  return server;
}

const namesOf = async (server: Tested, filter: string) => {
  const { status, body } = await server.get(`/Users?filter=${encoded(filter)}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.Resources.map(({ userName }: Json) => userName[0].toLowerCase()).join('');
};

describe('filters', () => {
  it.each([
    ['userName eq "ANA@ACME.TEST"', 'a'],
    ['USERNAME EQ "eva"', 'e'],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "eva"', 'e'],
    // An id of Okta is exact.
    ['externalId eq "x1"', 'b'],
    ['externalId eq "X1" or userName eq "eva"', 'ae'],
    ['userName eq "eva" or title co "ENGINEER"', 'abe'],
    ['title sw "engineer" and active eq true', 'a'],
    ['title eq "engineering \\"lead\\""', 'b'],
    ['userName eq "ben\\\\quiz"', 'b'],
    ['userName eq "ben\\quiz"', 'b'],
    ['not (active eq true)', 'b'],
    ['active ne true', 'b'],
    ['active eq "False"', 'b'],
    ['title pr', 'ab'],
    ['nickName pr', ''],
    ['title eq null', 'e'],
    ['title ne null', 'ab'],
    ['title ne "engineer"', 'be'],
    ['emails pr', 'ae'],
    ['emails co "home.test"', 'ae'],
    ['emails.type eq "work" and emails.value ew "home.test"', 'ae'],
    ['emails[type eq "work" and value ew "home.test"]', 'e'],
    ['emails[type eq "work"] and not (emails[primary eq true])', 'e'],
    [`${ENTERPRISE}:department eq "sales"`, 'a'],
    [`${ENTERPRISE}:department gt "sales"`, 'e'],
    ['userName gt "b" and userName lt "c"', 'b'],
    ['userName ge "eva" or userName le "ana@acme.test"', 'ae'],
    ['meta.lastModified gt "2001-01-01T00:00:00Z" and meta.created lt "2999-01-01T00:00:00+02:00"', 'abe'],
    ['meta.resourceType eq "User"', 'abe'],
    [`schemas eq "${ENTERPRISE}"`, 'ae'],
    ['(userName eq "eva") and (title pr or (active eq true))', 'e'],
    ['id eq "none"', ''],
    ['groups pr', ''],
  ])('%s', async (filter, names) => {
    expect(await namesOf(await filled(), filter)).toBe(names);
  });

  it.each([
    'userName',
    'userName eq',
    'userName eq "a" and',
    'userName is "a"',
    '(userName eq "a"',
    'userName eq "a")',
    'userName eq "a',
    'userName eq a',
    'userName eq {"a":1}',
    'unknown eq "a"',
    'name.unknown eq "a"',
    'unknown[type eq "a"]',
    'emails[unknown eq "a"]',
    'active gt true',
    'active eq "perhaps"',
    'title gt null',
    'name eq "a"',
    'meta.created gt "soon"',
    'password eq "x"',
    `${'('.repeat(100)}userName pr${')'.repeat(100)}`,
    `${'not '.repeat(100)}(userName pr)`,
    `${'emails['.repeat(100)}value pr${']'.repeat(100)}`,
    `userName eq "${'x'.repeat(9_000)}"`,
    `userName eq ${'"\\'.repeat(3_000)}`,
    '"'.repeat(5_001),
  ])('is refused: %.40s', async (filter) => {
    const server = opened();
    const started = performance.now();
    expect(await server.get(`/Users?filter=${encoded(filter)}`)).toMatchObject({
      ...{ status: 400, body: { scimType: 'invalidFilter', detail: expect.stringMatching(/.{10}/) } },
    });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('asks both types at the root, each for what it has', async () => {
    const server = await filled();
    await server.group('Eva');
    const ask = async (filter: string) => {
      const { body } = await server.call('POST', '/.search', {
        filter,
        attributes: ['userName', 'displayName'],
      });
      return body.Resources?.map((one: Json) => one.userName ?? one.displayName);
    };
    expect(await ask('userName eq "eva" or displayName eq "eva"')).toEqual(['eva']);
    expect(await ask('displayName eq "eva"')).toEqual(['Eva']);
    expect(await ask('meta.created pr')).toEqual(['Ana@acme.test', 'ben\\quiz', 'eva', 'Eva']);
    expect(await ask('unknown pr')).toBeUndefined();
    const byName = (await server.get('/?sortBy=displayName')).body.Resources;
    expect(byName.map((one: Json) => one.displayName ?? one.userName)).toEqual([
      'Eva',
      'Ana@acme.test',
      'ben\\quiz',
      'eva',
    ]);
    for (const path of ['none', 'name', 'members.none']) {
      expect((await server.get(`/?sortBy=${path}`)).body.scimType, path).toBe('invalidPath');
    }
    expect((await server.get('/?startIndex=3&count=5')).body).toMatchObject({
      totalResults: 4,
      itemsPerPage: 2,
    });
  });
});

describe('sorted lists', () => {
  it.each([
    ['userName', 'ascending', 'abe'],
    ['userName', 'descending', 'eba'],
    ['title', 'ascending', 'abe'],
    ['title', 'descending', 'eba'],
    // The primary address counts, or the first.
    ['emails', 'ascending', 'aeb'],
    ['emails.value', 'descending', 'bea'],
    ['meta.created', 'ascending', 'abe'],
    [`${ENTERPRISE}:department`, 'ascending', 'aeb'],
  ])('by %s, %s', async (sortBy, sortOrder, names) => {
    const server = await filled();
    const query = `sortBy=${encoded(sortBy)}&sortOrder=${sortOrder}`;
    const { body } = await server.get(`/Users?${query}`);
    expect(body.Resources.map(({ userName }: Json) => userName[0].toLowerCase()).join('')).toBe(names);
    const second = await server.get(`/Users?${query}&startIndex=2&count=1`);
    expect(second.body).toMatchObject({ totalResults: 3, Resources: [body.Resources[1]] });
  });
});

const ATTRIBUTES = ['userName', 'title', 'nickName', 'externalId'] as const;
type Person = { [Name in (typeof ATTRIBUTES)[number]]?: string } & { active: boolean };

const letter = fc.constantFrom('a', 'b', 'A', 'B');
const person: fc.Arbitrary<Person> = fc.record(
  { title: letter, nickName: letter, active: fc.boolean() },
  { requiredKeys: ['active'] },
);

interface Naive {
  text: string;
  test(person: Person): boolean;
}

const COMPARE: Record<string, (value: string, wanted: string) => boolean> = {
  eq: (value, wanted) => value === wanted,
  co: (value, wanted) => value.includes(wanted),
  sw: (value, wanted) => value.startsWith(wanted),
  gt: (value, wanted) => value > wanted,
  le: (value, wanted) => value <= wanted,
};

const comparison: fc.Arbitrary<Naive> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...ATTRIBUTES), fc.constantFrom(...Object.keys(COMPARE)), letter)
    .map(([name, op, wanted]) => ({
      text: `${name} ${op} "${wanted}"`,
      test(one: Person) {
        const value = one[name];
        const fold = (text: string) => (name === 'externalId' ? text : text.toLowerCase());
        return value !== undefined && (COMPARE[op] as (typeof COMPARE)['eq'])(fold(value), fold(wanted));
      },
    })),
  fc
    .constantFrom(...ATTRIBUTES)
    .map((name) => ({ text: `${name} pr`, test: (one: Person) => one[name] !== undefined })),
  fc
    .boolean()
    .map((wanted) => ({ text: `active eq ${wanted}`, test: (one: Person) => one.active === wanted })),
);

const filter = fc.letrec<{ any: Naive }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    comparison,
    fc.tuple(tie('any'), fc.constantFrom('and', 'or'), tie('any')).map(([one, op, other]) => ({
      text: `(${one.text}) ${op} (${other.text})`,
      test: (it: Person) => (op === 'and' ? one.test(it) && other.test(it) : one.test(it) || other.test(it)),
    })),
    tie('any').map((one) => ({ text: `not (${one.text})`, test: (it: Person) => !one.test(it) })),
  ),
})).any;

it('filters answer what a naive evaluation does, and SQLite what the memory does', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(person, { minLength: 1, maxLength: 6 }),
      fc.array(filter, { minLength: 1, maxLength: 8 }),
      async (some, filters) => {
        const path = join(folder, `${Math.random()}.db`);
        const servers = [opened(), opened({ store: await sqliteScimStore(path) })];
        const all = some.map((one, i) => ({
          ...{
            ...one,
            userName: `${'abAB'[i % 4]}${i}`,
            ...(i % 2 ? { externalId: `${'aA'[(i >> 1) % 2]}${i}` } : {}),
          },
        }));
        for (const server of servers)
          for (const { userName, ...rest } of all) await server.user(userName, rest);
        for (const { text, test } of filters) {
          const expected = all.filter(test).map(({ userName }) => userName);
          for (const server of servers) {
            const { body } = await server.get(`/Users?filter=${encoded(text)}`);
            expect(
              body.Resources?.map(({ userName }: Json) => userName),
              text,
            ).toEqual(expected);
            expect(body.totalResults).toBe(expected.length);
          }
        }
        await servers[1]?.close();
      },
    ),
    { numRuns: 30 },
  );
});

it('questions that name somebody are answered without reading everybody', async () => {
  const server = await filled();
  const page = vi.spyOn(server.store, 'page').mockRejectedValue(new Error('everybody was read'));
  for (const [filter, names] of [
    ['userName eq "ANA@acme.test"', ['Ana@acme.test']],
    ['externalId eq "X1" and active eq true', ['Ana@acme.test']],
    ['emails.value eq "ZOE@home.test"', ['Ana@acme.test']],
    ['emails eq "zoe@home.test"', ['Ana@acme.test']],
    ['emails[type eq "work" and value eq "eva@home.test"]', ['eva']],
    ['emails[type eq "home" and value eq "eva@home.test"]', []],
    ['emails.value eq "eva@home.test" or userName eq "ben\\\\quiz"', ['ben\\quiz', 'eva']],
  ] as const) {
    const { body } = await server.get(`/Users?filter=${encoded(filter)}`);
    expect(
      body.Resources?.map(({ userName }: Json) => userName),
      filter,
    ).toEqual(names);
  }
  page.mockRestore();
});
