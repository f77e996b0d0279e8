import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readInputs, readPairs } from '../../src/cli/pairs.ts';
import { readTime } from '../../src/cli/times.ts';
import type { Client } from '../../src/client.ts';
import { actionOf, triggerOf } from '../../src/connector.ts';

const attributes = [
  { name: 'login', type: 'string' },
  { name: 'badgeId', type: 'integer' },
  { name: 'contractor', type: 'boolean' },
  { name: 'skills', type: 'array', itemType: 'string' },
];
const open = async () => ({ fields: async () => attributes }) as unknown as Client;
const never = async () => Promise.reject(new Error('no connection is needed'));
const inputs = (key: string, pairs: string[], input = '{}') => readInputs(actionOf(key), input, pairs, open);

describe('G.9 key=value', () => {
  it('is an input, typed by the schema', async () => {
    expect(await readInputs(actionOf('get_user'), '{}', ['userId=ana@acme.test'], never)).toEqual({
      userId: 'ana@acme.test',
    });
    expect(await inputs('search_users', ['limit=5', 'search=status eq "ACTIVE"'])).toEqual({
      limit: 5,
      search: 'status eq "ACTIVE"',
    });
    expect(await inputs('create_user', ['activate=false', 'groupIds=Sales', 'groupIds=Support'])).toEqual({
      activate: false,
      groupIds: ['Sales', 'Support'],
    });
    expect(
      await inputs('create_user', ['groupIds=["Sales"]', 'credentials={"provider":{"type":"OKTA"}}']),
    ).toEqual({
      groupIds: ['Sales'],
      credentials: { provider: { type: 'OKTA' } },
    });
    expect(await inputs('call_api', ['method=POST', 'path=/api/v1/users?a=b', 'body={"a":1}'])).toEqual({
      method: 'POST',
      path: '/api/v1/users?a=b',
      body: { a: 1 },
    });
  });

  it('reaches into a profile, typed by the attributes of the org', async () => {
    const given = ['userId=a', 'profile.department=Sales', 'profile.badgeId=7', 'profile.contractor=true'];
    expect(await inputs('update_user', [...given, 'profile.skills=go', 'profile.skills=a;b'])).toEqual({
      userId: 'a',
      profile: { department: 'Sales', badgeId: 7, contractor: true, skills: ['go', 'a;b'] },
    });
  });

  it('reads a list of objects from a CSV or NDJSON file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rows-file-'));
    const [csv, ndjson, wrong] = ['people.csv', 'people.ndjson', 'wrong.csv'].map((name) =>
      join(folder, name),
    );
    await writeFile(
      `${csv}`,
      'externalId,profile.userName,profile.floor\nE-1,ana@acme.test,03\nE-2,bo@acme.test,\n',
    );
    await writeFile(`${ndjson}`, '{"externalId":"E-1","profile":{"floor":3}}\n');
    await writeFile(`${wrong}`, 'externalId\nE-1\nE-2,more\n');
    expect(await inputs('run_identity_import', [`profiles=@${csv}`])).toEqual({
      profiles: [
        { externalId: 'E-1', profile: { userName: 'ana@acme.test', floor: '03' } },
        { externalId: 'E-2', profile: { userName: 'bo@acme.test' } },
      ],
    });
    expect(await inputs('run_identity_import', [`profiles=@${ndjson}`])).toEqual({
      profiles: [{ externalId: 'E-1', profile: { floor: 3 } }],
    });
    await expect(inputs('run_identity_import', [`profiles=@${wrong}`])).rejects.toThrow('profiles: row 2 of');
    await expect(inputs('run_identity_import', ['profiles=@none.csv'])).rejects.toThrow('(ENOENT)');
    await rm(folder, { recursive: true });
  });

  it('stands beside --input', async () => {
    expect(
      await inputs('update_user', ['profile.city=Bonn', 'userId=a'], '{"profile":{"title":"Head"}}'),
    ).toEqual({ userId: 'a', profile: { title: 'Head', city: 'Bonn' } });
    expect(await inputs('update_user', ['profile.city=Bonn', 'profile={"title":"x"}'])).toEqual({
      profile: { title: 'x', city: 'Bonn' },
    });
  });

  it.each<[string, string[], string, string]>([
    ['get_user', ['userId=a'], '{"userId":"b"}', 'userId is given twice: in --input and as userId=…'],
    ['update_user', ['profile.city=a'], '{"profile":{"city":null}}', 'profile.city is given twice'],
    ['update_user', ['profile={}'], '{"profile":{}}', 'profile is given twice'],
    ['update_user', ['profile.city=a'], '{"profile":"x"}', 'profile is not an object'],
    ['get_user', ['userId=a'], '[]', '--input must be a JSON object'],
    ['get_user', ['userId=a', 'userId=b'], '{}', 'userId is given twice, but takes one value'],
    ['get_user', ['userID=a'], '{}', 'userID is not an input of get_user; did you mean userId?'],
    ['get_user', ['__proto__.a=b'], '{}', 'is not an input'],
    ['get_user', ['ana@acme.test'], '{}', 'is not key=value'],
    ['get_user', ['=a'], '{}', 'is not key=value'],
    ['search_users', ['limit=many'], '{}', 'limit must be a whole number'],
    ['create_user', ['activate=yes'], '{}', 'activate must be true or false'],
    ['update_user', ['profile.badgeId=x'], '{}', 'profile.badgeId must be a whole number'],
  ])('%s %j with %s is wrong usage', async (key, pairs, input, message) => {
    await expect(inputs(key, pairs, input)).rejects.toThrow(message);
  });

  it('an object that is given as text is told its members', async () => {
    await expect(inputs('set_up_oidc_sso', ['groups=Sales'], '{}')).rejects.toMatchObject({
      message: 'groups must be valid JSON',
      hint: 'Or give its members one by one, such as groups.name=… groups.filterType=… groups.filterValue=…',
    });
  });
});

describe('G.9 times before now', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['24h', '2026-02-02T12:00:00.000Z'],
    ['7d', '2026-01-27T12:00:00.000Z'],
    ['90m', '2026-02-03T10:30:00.000Z'],
    ['2w', '2026-01-20T12:00:00.000Z'],
    ['2026-02-01T00:00:00Z', '2026-02-01T00:00:00Z'],
    ['soon', 'soon'],
    ['24', '24'],
  ])('%s is %s', async (text, time) => {
    vi.useFakeTimers({ now: Date.parse('2026-02-03T12:00:00Z') });
    expect(readTime(text)).toBe(time);
    expect(await readPairs(triggerOf('new_event'), [`since=${text}`], never)).toEqual([
      { path: ['since'], value: time },
    ]);
  });

  it('that no calendar reaches are wrong usage', () => {
    expect(() => readTime('999999999w')).toThrow('reaches back too far');
  });

  it('are not read into other texts', async () => {
    expect(await inputs('get_user', ['userId=24h'])).toEqual({ userId: '24h' });
  });
});
