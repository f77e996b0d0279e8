import { beforeEach, describe, expect, it } from 'vitest';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import type { MappingInput } from '../../src/sync/mapping/schema.ts';
import { type Item, take, until, useOrg, useServer } from './support.ts';

const org = useOrg();
const mount = useServer();
let state: StateStore;
beforeEach(async () => {
  state = memoryStateStore();
  await org.control('PUT', '/limits', { '/api/v1/users/{id}': 100_000 });
});

const KEY = 'new_user_onboarding';
const poll = (input: { mapping?: MappingInput } = {}) => take(org.connect().poll(KEY, input, { state }));

async function hire(name: string, more: object = {}): Promise<string> {
  const login = `${name}@acme.test`;
  const profile = { login, email: login, firstName: name, lastName: 'Ruiz', ...more };
  return (await org.post('/api/v1/users?activate=true', { profile })).body.id;
}

const mapping: MappingInput = {
  preset: false,
  fields: {
    emailaddress: 'profile.email',
    department: { from: 'profile.department', lookup: 'departments' },
  },
  required: ['emailaddress'],
  lookups: { departments: { Sales: 3 } },
  profiles: [
    { name: 'agents', when: { groups: ['Crew'] }, rules: [{ group: 'Crew', assign: { role: 'Agent' } }] },
    { name: 'users', defaults: { role: 'User' } },
  ],
};

describe('HALO-12 new_user_onboarding', () => {
  it('fires once for each new user, with the user and the mapped fields', async () => {
    expect(await poll({ mapping })).toEqual([]);
    const { id: groupId } = (await org.post('/api/v1/groups', { profile: { name: 'Crew' } })).body;
    const agent = await hire('agent', { department: 'Sales' });
    await org.put(`/api/v1/groups/${groupId}/users/${agent}`);
    const user = await hire('user', { department: 'Slaes' });
    const items = await poll({ mapping });
    expect(items).toMatchObject([
      {
        ...{
          eventType: 'user.lifecycle.create',
          userId: agent,
          user: { id: agent, status: expect.any(String) },
        },
        mapped: {
          ...{ profile: 'agents', active: true, fields: { emailaddress: 'agent@acme.test', department: 3 } },
          ...{ assignments: [{ type: 'role', value: 'Agent' }], misses: [] },
        },
      },
      {
        userId: user,
        mapped: {
          ...{ profile: 'users', fields: { emailaddress: 'user@acme.test', department: null } },
          assignments: [{ type: 'role', value: 'User' }],
          misses: [{ field: 'department', name: 'Slaes', nearest: 'Sales' }],
        },
      },
    ]);
    await org.post(`/api/v1/users/${user}`, { profile: { title: 'Lead' } });
    await org.post(`/api/v1/users/${user}/lifecycle/deactivate`);
    expect(await poll({ mapping })).toEqual([]);
  });

  it('without a mapping, the fields are the preset', async () => {
    await poll();
    await hire('new');
    expect(await poll()).toMatchObject([
      { mapped: { fields: { login: 'new@acme.test', firstName: 'new' } } },
    ]);
  });

  it('says in words why there is no row', async () => {
    const strict: MappingInput = { required: ['costCenter'] };
    await poll({ mapping: strict });
    await hire('poor');
    const gone = await hire('gone');
    await org.delete(`/api/v1/users/${gone}`);
    await org.delete(`/api/v1/users/${gone}`);
    expect((await poll({ mapping: strict })).map(({ mapped }) => mapped.error)).toEqual([
      'costCenter is required, but has no value',
      'The user no longer exists',
    ]);
    const scoped: MappingInput = { scope: { groups: ['Sales'] } };
    await hire('outside');
    expect((await poll({ mapping: scoped })).map(({ mapped }) => mapped.error)).toEqual([
      'The mapping leaves this user out',
    ]);
  });

  it('repeats an item whose user could not be read, and delivers it once', async () => {
    await poll();
    const id = await hire('new');
    await org.fault(
      { kind: 'status', status: 403, body: { errorCode: 'E0000006' } },
      { path: `/api/v1/users/${id}`, times: 1 },
    );
    await expect(poll()).rejects.toMatchObject({ status: 403 });
    expect((await poll()).map(({ userId }) => userId)).toEqual([id]);
    expect(await poll()).toEqual([]);
  });

  it('names a mistake in the mapping before it asks Okta anything', async () => {
    const wrong = { fields: { team: { from: 'profile.team', lookup: 'teams' } } };
    await expect(poll({ mapping: wrong })).rejects.toMatchObject({ code: 'invalid_input' });
    expect((await org.control('GET', '/requests')).body.requests).toEqual([]);
  });

  it('comes by an event hook too, once', async () => {
    const hook = org.connect().hook(KEY, { mapping }, { url: mount.url, state });
    const got: Item[] = [];
    mount.fetch = async (request) => {
      const { response, items } = await hook.answer(request);
      got.push(...(items as Item[]));
      return response;
    };
    await hook.ensure();
    const id = await hire('new', { department: 'Sales' });
    await until(() => got.length > 0);
    expect(got).toMatchObject([{ userId: id, user: { id }, mapped: { fields: { department: 3 } } }]);
    await hook.remove();
  });

  it('shows recent users while it is set up', async () => {
    await hire('new');
    const [item] = await org.connect().sample(KEY, { mapping }, { limit: 1 });
    expect(item).toMatchObject({ mapped: { fields: { emailaddress: 'new@acme.test' } } });
  });
});
