import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { newGroup, newUser, pushingApp, seeded } from './scim-app.ts';
import { allPages, type Client, clientOf } from './support.ts';

/** A SCIM server as its clients see it. */
export interface ScimTarget {
  /** Without a slash at its end. */
  baseUrl: string;
  token: string;
}

// biome-ignore lint/suspicious/noExplicitAny: resources are looked into freely
type Resource = any;

/** All resources of a type, page by page. */
async function resources({ baseUrl, token }: ScimTarget, type: 'Users' | 'Groups'): Promise<Resource[]> {
  const all: Resource[] = [];
  for (;;) {
    const answer = await fetch(`${baseUrl}/${type}?startIndex=${all.length + 1}&count=100`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { Resources, totalResults } = (await answer.json()) as Resource;
    all.push(...Resources);
    if (all.length >= totalResults) return all;
    expect(Resources.length).toBeGreaterThan(0);
  }
}

/** Users and a group come, change, go and come back; what the server has is checked after each step. */
export async function followLives(client: Client, target: ScimTarget, kind: 'WIZARD' | 'NETWORK') {
  const app = await pushingApp(client, target, kind, { authorization: { bearer: target.token } });
  const done = async () => expect(await app.settled()).toEqual([]);
  const user = async (id: string) => {
    const found = (await resources(target, 'Users')).filter(({ externalId }) => externalId === id);
    expect(found).toHaveLength(1);
    return found[0];
  };
  const [ana, ben] = [await newUser(client, 'Ana', { department: 'Bar' }), await newUser(client, 'Ben')];
  const group = await newGroup(client, 'Staff', [ana, ben]);
  await client.call('PUT', `/api/v1/apps/${app.id}/groups/${group}`, {});
  await done();
  const mapping = await app.mapGroup(group, 'Staff');
  await client.post(`/api/v1/users/${ana}`, { profile: { title: 'Chef', lastName: 'Ruiz' } });
  await done();
  const [anaThere, benThere] = [await user(ana), await user(ben)];
  expect(anaThere).toMatchObject({ title: 'Chef', name: { familyName: 'Ruiz' }, active: true });
  expect(anaThere).not.toHaveProperty('password');
  const extension = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
  expect(anaThere[extension]).toEqual({ department: 'Bar' });
  const groups = async () =>
    (await resources(target, 'Groups')).map(({ displayName, members = [] }) => [
      displayName,
      members.map(({ value }: { value: string }) => value).sort(),
    ]);
  const both = [anaThere.id, benThere.id].sort();
  expect(await groups()).toEqual([['Staff', both]]);
  await client.post(`/api/v1/users/${ana}`, { profile: { title: null, department: null } });
  await done();
  const cleared = await user(ana);
  expect(cleared.title).toBeUndefined();
  expect(cleared[extension]?.department).toBeUndefined();
  await client.delete(`/api/v1/groups/${group}/users/${ben}`);
  await done();
  expect(await user(ben)).toMatchObject({ id: benThere.id, active: false });
  expect(await groups()).toEqual([['Staff', [anaThere.id]]]);
  await client.call('PUT', `/api/v1/groups/${group}/users/${ben}`);
  await done();
  expect(await user(ben)).toMatchObject({ id: benThere.id, active: true });
  await app.console('POST', `/groups/${mapping}/push`);
  await client.put(`/api/v1/groups/${group}`, { profile: { name: 'Crew' } });
  await done();
  expect(await groups()).toEqual([['Crew', both]]);
  const { body: report } = await app.console('POST', '/import');
  expect(report).toMatchObject({ scanned: 2, unchanged: 2, unconfirmed: [] });
  const path = `/api/v1/apps/${app.id}/group-push/mappings/${mapping}`;
  await client.call('PATCH', path, { status: 'INACTIVE' });
  await client.delete(`${path}?deleteTargetGroup=true`);
  await done();
  expect(await groups()).toEqual([]);
}

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

/**
 * A group of so many people is assigned, taken away and assigned again while they are being created. What did not succeed is
 * retried, as an admin does it.
 * @param disturb begins to disturb the server, so that pushes may fail; what it returns ends that.
 * @returns how many of them are active, and so have an account now.
 */
export async function createMany(
  target: ScimTarget,
  people: number,
  disturb?: () => () => Promise<void>,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'scim-push-'));
  const seed = join(folder, 'seed.json');
  const invent = { users: people, groups: 1, memberships: people, largestGroup: people };
  await writeFile(seed, JSON.stringify({ invent }));
  const org = clientOf(await startSandbox({ seed }));
  try {
    const app = await pushingApp(org, target, 'WIZARD', { authorization: { bearer: target.token } });
    const group = await seeded(org, 'Team 0001');
    const assign = () => org.call('PUT', `/api/v1/apps/${app.id}/groups/${group}`, {});
    const calm = disturb?.();
    await assign();
    await org.delete(`/api/v1/apps/${app.id}/groups/${group}`);
    await assign();
    let left = await app.settled();
    for (let tries = 0; disturb && left.length > 0 && tries < 200; tries++) {
      await setTimeout(200);
      await org.control('POST', '/provisioning/retry');
      left = await app.settled();
    }
    expect(left).toEqual([]);
    await calm?.();
    const wanted = await activeMembers(org, group);
    const users = await resources(target, 'Users');
    expect(users.map(({ externalId }) => externalId).sort()).toEqual(wanted);
    expect(users.every(({ active }) => active === true)).toBe(true);
    return wanted.length;
  } finally {
    await org.sandbox.close();
    await rm(folder, { recursive: true });
  }
}
