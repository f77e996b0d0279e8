import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../src/sync/change.ts';
import type { SyncProgress, SyncReport } from '../../src/sync/sync.ts';
import { kindsOf, openWorld, worldOf } from './support/world.ts';

type World = Awaited<ReturnType<typeof openWorld>>;
let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const lifecycle = (id: string, what: string) =>
  world.org.api('POST', `/api/v1/users/${id}/lifecycle/${what}`);
const later = (minutes: number) => world.org.control('POST', '/clock', { advanceMs: minutes * 60_000 });
const settings = (values: object) => world.org.control('PUT', '/settings', values);

/** The mirror is the directory: everybody, all groups but Everyone, their members. */
async function expectTruth({ mirror, truth }: Pick<World, 'mirror' | 'truth'> = world) {
  const { users, groups, memberships } = await truth();
  const mirrored = groups.filter(({ type }) => type !== 'BUILT_IN').map(({ id }) => id);
  expect(mirror.wrong).toEqual([]);
  expect([...mirror.users.keys()].sort()).toEqual(users.map(({ id }) => id).sort());
  for (const { id, status, profile } of users)
    expect(mirror.users.get(id)).toMatchObject({ login: profile.login, status });
  expect([...mirror.groups.keys()].sort()).toEqual(mirrored.sort());
  const pairs = mirrored.flatMap((id) => (memberships[id] ?? []).map((userId) => `${id} ${userId}`));
  expect([...mirror.memberships].sort()).toEqual(pairs.sort());
}

describe('a run', () => {
  it('sync-field 1 tells the whole directory once, also who is deactivated, then nothing', async () => {
    await world.tick();
    expect(world.report?.mode).toBe('full');
    await expectTruth();
    const { users } = await world.truth();
    expect(users.filter(({ status }) => status === 'DEPROVISIONED').length).toBeGreaterThan(0);
    expect(await world.tick()).toEqual([]);
    expect(world.report).toMatchObject({ mode: 'delta', requests: 3, changes: {} });
    expect(world.requests).toEqual(['GET /api/v1/logs', 'GET /api/v1/users', 'GET /api/v1/groups']);
  });

  it('gives a target no more than it takes at once', async () => {
    const sizes: number[] = [];
    const apply = async (changes: readonly Change[]) => {
      sizes.push(changes.length);
      for (const one of changes) world.mirror.apply(one);
      return [];
    };
    await world.tick({ target: { batch: 3, apply } });
    expect(Math.max(...sizes)).toBe(3);
    await expectTruth();
  });

  it('says how far it is, with totals where they are known, and what the mirror has then', async () => {
    const last = new Map<string, SyncProgress>();
    const onProgress = (one: SyncProgress) => void last.set(one.phase, one);
    await world.tick({ onProgress });
    const { users, groups, memberships } = world.report as SyncReport;
    const changes = users + groups + memberships;
    expect([users, groups, memberships]).toEqual([
      ...[world.mirror.users.size, world.mirror.groups.size, world.mirror.memberships.size],
    ]);
    expect(last.get('users')).toEqual({ phase: 'users', done: users });
    expect(last.get('changes')).toEqual({ phase: 'changes', done: changes, total: changes });
    last.clear();
    await world.tick({ onProgress, full: true });
    expect(last.get('users')).toEqual({ phase: 'users', done: users, total: users });
    expect(last.get('members')).toEqual({ phase: 'members', done: memberships, total: memberships });
    expect(last.has('changes')).toBe(false);
  });

  it('HALO-14 tells what each status means, and that somebody came back', async () => {
    const user = await world.org.user('neo');
    await world.tick();
    await lifecycle(user.id, 'suspend');
    expect(kindsOf(await world.tick())).toEqual(['user.deactivated']);
    await lifecycle(user.id, 'unsuspend');
    expect(kindsOf(await world.tick())).toEqual(['user.reactivated']);
    await lifecycle(user.id, 'expire_password');
    expect(kindsOf(await world.tick())).toEqual(['user.updated']);
    await lifecycle(user.id, 'deactivate');
    expect(kindsOf(await world.tick())).toEqual(['user.deactivated']);
    await world.org.api('DELETE', `/api/v1/users/${user.id}`);
    expect(kindsOf(await world.tick())).toEqual(['user.deleted']);
    await expectTruth();
  });

  it('sync-field 5 keeps a record whose login and email change, and names what changed', async () => {
    const user = await world.org.user('neo');
    await world.tick();
    const login = world.org.login('trinity');
    await world.org.api('POST', `/api/v1/users/${user.id}`, { profile: { login, email: login } });
    const [change, ...others] = await world.tick();
    expect(others).toEqual([]);
    expect(change).toMatchObject({
      ...{ kind: 'user.updated', key: { userId: user.id }, changed: ['login', 'email'] },
      ...{ before: { login: user.login }, after: { login } },
    });
  });

  it('sync-field 18 sees a person of the same login as a new one', async () => {
    const user = await world.org.user('neo');
    await world.tick();
    await lifecycle(user.id, 'deactivate');
    await world.org.api('DELETE', `/api/v1/users/${user.id}`);
    await world.org.api('POST', '/api/v1/users?activate=false', {
      profile: { firstName: 'Neo', lastName: 'Two', email: user.login, login: user.login },
    });
    expect(kindsOf(await world.tick())).toEqual(['user.created', 'user.deleted']);
    await expectTruth();
  });

  it('tells groups and members as they come, move and go', async () => {
    const [user, other] = [await world.org.user('neo'), await world.org.user('trinity')];
    await world.tick();
    const group = await world.org.group('Ship');
    await world.org.member(user, group);
    expect(kindsOf(await world.tick())).toEqual(['group.created', 'membership.added']);
    await world.org.api('PUT', `/api/v1/groups/${group.id}`, {
      profile: { name: 'Crew', description: null },
    });
    await world.org.member(other, group);
    await world.org.api('DELETE', `/api/v1/groups/${group.id}/users/${user.id}`);
    expect(kindsOf(await world.tick())).toEqual(['group.updated', 'membership.added', 'membership.removed']);
    expect(world.requests).toHaveLength(3);
    await world.org.api('DELETE', `/api/v1/groups/${group.id}`);
    expect(kindsOf(await world.tick())).toEqual(['membership.removed', 'group.deleted']);
    await expectTruth();
  });

  it('tells of a membership that came and went again between two runs nothing', async () => {
    const [user, group] = [await world.org.user('neo'), await world.org.group('Ship')];
    await world.tick();
    await world.org.member(user, group);
    await world.org.api('DELETE', `/api/v1/groups/${group.id}/users/${user.id}`);
    expect(await world.tick()).toEqual([]);
  });

  it('sync-field 12 finds what the log tells late, in any order', async () => {
    const [user, group] = [await world.org.user('neo'), await world.org.group('Ship')];
    await world.tick();
    await settings({ logLateMs: 4 * 60_000 });
    for (let turn = 0; turn < 4; turn++) {
      await world.org.member(user, group);
      await later(1);
      await world.tick();
      await world.org.api('DELETE', `/api/v1/groups/${group.id}/users/${user.id}`);
      await later(1);
      await world.tick();
    }
    await later(6);
    await world.tick();
    await expectTruth();
  });

  it('sync-field 21 reads a list again that may have been too early', async () => {
    const [user, group] = [await world.org.user('neo'), await world.org.group('Ship')];
    await settings({ searchLagMs: 30_000 });
    await later(1);
    await world.tick();
    await world.org.member(user, group);
    await world.tick({ full: true });
    await later(2);
    await world.tick();
    await expectTruth();
  });

  it('sync-field 3 reads every page', async () => {
    await world.org.pagesOf(2);
    await world.tick();
    await expectTruth();
  });

  it('HALO-2 works without the log: deletions are found once a day', async () => {
    const app = { ...world.sandbox.serviceApp };
    const scoped = worldOf(world.sandbox, {
      orgUrl: world.sandbox.orgUrl,
      auth: { type: 'client_credentials', ...app, scopes: ['okta.users.read', 'okta.groups.read'] },
    });
    const [user, group] = [await world.org.user('neo'), await world.org.group('Ship')];
    await world.org.member(user, group);
    await scoped.tick();
    await expectTruth({ ...scoped, truth: world.truth });
    expect(scoped.notices.join()).toContain('okta.logs.read');
    await later(2);
    await world.org.api('DELETE', `/api/v1/groups/${group.id}/users/${user.id}`);
    expect(kindsOf(await scoped.tick())).toEqual(['membership.removed']);
    await world.org.api('DELETE', `/api/v1/groups/${group.id}`);
    await later(25 * 60);
    expect(kindsOf(await scoped.tick())).toEqual(['group.deleted']);
    await expectTruth({ ...scoped, truth: world.truth });
  });

  it('refuses the state of another org', async () => {
    await world.tick();
    const other = await openWorld();
    try {
      // Both are on 127.0.0.1, on different ports.
      await expect(other.tick({ state: world.state })).rejects.toThrow(/^This state belongs to 127/);
    } finally {
      await other.close();
    }
  });
});

describe('what may leave', () => {
  const leave = async (count: number) => {
    const { users } = await world.truth();
    const active = users.filter(({ id, status }) => status === 'ACTIVE' && id !== world.sandbox.admin.id);
    for (const { id } of active.slice(0, count)) await lifecycle(id, 'suspend');
    return active.slice(0, count);
  };

  it('is held when it is too much, and told after a confirmation', async () => {
    await world.tick();
    const [someone] = await leave(5);
    await expect(world.tick()).rejects.toMatchObject({
      ...{ code: 'sync_held', actor: 'caller' },
      message: expect.stringContaining('5 active users would leave'),
    });
    await expect(world.tick()).rejects.toThrow(String(someone?.profile.login));
    await world.tick({ dryRun: true });
    expect(world.report).toMatchObject({
      held: { users: 5 },
      changes: { 'user.deactivated': 5 },
    });
    await leave(1);
    await expect(world.tick({ confirmHeld: true })).rejects.toThrow('6 active users would leave');
    expect(kindsOf(await world.tick({ confirmHeld: true }))).toEqual(Array(6).fill('user.deactivated'));
    await expectTruth();
  });

  it('can be limited by number, and one person is never too many', async () => {
    await world.tick();
    await leave(1);
    await expect(world.tick({ maxLeavers: 0 })).rejects.toThrow('1 active user would leave (at most 0 may)');
    expect(kindsOf(await world.tick({ maxLeavers: '1%' }))).toEqual(['user.deactivated']);
    await leave(5);
    expect(kindsOf(await world.tick({ maxLeavers: 5 }))).toHaveLength(5);
    for (const wrong of ['many', '-1', '101%', '2.5'] as const)
      await expect(world.tick({ maxLeavers: wrong as '1%' })).rejects.toThrow(`is ${wrong}: neither`);
  });

  it.each([403, 404])('sync-field 2 is not who a smaller role no longer sees (%i)', async (hiddenStatus) => {
    const { serviceApp, orgUrl } = world.sandbox;
    const auth = { type: 'client_credentials' as const, ...serviceApp };
    const app = worldOf(world.sandbox, {
      orgUrl,
      auth: { ...auth, scopes: ['okta.users.read', 'okta.groups.read', 'okta.logs.read'] },
    });
    await app.tick();
    const [before, groups] = [app.mirror.users.size, app.mirror.groups.size];
    const one = [...app.mirror.groups.keys()][0];
    await settings({ visibleGroups: one, hiddenStatus });
    if (hiddenStatus === 404)
      await expect(app.tick({ full: true })).rejects.toMatchObject({ code: 'sync_held' });
    else expect(await app.tick({ full: true })).toEqual([]);
    expect([app.mirror.users.size, app.mirror.groups.size]).toEqual([before, groups]);
    await settings({ visibleGroups: '' });
    // Nobody says so: those who were taken as gone are looked at.
    expect(await app.tick()).toEqual([]);
    await expectTruth({ ...app, truth: world.truth });
  });
});

describe('memberships', () => {
  it('sync-field 2 of somebody whom the role no longer shows stay', async () => {
    const [neo, trinity, ship] = [
      await world.org.user('neo'),
      await world.org.user('trinity'),
      await world.org.group('Ship'),
    ];
    for (const user of [neo, trinity]) await world.org.member(user, ship);
    await world.tick();
    const { users } = await world.truth();
    const answers: [string, number, unknown][] = [
      [`/groups/${ship.id}/users`, 200, users.filter(({ id }) => id === trinity.id)],
      ['^/api/v1/users$', 200, users.filter(({ id }) => id !== neo.id)],
      [`/users/${neo.id}$`, 403, { errorCode: 'E0000006', errorSummary: 'No permission' }],
    ];
    for (const [path, status, body] of answers)
      await world.org.control('POST', '/faults', { path, times: 9, fault: { kind: 'status', status, body } });
    expect(await world.tick({ full: true })).toEqual([]);
    await world.state.markToList([ship.id]);
    expect(await world.tick()).toEqual([]);
    await fetch(`${world.sandbox.orgUrl}/__sandbox__/faults`, { method: 'DELETE' });
    await world.org.api('DELETE', `/api/v1/groups/${ship.id}/users/${neo.id}`);
    expect(kindsOf(await world.tick())).toEqual(['membership.removed']);
  });

  it('sync-field 2 of somebody who is hidden do not end the run when an event comes late', async () => {
    const [neo, ship] = [await world.org.user('neo'), await world.org.group('Ship')];
    await world.tick();
    await later(60);
    await world.org.member(neo, ship);
    await later(1);
    expect(kindsOf(await world.tick())).toEqual(['membership.added']);
    const target = [
      { type: 'User', id: neo.id },
      { type: 'UserGroup', id: ship.id },
    ];
    const atMinute = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
    const event = {
      eventType: 'group.user_membership.remove',
      published: atMinute(30),
      persisted: atMinute(61),
    };
    await world.org.control('POST', '/events', { ...event, target });
    const body = { errorCode: 'E0000006', errorSummary: 'No permission' };
    const fault = { kind: 'status', status: 403, body };
    await world.org.control('POST', '/faults', { path: `/users/${neo.id}/groups`, fault });
    expect(await world.tick()).toEqual([]);
    expect(world.notices.join()).toContain('No permission');
    expect(await world.tick()).toEqual([]);
  });

  it('are held again when more would be removed than was held', async () => {
    const { users } = await world.truth();
    const groups = [];
    for (const name of ['One', 'Two', 'Three', 'Four']) groups.push(await world.org.group(name));
    const each = async (method: 'PUT' | 'DELETE', { id: groupId }: { id: string }) => {
      for (const { id } of users) await world.org.api(method, `/api/v1/groups/${groupId}/users/${id}`);
    };
    for (const group of groups) await each('PUT', group);
    await world.tick();
    const [last, ...others] = groups;
    for (const group of others) await each('DELETE', group);
    await expect(world.tick()).rejects.toThrow(`${3 * users.length} memberships would be removed`);
    if (last) await each('DELETE', last);
    await expect(world.tick({ confirmHeld: true })).rejects.toMatchObject({ code: 'sync_held' });
    expect(await world.tick({ confirmHeld: true })).toHaveLength(4 * users.length);
    await expectTruth();
  });
});

describe('a big group', () => {
  it('costs three requests when somebody joins or leaves', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'okta-connector-sync-'));
    const seed = join(folder, 'seed.json');
    writeFileSync(
      seed,
      JSON.stringify({ invent: { users: 3_000, groups: 3, memberships: 3_500, largestGroup: 2_500 } }),
    );
    const big = await openWorld({ seed });
    try {
      const user = await big.org.user('neo');
      await big.tick();
      const { memberships, groups } = await big.truth();
      const largest = groups
        .filter(({ type }) => type === 'OKTA_GROUP')
        .sort((a, b) => (memberships[b.id]?.length ?? 0) - (memberships[a.id]?.length ?? 0))[0];
      expect(memberships[largest?.id ?? '']?.length).toBeGreaterThan(2_000);
      await big.org.member(user, { id: largest?.id ?? '' });
      expect(kindsOf(await big.tick())).toEqual(['membership.added']);
      expect(big.requests).toHaveLength(3);
      // The event is late: the group is too big to be listed for it at once.
      await big.org.control('PUT', '/settings', { logLateMs: 5 * 60_000 });
      await big.org.api('DELETE', `/api/v1/groups/${largest?.id}/users/${user.id}`);
      await big.tick();
      expect(big.requests).toHaveLength(3);
      await big.org.control('POST', '/clock', { advanceMs: 6 * 60_000 });
      expect(kindsOf([...big.all.slice(-1), ...(await big.tick())])).toContain('membership.removed');
      await expectTruth(big);
    } finally {
      await big.close();
      await rm(folder, { recursive: true });
    }
  });
});

describe('how Okta is asked', () => {
  it('sync-field 6 for members by group, never by user', async () => {
    await world.tick();
    await world.tick({ full: true });
    expect(world.requests).toContain('GET /api/v1/groups/{groupId}/users');
    expect(world.requests.filter((one) => one.includes('/users/{'))).toEqual([]);
  });

  it('sync-field 13 for events by its own link, never by windows of time', async () => {
    await world.tick();
    await world.tick();
    const { requests }: { requests: object[] } = await world.org.control('GET', '/requests');
    const logs = requests.map((one) => JSON.stringify(one)).filter((text) => text.includes('/api/v1/logs'));
    expect(logs.length).toBeGreaterThan(1);
    expect(logs.filter((text) => text.includes('until'))).toEqual([]);
    expect(logs.at(-1)).toContain('after=');
  });

  it('sync-field 15 with proofs of possession by a service app that must', async () => {
    const { dpopServiceApp, orgUrl } = world.sandbox;
    const scopes = ['okta.users.read', 'okta.groups.read', 'okta.logs.read'];
    const auth = { type: 'client_credentials' as const, ...dpopServiceApp, scopes, dpop: true };
    const app = worldOf(world.sandbox, { orgUrl, auth });
    await app.tick();
    await expectTruth({ ...app, truth: world.truth });
  });
});

describe('a list', () => {
  it('sync-field 20 that lacks somebody removes nobody whom Okta still has by id', async () => {
    await world.tick();
    const filter = encodeURIComponent('lastUpdated gt "1970-01-01T00:00:00.000Z"');
    const [, ...others] = await world.org.api('GET', `/api/v1/users?filter=${filter}&limit=200`);
    const fault = { kind: 'status', status: 200, body: others };
    await world.org.control('POST', '/faults', { path: '/api/v1/users$', times: 99, fault });
    expect(await world.tick({ full: true })).toEqual([]);
    expect(world.requests).toContain('GET /api/v1/users/{userId}');
    await expectTruth();
  });

  it('sync-field 7 that is empty is held, and forgotten when they are back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'okta-connector-sync-'));
    const seed = join(folder, 'seed.json');
    writeFileSync(seed, JSON.stringify({ invent: { users: 60, groups: 3, memberships: 90 } }));
    const many = await openWorld({ seed });
    try {
      await many.tick();
      const fault = { kind: 'status', status: 200, body: [] };
      await many.org.control('POST', '/faults', { path: '/api/v1/users$', times: 99, fault });
      await expect(many.tick({ full: true })).rejects.toMatchObject({ code: 'sync_held' });
      await fetch(`${many.sandbox.orgUrl}/__sandbox__/faults`, { method: 'DELETE' });
      expect(await many.tick()).toEqual([]);
      await expectTruth(many);
    } finally {
      await many.close();
      await rm(folder, { recursive: true });
    }
  });
});

describe('the scope', () => {
  it('sync-field 10 is the members of groups; who leaves them is deactivated', async () => {
    const [neo, trinity] = [await world.org.user('neo'), await world.org.user('trinity')];
    const [ship, other] = [await world.org.group('Ship'), await world.org.group('Other')];
    for (const user of [neo, trinity]) await world.org.member(user, ship);
    await world.org.member(neo, other);
    const mapping = { scope: { groups: [ship.name] } };
    await world.tick({ mapping });
    expect([...world.mirror.users.keys()].sort()).toEqual([neo.id, trinity.id].sort());
    expect(world.report?.groups).toBeGreaterThan(0);
    await world.org.api('DELETE', `/api/v1/groups/${ship.id}/users/${neo.id}`);
    expect(kindsOf(await world.tick({ mapping }))).toEqual(['membership.removed', 'user.deactivated']);
    await world.org.member(neo, ship);
    expect(kindsOf(await world.tick({ mapping }))).toEqual(['user.reactivated', 'membership.added']);
    const late = await world.org.user('morpheus');
    expect(await world.tick({ mapping })).toEqual([]);
    await world.org.member(late, ship);
    expect(kindsOf(await world.tick({ mapping }))).toEqual(['user.created', 'membership.added']);
    await world.org.api('PUT', `/api/v1/groups/${ship.id}`, { profile: { name: 'Crew', description: '' } });
    expect(kindsOf(await world.tick({ mapping }))).toEqual(['group.updated']);
  });

  it('names what Okta does not have', async () => {
    const mapping = { scope: { groups: ['Nobody knows it'] } };
    const found = world.tick({ mapping });
    await expect(found).rejects.toThrow('"Nobody knows it" in the scope of the mapping');
    await expect(found).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is the users of an app', async () => {
    const [neo, trinity] = [await world.org.user('neo'), await world.org.user('trinity')];
    const app = await world.org.app('Acme CRM', neo);
    const mapping = { scope: { app: 'Acme CRM' } };
    await world.tick({ mapping });
    expect(world.mirror.users.has(neo.id)).toBe(true);
    expect(world.mirror.users.has(trinity.id)).toBe(false);
    await world.org.app('Acme CRM', trinity);
    expect(kindsOf(await world.tick({ mapping }))).toEqual(expect.arrayContaining(['user.created']));
    await world.org.api('DELETE', `/api/v1/apps/${app.id}/users/${neo.id}`);
    expect(kindsOf(await world.tick({ mapping }))).toEqual(['user.deactivated']);
  });
});

describe('who left the scope', () => {
  it('sync-field 2 is not gone because a role hid everybody for a while', async () => {
    const { clientId, privateKey, keyId } = world.sandbox.serviceApp;
    const scopes = ['okta.users.read', 'okta.groups.read', 'okta.logs.read'];
    const auth = { type: 'client_credentials' as const, clientId, privateKey, keyId, scopes };
    const narrow = worldOf(world.sandbox, { orgUrl: world.sandbox.orgUrl, auth });
    const [neo, trinity] = [await world.org.user('neo'), await world.org.user('trinity')];
    const ship = await world.org.group('Ship');
    for (const user of [neo, trinity]) await world.org.member(user, ship);
    const options = { mapping: { scope: { groups: [ship.name] } }, maxLeavers: 1, full: true };
    await narrow.tick(options);
    await world.org.api('DELETE', `/api/v1/groups/${ship.id}/users/${neo.id}`);
    await narrow.tick(options);
    const before = new Map(narrow.mirror.users);
    await settings({ visibleGroups: 'none', hiddenStatus: 404 });
    await expect(narrow.tick({ ...options, maxLeavers: 0 })).rejects.toMatchObject({ code: 'sync_held' });
    await settings({ visibleGroups: '' });
    expect(await narrow.tick(options)).toEqual([]);
    expect(narrow.mirror.users).toEqual(before);
    expect(before.get(neo.id)).toMatchObject({ active: false });
    narrow.client.close();
  });
});

describe('a run that failed before it read anything', () => {
  // Twice: with another token the call is tried again.
  const failing = { path: '/api/v1/logs', times: 2, fault: { kind: 'status', status: 401 } };

  it('is followed by one that reads the new scope', async () => {
    const neo = await world.org.user('neo');
    await world.org.app('Acme CRM', neo);
    await world.tick();
    const mapping = { scope: { app: 'Acme CRM' } };
    await world.org.control('POST', '/faults', { ...failing, times: 1 });
    await expect(world.tick({ mapping })).rejects.toMatchObject({ status: 401 });
    await world.tick({ mapping, maxLeavers: '100%' });
    expect(world.report?.mode).toBe('full');
    expect(world.mirror.users.get(neo.id)).toMatchObject({ active: true });
    await world.org.control('POST', '/faults', { ...failing, times: 1 });
    await expect(world.tick()).rejects.toMatchObject({ status: 401 });
    await world.tick();
    expect(world.report?.mode).toBe('full');
    await expectTruth();
  });

  it('sync-field 16 is followed by one that reads what another credential sees', async () => {
    await world.tick();
    const { serviceApp, orgUrl } = world.sandbox;
    const auth = { type: 'client_credentials' as const, ...serviceApp };
    const app = worldOf(world.sandbox, { orgUrl, auth });
    await world.org.control('POST', '/faults', failing);
    await expect(app.tick({ state: world.state })).rejects.toMatchObject({ status: 401 });
    await app.tick({ state: world.state });
    expect(app.report?.mode).toBe('full');
    await app.tick({ state: world.state });
    expect(app.report?.mode).toBe('delta');
  });
});

describe('a full reading that was stopped', () => {
  it('goes on, and also tells what changed since it began', async () => {
    const neo = await world.org.user('neo');
    await world.org.control('POST', '/faults', {
      ...{ path: '/api/v1/groups', fault: { kind: 'status', status: 401 } },
    });
    await expect(world.tick()).rejects.toMatchObject({ status: 401 });
    await lifecycle(neo.id, 'suspend');
    await later(60);
    await world.tick();
    expect(world.report?.mode).toBe('full');
    await expectTruth();
  });
});

describe('another mapping', () => {
  it('is evaluated from the snapshot, without a further request', async () => {
    await world.tick();
    const before = world.mirror.users.size;
    const changes = await world.tick({ mapping: { fields: { mail: 'profile.email' } } });
    expect(new Set(kindsOf(changes))).toEqual(new Set(['user.updated']));
    expect(changes).toHaveLength(before);
    expect(changes[0]?.changed).toEqual(['mail']);
    expect(world.requests).toHaveLength(3);
  });

  it('HALO-11 gives and takes what a rule says as groups change', async () => {
    const [neo, ship] = [await world.org.user('neo'), await world.org.group('Ship')];
    const mapping = { rules: [{ group: ship.name, assign: { role: 'Agent' } }] };
    await world.tick({ mapping });
    await world.org.member(neo, ship);
    expect(await world.tick({ mapping })).toMatchObject([
      { kind: 'assignment.added', key: { userId: neo.id }, after: { type: 'role', value: 'Agent' } },
      { kind: 'membership.added' },
    ]);
    await world.org.api('PUT', `/api/v1/groups/${ship.id}`, { profile: { name: 'Crew', description: '' } });
    expect(await world.tick({ mapping })).toMatchObject([
      { kind: 'assignment.removed', before: { type: 'role', value: 'Agent' } },
      { kind: 'group.updated' },
    ]);
  });
});

describe('a rule', () => {
  it.each([false, true])('HALO-11 sees the new name of a group, reading everything: %s', async (full) => {
    const [neo, ship] = [await world.org.user('neo'), await world.org.group('Ship')];
    await world.org.member(neo, ship);
    const mapping = { rules: [{ group: { matches: '^Crew (.+)$' }, assign: { team: '$1' } }] };
    await world.tick({ mapping });
    await world.org.api('PUT', `/api/v1/groups/${ship.id}`, { profile: { name: 'Crew red' } });
    expect(kindsOf(await world.tick({ mapping, full }))).toEqual(['assignment.added', 'group.updated']);
  });
});

describe('a target', () => {
  it.each(['assignment.added', 'user.updated'])('that refuses only %s gets only that later', async (kind) => {
    const [neo, ship] = [await world.org.user('neo'), await world.org.group('Ship')];
    const mapping = { rules: [{ group: ship.name, assign: { role: 'Agent' }, set: { title: 'Captain' } }] };
    await world.tick({ mapping });
    await world.org.member(neo, ship);
    const told: string[] = [];
    let refuses = true;
    const target = {
      batch: 10,
      async apply(changes: readonly Change[]) {
        const refused = changes.filter((one) => refuses && one.kind === kind);
        for (const one of changes.filter((change) => !refused.includes(change))) {
          world.mirror.apply(one);
          told.push(one.kind);
        }
        return refused.map(({ id }) => ({ id, code: 'target_refused', message: 'no', retryable: true }));
      },
    };
    await world.tick({ mapping, target });
    const others = ['user.updated', 'assignment.added'].filter((one) => one !== kind);
    expect(told.splice(0)).toEqual([...others, 'membership.added']);
    refuses = false;
    await later(2);
    await world.tick({ mapping, target });
    expect(told).toEqual([kind]);
    expect(world.mirror.wrong).toEqual([]);
  });

  it('sync-field 8 that refuses a row gets it again later, and the report tells', async () => {
    const user = await world.org.user('neo');
    let full = true;
    const taken: string[] = [];
    const target = {
      batch: 10,
      apply: async (changes: readonly { id: string; key: object }[]) => {
        const refused = changes.filter((one) => full && JSON.stringify(one.key).includes(user.id));
        taken.push(...changes.filter((one) => !refused.includes(one)).map((one) => JSON.stringify(one.key)));
        return refused.map(({ id }) => ({
          id,
          code: 'target_refused',
          message: 'No seats left',
          retryable: true,
        }));
      },
    };
    await world.tick({ target });
    expect(world.report?.failed).toMatchObject({
      count: 1,
      first: [{ id: user.id, message: 'No seats left' }],
    });
    expect(taken).not.toContain(JSON.stringify({ userId: user.id }));
    full = false;
    await world.tick({ target });
    expect(taken).not.toContain(JSON.stringify({ userId: user.id }));
    await later(2);
    await world.tick({ target });
    expect(world.report).toMatchObject({
      changes: { 'user.created': 1 },
      failed: { count: 0 },
    });
    expect(taken.filter((key) => key === JSON.stringify({ userId: user.id }))).toHaveLength(1);
  });

  it('that is away gets the batch again, with the same ids', async () => {
    const seen: string[][] = [];
    const target = async (changes: readonly { id: string }[]) => {
      seen.push(changes.map(({ id }) => id));
      if (seen.length === 1) throw new Error('away');
    };
    await expect(world.tick({ target })).rejects.toThrow('away');
    world.restart();
    await world.tick({ target });
    expect(seen[1]).toEqual(seen[0]);
    expect(new Set(seen.slice(1).flat()).size).toBe(seen.slice(1).flat().length);
  });

  it('hears nothing of what was there before, if asked', async () => {
    expect(await world.tick({ fromNow: true })).toEqual([]);
    const user = await world.org.user('neo');
    expect(await world.tick({ fromNow: true })).toMatchObject([
      { kind: 'user.created', key: { userId: user.id } },
    ]);
  });

  it('HALO-15 is not called by a dry run, which tells what would change', async () => {
    expect(await world.tick({ dryRun: true })).toEqual([]);
    const { samples = [], changes } = world.report ?? {};
    expect(samples.filter(({ kind }) => kind === 'user.created')).toHaveLength(3);
    await world.tick();
    expect(world.report?.changes).toEqual(changes);
    await expectTruth();
  });
});

describe('a run that is cut off', () => {
  it('goes on, whichever request it was', async () => {
    const crew = await world.org.group('Crew');
    for (const name of ['neo', 'trinity']) await world.org.member(await world.org.user(name), crew);
    await world.org.pagesOf(5);
    const most = 24;
    let cuts = 0;
    for (let at = 0; at < most; at++) {
      await world.org.control('POST', '/faults', {
        after: at,
        times: 1_000,
        fault: { kind: 'status', status: 401 },
      });
      const cut = await world.tick(at % 2 ? { full: true } : {}).catch((error: unknown) => error);
      if (cut instanceof Error) cuts += 1;
      await fetch(`${world.sandbox.orgUrl}/__sandbox__/faults`, { method: 'DELETE' });
      world.restart();
      if (at % 5 === 0) await world.org.member(await world.org.user(`late${at}`), crew);
    }
    expect(cuts).toBeGreaterThan(10);
    await world.tick();
    await world.tick();
    await expectTruth();
  });
});
