import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeSandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ALL_CASES } from '../support/share.ts';
import { allPages, clientOf, query } from './support.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-seed-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function seedFile(content: unknown): Promise<string> {
  const path = join(folder, `${Math.random()}.json`);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('the small seed', () => {
  it('is the same each time and has a user in every status', async () => {
    const now = () => Date.parse('2026-07-01T12:00:00Z');
    const [a, b] = await Promise.all([startSandbox({ now }), startSandbox({ now })]);
    const search = `/api/v1/users${query({ search: 'created gt "2000-01-01T00:00:00.000Z"' })}`;
    const [users, same] = await Promise.all([clientOf(a).get(search), clientOf(b).get(search)]);
    expect(JSON.stringify(users.body).replaceAll(a.orgUrl, '')).toBe(
      JSON.stringify(same.body).replaceAll(b.orgUrl, ''),
    );
    expect(users.body).toHaveLength(26);
    expect(new Set(users.body.map((user: { status: string }) => user.status)).size).toBe(8);
    const events = (await clientOf(a).get('/api/v1/logs?limit=1000')).body;
    expect(new Set(events.map((event: { eventType: string }) => event.eventType))).toEqual(
      new Set(['user.session.start', 'user.authentication.sso']),
    );
    expect(a.apiToken).not.toBe(b.apiToken);
    await Promise.all([a.close(), b.close()]);
  });
});

describe.runIf(ALL_CASES)('the large seed', () => {
  it('pages through 100,000 users and 1,000 groups', async () => {
    const sandbox = await startSandbox({ seed: 'large' });
    const client = clientOf(sandbox);
    await client.control('PUT', '/limits', { '/api/v1/users': 10_000 });
    const search = query({ search: 'id pr', limit: '200' });
    const users = (await allPages(client, `/api/v1/users${search}`)).flat();
    expect(users).toHaveLength(100_000);
    expect(new Set(users.map((user) => user.profile.login)).size).toBe(100_000);
    expect((await client.get('/api/v1/groups')).body).toHaveLength(1000);
    await sandbox.close();
  });
});

describe('a seed file', () => {
  it('invents people and groups of a size', async () => {
    const invent = { users: 300, groups: 10, memberships: 900, largestGroup: 250 };
    const sandbox = await startSandbox({ seed: await seedFile({ invent }) });
    const { users, memberships } = (await clientOf(sandbox).control('GET', '/truth')).body;
    await sandbox.close();
    // The administrator; and Everyone, which has them all.
    expect(users).toHaveLength(301);
    const sizes = Object.values(memberships as Record<string, string[]>).map((members) => members.length);
    expect(sizes).toHaveLength(11);
    expect(sizes[1]).toBeGreaterThanOrEqual(250);
    const rest = sizes.slice(2);
    expect(Math.min(...rest)).toBeGreaterThan(50);
    expect(Math.max(...rest)).toBeLessThan(130);
  });

  it('fills partial objects in', async () => {
    const seed = await seedFile({
      groups: [
        { id: '00gOwn', profile: { name: 'Crew', description: 'On board' } },
        { profile: { name: 'Land' }, type: 'APP_GROUP' },
      ],
      users: [
        {
          id: '00uOwnOwnOwnOwnOwnOw',
          profile: { login: 'own@x.example' },
          groups: ['Crew'],
          status: 'SUSPENDED',
        },
        { profile: { nickName: 'Filled' }, password: 'Seeded-pass-1', groups: ['00gOwn', 'Land'] },
      ],
      apps: [{ label: 'Logbook', users: ['own@x.example'], groups: ['Crew'] }],
      events: [
        {
          eventType: 'user.session.start',
          published: new Date(Date.now() - 5000).toISOString(),
          uuid: 'own-event',
        },
      ],
    });
    const sandbox = await startSandbox({ seed });
    const client = clientOf(sandbox);
    const own = (await client.get('/api/v1/users/own@x.example')).body;
    expect(own).toMatchObject({
      id: '00uOwnOwnOwnOwnOwnOw',
      status: 'SUSPENDED',
      profile: { email: 'own@x.example' },
    });
    const found = (await client.get(`/api/v1/users${query({ search: 'profile.nickName eq "Filled"' })}`))
      .body;
    expect(found[0].profile).toMatchObject({
      firstName: expect.any(String),
      login: expect.stringContaining('@'),
    });
    const changed = await client.post(`/api/v1/users/${found[0].id}/credentials/change_password`, {
      oldPassword: { value: 'Seeded-pass-1' },
      newPassword: { value: 'Another-pass-2' },
    });
    expect(changed.status).toBe(200);
    expect((await client.get('/api/v1/groups/00gOwn/users')).body).toHaveLength(2);
    const app = (await client.get('/api/v1/apps?q=Logbook')).body[0];
    expect((await client.get(`/api/v1/apps/${app.id}/users`)).body).toHaveLength(2);
    expect((await client.events('user.session.start')).map((event) => event.uuid)).toEqual(['own-event']);
    await client.control('POST', '/reset');
    expect((await client.get('/api/v1/users')).body).toHaveLength(3);
    await sandbox.close();
  });

  it.each([
    ['not JSON', '{'],
    ['users', { users: [{ status: 'ASLEEP' }] }],
    ['Unrecognized key', { people: [] }],
    ['label', { apps: [{}] }],
    ['there is no group Nowhere', { users: [{ groups: ['Nowhere'] }] }],
    ['there is no user nobody', { apps: [{ label: 'A', users: ['nobody'] }] }],
  ])('that is wrong is refused with a reason: %s', async (reason, content) => {
    const seed = await seedFile(content);
    await expect(startSandbox({ seed })).rejects.toThrow(`seed ${seed}`);
    await expect(startSandbox({ seed })).rejects.toThrow(reason);
  });

  it('that is not there is refused', async () => {
    await expect(startSandbox({ seed: join(folder, 'none.json') })).rejects.toThrow('ENOENT');
  });
});

it('describes itself for the command line', async () => {
  const sandbox = await startSandbox();
  const facts = describeSandbox(sandbox);
  expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  expect(Object.keys(facts).sort()).toEqual([
    'admin',
    'apiToken',
    'dpopServiceApp',
    'nativeApp',
    'orgUrl',
    'serviceApp',
    'webApp',
  ]);
  const taken = Number(new URL(sandbox.orgUrl).port);
  await expect(startSandbox({ port: taken })).rejects.toThrow('EADDRINUSE');
  await sandbox.close();
});
