import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { type Stored, scimServer, TOKEN } from '../sync/targets/scim-server.ts';
import { newGroup, newUser, pushingApp, seeded } from './scim-app.ts';
import { allPages, type Client, clientOf, useSandbox } from './support.ts';

const client = useSandbox();

/** SCIMMY on express, behind an app of the org. */
async function scimmyApp(kind: 'WIZARD' | 'NETWORK', org = client) {
  const server = await scimServer();
  const baseUrl = server.url.replace(/\/$/, '');
  const app = await pushingApp(org, { baseUrl }, kind, { authorization: { bearer: TOKEN } });
  return { server, app };
}

const only = (kept: Map<string, Stored>): Stored => {
  expect(kept.size).toBe(1);
  return [...kept.values()][0] as Stored;
};

/** Ids of the members of a group whom Okta pushes, in order. */
async function activeMembers(org: Client, group: string): Promise<string[]> {
  const pages = await allPages(org, `/api/v1/groups/${group}/users?limit=200`);
  const left = ['STAGED', 'DEPROVISIONED'];
  return pages
    .flat()
    .filter(({ status }) => !left.includes(status))
    .map(({ id }) => id)
    .sort();
}

describe.each(['WIZARD', 'NETWORK'] as const)('a SCIM server of another project (%s)', (kind) => {
  it('OIN-7, OIN-8, OIN-10, OIN-18 follows users and a group through their lives', async () => {
    const { server, app } = await scimmyApp(kind);
    const [ana, ben] = [await newUser(client, 'Ana', { department: 'Bar' }), await newUser(client, 'Ben')];
    const group = await newGroup(client, 'Staff', [ana, ben]);
    await client.call('PUT', `/api/v1/apps/${app.id}/groups/${group}`, {});
    expect(await app.settled()).toEqual([]);
    await app.mapGroup(group, 'Staff');
    await client.post(`/api/v1/users/${ana}`, { profile: { title: 'Chef', lastName: 'Ruiz' } });
    expect(await app.settled()).toEqual([]);
    const [anaThere, benThere] = [server.userOf(ana), server.userOf(ben)];
    expect(anaThere).toMatchObject({ title: 'Chef', name: { familyName: 'Ruiz' }, active: true });
    const members = () =>
      ((only(server.groups).members ?? []) as { value: string }[]).map(({ value }) => value).sort();
    expect(members()).toEqual([anaThere.id, benThere.id].sort());
    await client.delete(`/api/v1/groups/${group}/users/${ben}`);
    expect(await app.settled()).toEqual([]);
    expect(server.userOf(ben).active).toBe(false);
    await client.call('PUT', `/api/v1/groups/${group}/users/${ben}`);
    expect(await app.settled()).toEqual([]);
    expect(server.userOf(ben)).toMatchObject({ id: benThere.id, active: true });
    expect(server.users.size).toBe(2);
    await client.put(`/api/v1/groups/${group}`, { profile: { name: 'Crew' } });
    expect(await app.settled()).toEqual([]);
    expect([...server.groups.values()]).toMatchObject([{ displayName: 'Crew' }]);
  });
});

it('OIN-18 1,000 users who are assigned by a group are created exactly once', {
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'scim-push-'));
  const seed = join(folder, 'seed.json');
  const invent = { users: 1100, groups: 1, memberships: 1100, largestGroup: 1100 };
  await writeFile(seed, JSON.stringify({ invent }));
  const org = clientOf(await startSandbox({ seed }));
  try {
    const { server, app } = await scimmyApp('WIZARD', org);
    const group = await seeded(org, 'Team 0001');
    const assign = () => org.call('PUT', `/api/v1/apps/${app.id}/groups/${group}`, {});
    await assign();
    // Assigned again while the first ones are being created.
    await org.delete(`/api/v1/apps/${app.id}/groups/${group}`);
    await assign();
    expect(await app.settled()).toEqual([]);
    const wanted = await activeMembers(org, group);
    expect(wanted.length).toBeGreaterThan(1000);
    const externalIds = [...server.users.values()].map(({ externalId }: Stored) => externalId);
    expect(externalIds.sort()).toEqual(wanted);
    expect(server.asked.filter((asked) => asked === 'POST /Users')).toHaveLength(wanted.length);
    expect([...server.users.values()].every(({ active }) => active === true)).toBe(true);
  } finally {
    await org.sandbox.close();
    await rm(folder, { recursive: true });
  }
});
