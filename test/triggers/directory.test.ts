import { beforeEach, describe, expect, it } from 'vitest';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import type { Change } from '../../src/sync/change.ts';
import type { MappingInput } from '../../src/sync/mapping/schema.ts';
import { MOST } from '../../src/triggers/sources/directory/directory-source.ts';
import { Mirror } from '../sync/support/mirror.ts';
import { take, useOrg } from './support.ts';

const org = useOrg();
let state: StateStore;
beforeEach(async () => {
  state = memoryStateStore();
  await org.control('PUT', '/limits', { '/api/v1/groups': 100_000, '/api/v1/users/{id}': 100_000 });
});

interface Input {
  mapping?: MappingInput;
  kinds?: Change['kind'][];
  existing?: boolean;
  maxLeavers?: string;
  confirmHeld?: string;
}

const poll = async (input: Input = {}, options: object = {}) =>
  (await take(org.connect().poll('directory_changed', input, { state, ...options }))) as unknown as Change[];

/** The first changes only; then the process stops in order. */
async function pollSome(count: number, input: Input = {}): Promise<Change[]> {
  const found: Change[] = [];
  for await (const one of org.connect().poll('directory_changed', input, { state })) {
    found.push(one as unknown as Change);
    if (found.length === count) break;
  }
  return found;
}

const hire = async (name: string, more: object = {}): Promise<string> => {
  const login = `${name}@acme.test`;
  const profile = { login, email: login, firstName: name, lastName: 'Ruiz', ...more };
  return (await org.post('/api/v1/users?activate=true', { profile })).body.id;
};
const told = (changes: readonly Change[]) => changes.map(({ kind, key }) => `${kind} ${Object.values(key)}`);

describe('HALO-16 directory_changed', () => {
  it('remembers who is there in the first run, and then delivers each change once', async () => {
    expect(await poll()).toEqual([]);
    const id = await hire('new');
    const [created, ...others] = await poll();
    expect(others).toEqual([]);
    expect(created).toMatchObject({ kind: 'user.created', key: { userId: id }, before: null });
    expect(created?.after).toMatchObject({ id, login: 'new@acme.test', active: true });
    expect(await poll()).toEqual([]);
    await org.post(`/api/v1/users/${id}`, { profile: { title: 'Lead' } });
    expect(await poll()).toMatchObject([
      { kind: 'user.updated', changed: ['title'], after: { title: 'Lead' } },
    ]);
    await org.post(`/api/v1/users/${id}/lifecycle/deactivate`);
    expect(told(await poll())).toEqual([`user.deactivated ${id}`]);
    await org.delete(`/api/v1/users/${id}`);
    expect(told(await poll())).toEqual([`user.deleted ${id}`]);
  });

  it('delivers who is there if asked, so that all changes make the directory', async () => {
    const mirror = new Mirror();
    for (const change of await poll({ existing: true })) mirror.apply(change);
    await hire('new');
    for (const change of await poll({ existing: true })) mirror.apply(change);
    expect(mirror.wrong).toEqual([]);
    const users = (
      await org.get('/api/v1/users?limit=200&filter=lastUpdated%20gt%20%222000-01-01T00:00:00.000Z%22')
    ).body;
    expect([...mirror.users.keys()].sort()).toEqual(users.map(({ id }: { id: string }) => id).sort());
    expect(mirror.memberships.size).toBeGreaterThan(0);
  });

  it('fires for the kinds that are asked for', async () => {
    const kinds = ['group.created' as const];
    await poll({ kinds });
    await hire('new');
    const { id } = (await org.post('/api/v1/groups', { profile: { name: 'Crew' } })).body;
    expect(told(await poll({ kinds }))).toEqual([`group.created ${id}`]);
  });

  it('maps: rules give and take away', async () => {
    const { id: groupId } = (await org.post('/api/v1/groups', { profile: { name: 'Crew' } })).body;
    const mapping: MappingInput = {
      preset: false,
      fields: { mail: 'profile.email' },
      rules: [{ group: 'Crew', assign: { role: 'Agent' } }],
      groups: { include: [] },
    };
    await poll({ mapping });
    const userId = await hire('new');
    await org.put(`/api/v1/groups/${groupId}/users/${userId}`);
    expect(await poll({ mapping })).toMatchObject([
      { kind: 'user.created', after: { id: userId, mail: 'new@acme.test', active: true } },
      { kind: 'assignment.added', after: { type: 'role', value: 'Agent' } },
    ]);
    await org.delete(`/api/v1/groups/${groupId}/users/${userId}`);
    expect(await poll({ mapping })).toMatchObject([
      { kind: 'assignment.removed', before: { type: 'role', value: 'Agent' } },
    ]);
  });

  it.each([1, 2, 7])('delivers the rest, with the same ids, after it was stopped at %i', async (count) => {
    const input = { existing: true };
    const first = await pollSome(count, input);
    const rest = await poll(input);
    // What was in the hands of the consumer at the stop comes again.
    expect(rest[0]).toEqual(first.at(-1));
    const mirror = new Mirror();
    for (const change of first.slice(0, -1)) mirror.apply(change);
    for (const change of rest) mirror.apply(change);
    expect(mirror.wrong).toEqual([]);
    expect(await poll(input)).toEqual([]);
  });

  it('after a kill in the middle, delivers the same changes again', async () => {
    let saved: string | undefined;
    let saves = 0;
    // Writes of a killed process: those up to the one with the changes on their way.
    const killed: StateStore = {
      ...state,
      perConnection: true,
      get: async () => saved,
      async compareAndSet(_key, _before, next) {
        saves += 1;
        if (saves <= 2) saved = next;
        return true;
      },
    };
    const first = await poll({ existing: true }, { state: killed });
    expect(first.length).toBeGreaterThan(20);
    saves = -1_000;
    const text = JSON.parse(saved as string);
    saved = JSON.stringify({ ...text, lease: undefined });
    expect((await poll({ existing: true }, { state: killed })).slice(0, first.length)).toEqual(first);
    expect(await poll({ existing: true }, { state: killed })).toEqual([]);
  });

  it('a failure in the middle loses nothing', async () => {
    await poll();
    const id = await hire('new');
    await org.fault(
      { kind: 'status', status: 400, body: { errorCode: 'E0000001' } },
      { path: '/api/v1/groups', times: 1 },
    );
    await expect(poll()).rejects.toMatchObject({ status: 400 });
    expect(told(await poll())).toEqual([`user.created ${id}`]);
  });

  it('holds when too many would leave, and a confirmation confirms only that', async () => {
    const leavers = [await hire('one'), await hire('two'), await hire('three')];
    const input = { maxLeavers: '1', kinds: ['user.deactivated' as const] };
    await poll(input);
    const leave = (id: string) => org.post(`/api/v1/users/${id}/lifecycle/deactivate`);
    for (const id of leavers.slice(0, 2)) await leave(id);
    const refused = await poll(input).catch((error) => error);
    expect(refused).toMatchObject({
      code: 'sync_held',
      hint: expect.stringMatching(/set confirmHeld to [0-9a-f]{8},/),
    });
    expect(refused.message).toContain('2 active users would leave (at most 1 may)');
    const confirmHeld = /confirmHeld to (\w+)/.exec(refused.hint)?.[1] as string;
    await expect(poll({ ...input, confirmHeld: '0badc0de' })).rejects.toMatchObject({ code: 'sync_held' });
    expect(told(await poll({ ...input, confirmHeld })).sort()).toEqual(
      leavers
        .slice(0, 2)
        .map((id) => `user.deactivated ${id}`)
        .sort(),
    );
    for (const name of ['four', 'five']) leavers.push(await hire(name));
    await poll({ ...input, confirmHeld });
    for (const id of leavers.slice(3)) await leave(id);
    await expect(poll({ ...input, confirmHeld })).rejects.toMatchObject({ code: 'sync_held' });
  });

  it('follow ends when something is held: somebody has to decide', async () => {
    const id = await hire('one');
    const input = { maxLeavers: '0' };
    await poll(input);
    await org.post(`/api/v1/users/${id}/lifecycle/deactivate`);
    const follow = take(org.connect().follow('directory_changed', input, { state, interval: 1 }));
    await expect(follow).rejects.toMatchObject({ code: 'sync_held' });
  });

  it('names people without a row once', async () => {
    const notices: string[] = [];
    const mapping: MappingInput = { required: ['costCenter'] };
    const once = () =>
      take(
        org
          .connect({ notice: (text) => notices.push(text) })
          .poll('directory_changed', { mapping }, { state }),
      );
    await once();
    const before = notices.filter((text) => text.includes('costCenter is required')).length;
    await once();
    expect(before).toBe(1);
    expect(notices.filter((text) => text.includes('costCenter is required'))).toHaveLength(1);
  });

  it('refuses a directory that no host should keep, with a way that can', async () => {
    const users = Object.assign(MOST, { users: 3 });
    try {
      await expect(poll()).rejects.toMatchObject({
        code: 'invalid_input',
        message: expect.stringContaining('keeps up to 3 users and 400000 memberships'),
        hint: expect.stringContaining('okta-connector sync --state FILE --to webhook URL'),
      });
    } finally {
      Object.assign(users, { users: 20_000 });
    }
  });

  it('tells what is wrong with a mapping before it asks Okta anything', async () => {
    const mapping = { fields: { team: { from: 'profile.team', lookup: 'teams' } } };
    await expect(poll({ mapping })).rejects.toMatchObject({
      code: 'invalid_input',
      causes: [expect.stringContaining('there is no table teams')],
    });
    expect((await org.control('GET', '/requests')).body.requests).toEqual([]);
  });

  it('shows mapped people while it is set up', async () => {
    const mapping: MappingInput = { preset: false, fields: { mail: 'profile.email' } };
    const items = await org.connect().sample('directory_changed', { mapping }, { limit: 2 });
    expect(items).toHaveLength(2);
    for (const item of items) {
      expect(item).toMatchObject({
        kind: 'user.created',
        before: null,
        after: { mail: expect.stringContaining('@') },
      });
    }
  });
});
