import { beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client.ts';
import { connector } from '../../src/connector.ts';
import { eventTypes as catalogue } from '../../src/resources/event-type/catalogue.ts';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import { newProfile } from '../sandbox/support.ts';
import { type Item, ids, take, until, useOrg, useServer } from './support.ts';

const org = useOrg();
const mount = useServer();
/** Those about a directory, about credentials and about SCIM have tests of their own. */
const general = [
  ...['new_event', 'new_event_instant', 'search_events'],
  ...['directory_changed', 'new_user_onboarding', 'credential_expiring'],
];
const typed = connector.triggers.filter(({ key, offline }) => !general.includes(key) && !offline);
const keys = typed.map(({ key }) => key);

let client: Client;
let state: StateStore;
beforeEach(() => {
  client = org.connect();
  state = memoryStateStore();
});

const post = async (path: string, body?: unknown) => {
  const answer = await org.post(path, body);
  expect(answer.status, `${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
};
const make = async (name: string, activate = true): Promise<string> =>
  (
    await post(`/api/v1/users?activate=${activate}`, {
      profile: newProfile(name),
      credentials: { password: { value: 'Temp-83x!Quartz' } },
    })
  ).id;
const groupId = async (): Promise<string> => (await org.get('/api/v1/groups?q=Sales')).body[0].id;
const appId = async (): Promise<string> => (await org.get('/api/v1/apps?q=Company%20Wiki')).body[0].id;
const signIn = (login: string, outcome: string) => org.control('POST', '/sign-in', { login, outcome });

interface Change {
  what: string;
  before?: () => Promise<string>;
  change: (made: string) => Promise<unknown>;
  fires: string[];
}

const active = () => make('ana');
const member = async () => {
  const id = await active();
  await org.put(`/api/v1/groups/${await groupId()}/users/${id}`);
  return id;
};
const assigned = async () => {
  const id = await active();
  await post(`/api/v1/apps/${await appId()}/users`, { id });
  return id;
};

const changes: Change[] = [
  { what: 'a creation without activation', change: () => make('ana', false), fires: ['user_created'] },
  { what: 'a creation', change: active, fires: ['user_created', 'user_activated'] },
  {
    what: 'an activation',
    before: () => make('ana', false),
    change: (id) => post(`/api/v1/users/${id}/lifecycle/activate?sendEmail=false`),
    fires: ['user_activated'],
  },
  {
    what: 'a deactivation',
    before: active,
    change: (id) => post(`/api/v1/users/${id}/lifecycle/deactivate`),
    fires: ['user_deactivated'],
  },
  {
    what: 'a suspension',
    before: active,
    change: (id) => post(`/api/v1/users/${id}/lifecycle/suspend`),
    fires: ['user_suspended'],
  },
  {
    what: 'the end of a suspension',
    before: async () => {
      const id = await active();
      await post(`/api/v1/users/${id}/lifecycle/suspend`);
      return id;
    },
    change: (id) => post(`/api/v1/users/${id}/lifecycle/unsuspend`),
    fires: [],
  },
  {
    what: 'a deletion',
    before: async () => {
      const id = await active();
      await post(`/api/v1/users/${id}/lifecycle/deactivate`);
      return id;
    },
    change: (id) => org.delete(`/api/v1/users/${id}`),
    fires: ['user_deleted'],
  },
  {
    what: 'a lock-out',
    before: active,
    change: async () => {
      for (let i = 0; i < 5; i++) await signIn('ana@sandbox.example', 'FAILURE');
    },
    fires: ['user_locked_out', 'sign_in_failed'],
  },
  {
    what: 'a sign-in that fails',
    before: active,
    change: () => signIn('ana@sandbox.example', 'FAILURE'),
    fires: ['sign_in_failed'],
  },
  {
    what: 'a sign-in of nobody',
    change: () => signIn('nobody@sandbox.example', 'FAILURE'),
    fires: ['sign_in_failed'],
  },
  {
    what: 'a sign-in that succeeds',
    before: active,
    change: () => signIn('ana@sandbox.example', 'SUCCESS'),
    fires: [],
  },
  {
    what: 'a password that is reset',
    before: active,
    change: (id) => post(`/api/v1/users/${id}/lifecycle/reset_password?sendEmail=false`),
    fires: ['user_password_changed'],
  },
  {
    what: 'a password that is set',
    before: active,
    change: (id) => post(`/api/v1/users/${id}`, { credentials: { password: { value: 'Other-94y!Basalt' } } }),
    fires: ['user_password_changed'],
  },
  {
    what: 'a change of profile',
    before: active,
    change: (id) => post(`/api/v1/users/${id}`, { profile: { nickName: 'A' } }),
    fires: ['user_profile_updated'],
  },
  {
    what: 'a new member',
    before: active,
    change: async (id) => org.put(`/api/v1/groups/${await groupId()}/users/${id}`),
    // The group has apps.
    fires: ['app_assigned', 'user_added_to_group'],
  },
  {
    what: 'a member who leaves',
    before: member,
    change: async (id) => org.delete(`/api/v1/groups/${await groupId()}/users/${id}`),
    fires: ['app_unassigned', 'user_removed_from_group'],
  },
  {
    what: 'an assignment to an app',
    before: active,
    change: async (id) => post(`/api/v1/apps/${await appId()}/users`, { id }),
    fires: ['app_assigned'],
  },
  {
    what: 'the end of an assignment',
    before: assigned,
    change: async (id) => org.delete(`/api/v1/apps/${await appId()}/users/${id}`),
    fires: ['app_unassigned'],
  },
  {
    what: 'a reset of factors',
    before: active,
    change: (id) => post(`/api/v1/users/${id}/lifecycle/reset_factors`),
    fires: ['mfa_factor_reset'],
  },
  {
    what: 'an admin role',
    before: active,
    change: (id) => post(`/api/v1/users/${id}/roles`, { type: 'READ_ONLY_ADMIN' }),
    fires: ['admin_role_granted'],
  },
  {
    what: 'an admin role of a group',
    change: () => org.append(1, 'group.privilege.grant'),
    fires: ['admin_role_granted'],
  },
  {
    what: 'an API token',
    change: () => org.append(1, 'system.api_token.create'),
    fires: ['api_token_created'],
  },
  {
    what: 'a used-up rate limit',
    before: async () => {
      await org.control('PUT', '/limits', { '/api/v1/apps': 2 });
      return '';
    },
    change: async () => {
      for (let i = 0; i < 4; i++) await org.get('/api/v1/apps');
    },
    fires: ['rate_limit_warned'],
  },
  { what: 'a group', change: () => post('/api/v1/groups', { profile: { name: 'New' } }), fires: [] },
];

const pollAll = async (input: object = {}): Promise<Record<string, Item[]>> => {
  const found = await Promise.all(
    keys.map(async (key) => [key, await take(client.poll(key, input, { state }))] as const),
  );
  return Object.fromEntries(found.filter(([, items]) => items.length > 0));
};

describe('typed triggers', () => {
  it.each(changes)('$what fires $fires and nothing else', async ({ before, change, fires }) => {
    const made = (await before?.()) ?? '';
    await pollAll();
    await change(made);
    expect(Object.keys(await pollAll()).sort()).toEqual([...fires].sort());
    expect(await pollAll()).toEqual({});
  });

  it('each fires for one of these changes', () => {
    expect(new Set(changes.flatMap(({ fires }) => fires))).toEqual(new Set(keys));
  });

  it.each(typed.map((trigger) => [trigger.key, trigger] as const))(
    '%s is about event types of the catalogue, whatever the input says',
    (_, trigger) => {
      const { eventTypes = [] } = trigger;
      expect(eventTypes.length).toBeGreaterThan(0);
      for (const type of eventTypes) expect(catalogue).toContain(type);
      expect(trigger.input.safeParse({ eventTypes: ['a.b'] }).success).toBe(false);
      expect(trigger.kind).toBe('polling');
    },
  );

  it('sign_in_failed has its outcome fixed, the others none', async () => {
    for (const { key, input } of typed) {
      await client.sample(key, {});
      expect(input.safeParse({ outcome: 'SUCCESS' }).success, key).toBe(false);
    }
    const asked = (await org.asked('/api/v1/logs')).map(({ query }) => query);
    expect(asked).toHaveLength(typed.length);
    const withOutcome = asked.filter((query) => query.includes('outcome.result'));
    expect(withOutcome).toHaveLength(1);
    expect(withOutcome[0]).toMatch(/user\.session\.start.*outcome\.result.*FAILURE/);
  });

  it('can be narrowed to an actor, a target and an address', async () => {
    const poll = (input: object, store: StateStore) =>
      take(client.poll('sign_in_failed', input, { state: store }));
    const wanted = [
      { actor: 'ana@sandbox.example' },
      { actor: 'bob@sandbox.example' },
      { ipAddress: '203.0.113.9' },
      { ipAddress: '192.0.2.1' },
    ];
    const stores = wanted.map(() => memoryStateStore());
    await active();
    for (const [i, input] of wanted.entries()) await poll(input, stores[i] as StateStore);
    await signIn('ana@sandbox.example', 'FAILURE');
    const found = await Promise.all(wanted.map((input, i) => poll(input, stores[i] as StateStore)));
    expect(found.map((items) => items.length)).toEqual([1, 0, 1, 0]);
  });
});

describe('include', () => {
  const poll = (key: string, include: boolean) => take(client.poll(key, { include }, { state }));

  it('gives the whole user as it is now', async () => {
    await poll('user_created', true);
    const id = await make('ana');
    await post(`/api/v1/users/${id}`, { profile: { nickName: 'Later' } });
    const [item] = await poll('user_created', true);
    expect(item?.user).toMatchObject({ id, status: 'ACTIVE', profile: { nickName: 'Later' } });
  });

  it('gives null when the user is gone', async () => {
    await poll('user_created', true);
    const id = await make('ana');
    await post(`/api/v1/users/${id}/lifecycle/deactivate`);
    await org.delete(`/api/v1/users/${id}`);
    expect(await poll('user_created', true)).toMatchObject([{ userId: id, user: null }]);
  });

  it('gives null when the event names no user', async () => {
    await poll('admin_role_granted', true);
    await org.append(1, 'group.privilege.grant');
    expect(await poll('admin_role_granted', true)).toMatchObject([{ user: null }]);
  });

  it('is off unless asked for: nothing is read', async () => {
    await poll('user_created', false);
    await make('ana');
    await org.control('DELETE', '/requests');
    const [item] = await poll('user_created', false);
    expect(item).not.toHaveProperty('user');
    expect((await org.control('GET', '/requests')).body.requests).toHaveLength(1);
  });

  it('that fails in the middle of a page ends the run; what was delivered does not come again', async () => {
    await poll('user_created', true);
    const made = [await make('ana'), await make('ben'), await make('cleo')];
    await org.fault({ kind: 'status', status: 403, body: {} }, { path: '/api/v1/users/', after: 2 });
    const got: string[] = [];
    const run = async () => {
      for await (const item of client.poll('user_created', { include: true }, { state }))
        got.push((item as { userId: string }).userId);
    };
    await expect(run()).rejects.toMatchObject({ status: 403 });
    expect(got).toEqual(made.slice(0, 2));
    await org.control('DELETE', '/faults');
    expect(await poll('user_created', true)).toMatchObject([{ userId: made[2] }]);
  });

  it('that fails for another reason than 404 ends the run, and the page comes again', async () => {
    await poll('user_created', true);
    const id = await make('ana');
    await org.fault({ kind: 'status', status: 403, body: {} }, { path: '/api/v1/users/', times: 1 });
    await expect(poll('user_created', true)).rejects.toMatchObject({ status: 403 });
    expect(await poll('user_created', true)).toMatchObject([{ user: { id } }]);
  });

  it.each(['user_added_to_group', 'user_suspended', 'user_locked_out'])('works for %s', async (key) => {
    const id = await active();
    await poll(key, true);
    if (key === 'user_suspended') await post(`/api/v1/users/${id}/lifecycle/suspend`);
    else if (key === 'user_added_to_group') await org.put(`/api/v1/groups/${await groupId()}/users/${id}`);
    else for (let i = 0; i < 5; i++) await signIn('ana@sandbox.example', 'FAILURE');
    expect(await poll(key, true)).toMatchObject([{ user: { id } }]);
  });

  // Regression: the first target of these events is the assignment (AppUser), and its id was taken for the user's.
  it.each(['app_assigned', 'app_unassigned'])('works for %s', async (key) => {
    const id = key === 'app_assigned' ? await active() : await assigned();
    await poll(key, true);
    const app = await appId();
    if (key === 'app_assigned') await post(`/api/v1/apps/${app}/users`, { id });
    else await org.delete(`/api/v1/apps/${app}/users/${id}`);
    expect(await poll(key, true)).toMatchObject([{ appId: app, userId: id, user: { id } }]);
  });
});

describe('F2.6 instant use', () => {
  const create = (name: string): Promise<{ id: string }> =>
    post('/api/v1/users', { profile: newProfile(name) });
  const receive = async () => {
    const webhook = await client.webhook({ publicUrl: mount.url, state });
    mount.fetch = webhook.fetch;
    return webhook;
  };

  it.each(typed.filter(({ source }) => source.hook).map((trigger) => [trigger.key, trigger] as const))(
    'F2.6 %s is delivered by an event hook, once for each of its event types, and nothing else',
    async (key, { eventTypes = [] }) => {
      const webhook = await receive();
      const got: Item[] = [];
      const deliver = (item: unknown) => void got.push(item as Item);
      try {
        await webhook.subscribe({ key, input: {}, deliver });
        const [hook] = (await org.get('/api/v1/eventHooks')).body;
        expect(hook.events.items.toSorted()).toEqual([...eventTypes].sort());
        const { secret } = JSON.parse(
          (await state.get(`webhook@${new URL(org.sandbox.orgUrl).host}`)) ?? '{}',
        ).value;
        const published = new Date().toISOString();
        const events = [...eventTypes, 'zone.create'].map((eventType) => ({
          ...{ uuid: `made-${eventType}`, eventType, published, outcome: { result: 'FAILURE' } },
        }));
        const sent = { method: 'POST', headers: { Authorization: secret } };
        await fetch(mount.url, { ...sent, body: JSON.stringify({ data: { events } }) });
        await until(() => got.length >= eventTypes.length);
        expect(ids(got).sort()).toEqual(eventTypes.map((type) => `made-${type}`).sort());
      } finally {
        await webhook.stop();
      }
    },
  );

  it('F2.6 reconciles and includes: what the hook missed comes from the log, once, with the whole user', async () => {
    const webhook = await client.webhook({ publicUrl: mount.url, state, reconcileMs: 30 });
    mount.fetch = webhook.fetch;
    const got: Item[] = [];
    const deliver = (item: unknown) => void got.push(item as Item);
    try {
      const input = { include: true, reconcile: true };
      await webhook.subscribe({ key: 'user_created', input, deliver });
      const { id: pushed } = await create('pushed');
      await until(() => got.length === 1);
      await org.control('PUT', '/settings', { hookDropRate: 1 });
      const { id: missed } = await create('missed');
      await until(() => got.length === 2);
      const looks = (await org.asked('/api/v1/logs')).length;
      await until(async () => (await org.asked('/api/v1/logs')).length > looks + 1);
      expect(got).toMatchObject([
        { eventType: 'user.lifecycle.create', user: { id: pushed } },
        { eventType: 'user.lifecycle.create', user: { id: missed } },
      ]);
      expect(got).toHaveLength(2);
    } finally {
      await webhook.stop();
    }
  });

  it('F2.6 a trigger whose events no hook delivers says so, before a hook is made', async () => {
    const never = typed.filter(({ source }) => !source.hook).map(({ key }) => key);
    expect(never).toContain('user_deleted');
    const webhook = await receive();
    for (const key of never)
      await expect(webhook.subscribe({ key, input: {}, deliver: () => {} })).rejects.toThrow(
        `${key} cannot be instant`,
      );
    await webhook.stop();
    expect(await org.asked('/api/v1/eventHooks', 'POST')).toEqual([]);
  });
});
