import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { connector } from '../../src/connector.ts';
import { type Client, type EventHook, fileStateStore, type HookOptions } from '../../src/index.ts';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import { newProfile } from '../sandbox/support.ts';
import { useFolder } from '../state/support.ts';
import { entriesOf } from '../support/state-file.ts';
import { until, useOrg, useServer } from './support.ts';

const org = useOrg();
const mount = useServer();
const inFolder = useFolder();
const HOOKS = '/api/v1/eventHooks';
const CREATE = 'user.lifecycle.create';

let client: Client;
let state: StateStore & { failing?: 'before' | 'after' };
let told: string[];
let keys: Set<string>;

beforeEach(() => {
  told = [];
  keys = new Set();
  client = org.connect({ notice: (message) => told.push(message) });
  const store = memoryStateStore();
  state = {
    get: (key) => store.get(key),
    async compareAndSet(key, ...rest) {
      keys.add(key);
      if (state.failing === 'before') throw new Error('the disk is full');
      const done = await store.compareAndSet(key, ...rest);
      if (state.failing === 'after') throw new Error('the connection was lost');
      return done;
    },
  };
});

const open = (input = {}, options: Partial<HookOptions> = {}, key = 'user_created' as string): EventHook =>
  client.hook(key, input, { url: mount.url, state, name: 'hook', ...options });
/** Serves a hook as a host does. @returns the items that come. */
function serve(hook: EventHook): string[] {
  const got: string[] = [];
  mount.fetch = async (request) => {
    const { response, items } = await hook.answer(request);
    got.push(...items.map(({ id }) => id));
    return response;
  };
  return got;
}
// biome-ignore lint/suspicious/noExplicitAny: hooks are looked into freely
const hooks = async (): Promise<any[]> => (await org.get(HOOKS)).body;
const host = () => new URL(org.sandbox.orgUrl).host;
const stored = async (store: StateStore = state, key = `hook hook@${host()}`) =>
  JSON.parse((await store.get(key)) ?? '{}');
const event = (uuid: string, more = {}) => ({
  ...{ uuid, eventType: CREATE, published: new Date().toISOString(), ...more },
});
const delivery = async (events: unknown[], Authorization?: string) =>
  new Request(mount.url, {
    method: 'POST',
    headers: { Authorization: Authorization ?? (await stored()).value.secret },
    body: JSON.stringify({ data: { events } }),
  });
const answered = async (hook: EventHook, events: unknown[]): Promise<[number, string[]]> => {
  const { response, items } = await hook.answer(await delivery(events));
  return [response.status, items.map(({ id }) => id)];
};
const ensured = async (input = {}, options: Partial<HookOptions> = {}): Promise<EventHook> => {
  const hook = open(input, options);
  serve(hook);
  await hook.ensure();
  return hook;
};

describe('F2.6 an event hook without a running process', () => {
  it('F2.6 is created, verified, found in order, delivers, and is removed', async () => {
    const hook = open();
    const got = serve(hook);
    expect(await hook.isInOrder()).toBe(false);
    await hook.ensure();
    expect(await hooks()).toMatchObject([
      {
        ...{ status: 'ACTIVE', verificationStatus: 'VERIFIED', events: { items: [CREATE] } },
        channel: { config: { uri: mount.url } },
      },
    ]);
    expect(await hook.isInOrder()).toBe(true);
    const uuids = await org.append(3, CREATE);
    await org.control('POST', '/hooks/flush');
    expect(got.toSorted()).toEqual([...uuids].sort());
    const { secret, seen } = (await stored()).value;
    await hook.remove();
    await hook.remove();
    expect(await hooks()).toEqual([]);
    expect(await hook.isInOrder()).toBe(false);
    expect((await stored()).value).toMatchObject({ secret, seen });
  });

  it('F2.6 keeps one hook, changed where it has to be, and asks for nothing where it is in order', async () => {
    await ensured();
    const [{ id }] = await hooks();
    await org.post(`${HOOKS}/${id}/lifecycle/deactivate`);
    expect(await open().isInOrder()).toBe(false);
    await open().ensure();
    expect(await hooks()).toMatchObject([{ id, status: 'ACTIVE' }]);
    const url = `${mount.url}/other`;
    expect(await open({}, { url }).isInOrder()).toBe(false);
    await open({}, { url }).ensure();
    expect(await hooks()).toMatchObject([{ id, channel: { config: { uri: url } } }]);
    const posts = (await org.asked(HOOKS, 'POST')).length;
    await open({}, { url }).ensure();
    expect((await org.asked(HOOKS, 'POST')).length).toBe(posts);
  });

  it('F2.6 leaves one hook when it is created several times at once', async () => {
    const all = Array.from({ length: 4 }, () => open());
    serve(all[0] as EventHook);
    await Promise.all(all.map((hook) => hook.ensure()));
    const [only, ...others] = await hooks();
    expect(others).toEqual([]);
    expect((await stored()).value.hookId).toBe(only.id);
    expect(await open().isInOrder()).toBe(true);
    // Once more, when somebody has deleted it.
    await org.post(`${HOOKS}/${only.id}/lifecycle/deactivate`);
    await org.delete(`${HOOKS}/${only.id}`);
    await Promise.all(all.map((hook) => hook.ensure()));
    expect(await hooks()).toHaveLength(1);
    expect(await open().isInOrder()).toBe(true);
  });

  it('F2.6 leaves one hook also when the answers to both creations are lost', async () => {
    const all = [open(), open()];
    serve(all[0] as EventHook);
    await org.fault({ kind: 'reset_after' }, { method: 'POST', path: `${HOOKS}$`, times: 2 });
    await Promise.all(all.map((hook) => hook.ensure()));
    expect(await hooks()).toMatchObject([{ id: (await stored()).value.hookId }]);
    expect(await open().isInOrder()).toBe(true);
  });

  it('F2.6 uses the hook of a faster process, and says which one is left over when it cannot be deleted', async () => {
    const hook = open();
    serve(hook);
    const events = { type: 'EVENT_TYPE', items: [CREATE] };
    let faster = '';
    const raced: StateStore = {
      get: state.get,
      async compareAndSet(key, expected, next) {
        if (JSON.parse(next).value.hookId !== undefined && faster === '') {
          const { value: before } = JSON.parse(expected ?? '');
          const authScheme = { type: 'HEADER', key: 'Authorization', value: before.secret };
          const channel = { type: 'HTTP', version: '1.0.0', config: { uri: mount.url, authScheme } };
          faster = (await org.post(HOOKS, { name: 'faster', events, channel })).body.id;
          const value = { ...before, hookId: faster };
          await state.compareAndSet(key, expected, JSON.stringify({ value }));
        }
        return state.compareAndSet(key, expected, next);
      },
    };
    await org.fault({ kind: 'status', status: 403, body: {} }, { path: `${HOOKS}/.*/lifecycle/deactivate` });
    await open({}, { state: raced }).ensure();
    const left = (await hooks()).find(({ id }) => id !== faster);
    expect(told.join()).toContain(`surplus event hook ${left.id} could not be deleted`);
    expect((await stored()).value.hookId).toBe(faster);
    expect(await hook.isInOrder()).toBe(true);
  });

  it('F2.6 delivers what the trigger is about, each event once, with what the input includes', async () => {
    const { id } = (await client.run('create_user', { profile: newProfile('hooked') })) as { id: string };
    const hook = await ensured({ include: true, target: id });
    const target = [{ id, type: 'User', alternateId: 'x', displayName: 'x' }];
    const request = await delivery([
      ...[event('a', { target }), event('b', { target }), event('a', { target })],
      ...[event('other'), event('deleted', { target, eventType: 'user.lifecycle.delete.initiated' })],
    ]);
    const { response, items } = await hook.answer(request);
    expect(response.status).toBe(200);
    expect(items).toMatchObject([
      { id: 'a', user: { id } },
      { id: 'b', user: { id } },
    ]);
    expect(await answered(open({ include: true, target: id }), [event('a', { target })])).toEqual([200, []]);
  });

  it('F2.6 takes the same delivery three times at once as one, and different ones all', async () => {
    const hook = await ensured();
    const same = await Promise.all([1, 2, 3].map(() => answered(open(), [event('a'), event('b')])));
    expect(same.flatMap(([, ids]) => ids).toSorted()).toEqual(['a', 'b']);
    const different = await Promise.all(['c', 'd', 'e'].map((uuid) => answered(hook, [event(uuid)])));
    expect(different).toEqual([
      [200, ['c']],
      [200, ['d']],
      [200, ['e']],
    ]);
  });

  it('F2.6 takes nothing without the secret, and no challenge', async () => {
    const hook = open();
    const challenge = { Authorization: 'guessed', 'X-Okta-Verification-Challenge': 'please' };
    for (const known of [false, true]) {
      if (known) await ensured();
      const { response, items } = await hook.answer(await delivery([event('a')], 'guessed'));
      expect([response.status, items]).toEqual([401, []]);
      const asked = await hook.answer(new Request(mount.url, { headers: challenge }));
      expect([asked.response.status, await asked.response.text()]).toEqual([401, '']);
    }
  });

  it('F2.6 answers 503 and claims nothing while a user cannot be read', async () => {
    const { id } = (await client.run('create_user', { profile: newProfile('later') })) as { id: string };
    const hook = await ensured({ include: true });
    const target = [{ id, type: 'User', alternateId: 'x', displayName: 'x' }];
    await org.fault({ kind: 'status', status: 403, body: {} }, { path: '^/api/v1/users/', times: 1 });
    const events = [event('odd', { target: [] }), event('a', { target })];
    expect(await answered(hook, events)).toEqual([503, []]);
    expect(told.at(-1)).toMatch(/Okta is answered with 503/);
    expect(await answered(hook, events)).toEqual([200, ['odd', 'a']]);
  });

  it('F2.6 answers 503 and loses nothing while the store fails', async () => {
    const hook = await ensured();
    state.failing = 'before';
    expect(await answered(hook, [event('a')])).toEqual([503, []]);
    expect(told.at(-1)).toMatch(/the disk is full/);
    // What was written although the store failed is not written twice, nor taken for seen.
    state.failing = 'after';
    expect(await answered(hook, [event('a')])).toEqual([200, ['a']]);
    state.failing = undefined;
    expect(await answered(hook, [event('a'), event('b')])).toEqual([200, ['b']]);
    const broken = { ...state, get: () => Promise.reject(new Error('unreachable')) };
    const { response, items } = await open({}, { state: broken }).answer(await delivery([event('c')]));
    expect([response.status, items]).toEqual([503, []]);
  });

  it('F2.6 ends when a store never writes', async () => {
    await ensured();
    const never = { get: state.get, compareAndSet: async () => false };
    expect(await answered(open({}, { state: never }), [event('a')])).toEqual([503, []]);
    await expect(open({}, { state: never, name: 'new' }).ensure()).rejects.toMatchObject({
      code: 'state_locked',
    });
  });

  it('F2.6 creates no hook that it could not answer for', async () => {
    state.failing = 'before';
    await expect(open().ensure()).rejects.toThrow('the disk is full');
    expect(await org.asked(HOOKS, 'POST')).toEqual([]);
  });

  it('F2.6 uses a record that holds a lease, where 0.1.0 has it, and keeps its other members', async () => {
    await ensured();
    const { value } = await stored();
    const lease = { owner: 'x 1', host: 'elsewhere', pid: 1, until: Date.now() + 60_000 };
    const kept = { ...value, inbox: [event('waiting')], poll: { cursor: 'c' } };
    const store = memoryStateStore();
    await store.compareAndSet(`hook@${host()}`, undefined, JSON.stringify({ lease, value: kept }));
    const hook = open({}, { state: store });
    expect(await hook.isInOrder()).toBe(true);
    expect(await answered(hook, [event('a')])).toEqual([200, ['a']]);
    const after = await stored(store);
    expect(after.lease).toBeUndefined();
    expect(after.value).toEqual({ ...kept, seen: [expect.any(String)] });
  });

  it('F2.6 keeps the latest thousand ids', async () => {
    const hook = await ensured();
    for (let from = 0; from < 1_200; from += 100)
      await answered(
        hook,
        Array.from({ length: 100 }, (_, at) => event(`e${from + at}`)),
      );
    expect((await stored()).value.seen).toHaveLength(1_000);
    expect(await answered(hook, [event('e200'), event('e1199')])).toEqual([200, []]);
  });

  it.each(['polled before', 'polled after'])(
    'M a hook named like a polled trigger has its own record in the same store, %s',
    async (when) => {
      const polled = () => Array.fromAsync(client.poll('user_created', {}, { state }));
      if (when === 'polled before') await polled();
      const hook = await ensured({}, { name: 'user_created' });
      await polled();
      const { secret } = (await stored(state, `hook user_created@${host()}`)).value;
      const got = async (...ids: string[]) =>
        (
          await hook.answer(
            await delivery(
              ids.map((id) => event(id)),
              secret,
            ),
          )
        ).items.map(({ id }) => id);
      expect(await got('a')).toEqual(['a']);
      await polled();
      expect(await hook.isInOrder()).toBe(true);
      expect(await got('a', 'b')).toEqual(['b']);
    },
  );

  it('F2.6 has a record for each trigger and URL, unless it is named', async () => {
    const url = 'https://acme.test/';
    const unnamed = { name: undefined };
    for (const options of [{ url }, { url: `${url}b` }])
      for (const key of ['user_created', 'user_suspended'])
        await open({}, { ...unnamed, ...options }, key)
          .ensure()
          .catch(() => {});
    expect(keys.size).toBe(4);
    for (const key of keys) expect(key).toMatch(new RegExp(`@${host()}$`));
  });

  it('F2.6 refuses what cannot work before anything is sent', async () => {
    const never = connector.triggers
      .filter(({ source, offline }) => !source.hook && !offline)
      .map(({ key }) => key);
    for (const key of never) expect(() => open({}, {}, key)).toThrow(`${key} cannot be instant`);
    expect(() => open({ reconcile: true }, {}, 'signal_received')).toThrow(/by a running process only/);
    await expect(open().catchUp()).rejects.toThrow('reconcile is off');
    expect(() => open({ actor: 5 })).toThrow(/The input of user_created is not valid/);
    expect(() => open({}, { url: 'http://acme.test/' })).toThrow(/https/);
    expect(() => open({}, { state: '' })).toThrow(/state/);
    expect(() => open({}, {}, 'user_creatd')).toThrow(/There is no trigger/);
    expect(() => client.hook('user_created', {}, undefined as never)).toThrow(/public URL/);
    expect(await org.asked(HOOKS, 'POST')).toEqual([]);
  });
});

describe('M a hook without a running process, and the log', () => {
  const happen = async (show: object = {}): Promise<string> =>
    (await org.control('POST', '/events', [{ eventType: CREATE, ...show }])).body.uuids[0];
  const caughtUp = async (hook: EventHook) => (await hook.catchUp()).map(({ id }) => id);

  it('each event comes once: by the hook, or from the log if the hook lost it', async () => {
    const hook = open({ reconcile: true });
    const got = serve(hook);
    await hook.ensure();
    const brought = await happen();
    await until(() => got.length === 1);
    await org.control('PUT', '/settings', { hookDropRate: 1 });
    const lost = await happen();
    await org.control('POST', '/hooks/flush');
    expect(await caughtUp(hook)).toEqual([lost]);
    expect(await caughtUp(hook)).toEqual([]);
    expect(await answered(hook, [event(lost), event(brought)])).toEqual([200, []]);
    expect(got).toEqual([brought]);
  });

  it('begins when the hook is made, and leaves the hook its events', async () => {
    await happen();
    const hook = open({ reconcile: true });
    const got = serve(hook);
    expect(await caughtUp(hook)).toEqual([]);
    await hook.ensure();
    await hook.ensure();
    const uuid = await happen();
    expect([...(await caughtUp(hook)), ...got]).toContain(uuid);
    await org.control('POST', '/hooks/flush');
    expect([...(await caughtUp(hook)), ...got].filter((id) => id === uuid).length).toBeLessThanOrEqual(1);
  });

  it('several at once claim each event once', async () => {
    const hook = open({ reconcile: true });
    serve(hook);
    await hook.ensure();
    await org.control('PUT', '/settings', { hookDropRate: 1 });
    const uuids = [await happen(), await happen(), await happen()];
    const claimed = await Promise.all([1, 2, 3].map(() => caughtUp(open({ reconcile: true }))));
    expect(claimed.flat().toSorted()).toEqual(uuids.toSorted());
  });

  it('what was found before a failure is delivered, the rest follows', async () => {
    const hook = open({ reconcile: true, include: true });
    serve(hook);
    await hook.ensure();
    await org.control('PUT', '/settings', { hookDropRate: 1 });
    const uuid = await happen();
    await org.control('POST', '/faults', {
      path: '^/api/v1/logs',
      fault: { kind: 'status', status: 403 },
      times: 1,
    });
    await expect(hook.catchUp()).rejects.toThrow();
    expect(await caughtUp(hook)).toEqual([uuid]);
  });
});

describe('F2.6 three processes at the same moment', () => {
  const script = fileURLToPath(new URL('./hook-process.ts', import.meta.url));

  it('F2.6 make one hook, and each event comes once to one of them', async () => {
    const state = inFolder('hook.json');
    serve(client.hook('user_created', {}, { url: mount.url, state }));
    const { orgUrl, apiToken } = org.sandbox;
    const env = { PATH: process.env.PATH, ORG_URL: orgUrl, ORG_TOKEN: apiToken };
    const children = [1, 2, 3].map(() =>
      spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, state, mount.url], {
        env,
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    );
    const exits = children.map((child) => once(child, 'exit'));
    const lines = children.map(({ stdout }) => createInterface(stdout)[Symbol.asyncIterator]());
    const said = () => Promise.all(lines.map(async (one) => JSON.parse(String((await one.next()).value))));
    /** All do their part at the same moment. */
    const together = (...parts: object[]) => {
      for (const [at, part] of parts.entries()) children[at]?.stdin.write(`${JSON.stringify(part)}\n`);
      return said();
    };
    try {
      await said();
      const ensure = { ensure: true };
      expect(await together(ensure, ensure, ensure)).toEqual([true, true, true]);
      expect(await hooks()).toHaveLength(1);

      const [key = ''] = Object.keys(entriesOf(state));
      const { secret } = (await stored(fileStateStore(state), key)).value;
      const parts = [['a'], ['b', 'c'], ['d', 'e']].map((uuids) => ({ secret, uuids }));
      expect(await together(...parts)).toEqual(parts.map(({ uuids }) => [200, uuids]));
      const same = { secret, uuids: ['f', 'g'] };
      const answers = await together(same, same, same);
      expect(answers.map(([status]) => status)).toEqual([200, 200, 200]);
      expect(answers.flatMap(([, ids]) => ids).toSorted()).toEqual(['f', 'g']);
    } finally {
      for (const child of children) child.kill();
      await Promise.all(exits);
    }
  }, 30_000);

  it('G.3 refuses more than the 300 event types of a hook, of one trigger or of all', async () => {
    const types = Array.from({ length: 301 }, (_, n) => `custom.event.n${n}`);
    const asks = (eventTypes: string[]) => ({
      key: 'new_event_instant',
      input: { eventTypes },
      deliver: () => {},
    });
    const many = /at most 300 event types, not 301/;
    expect(() => client.hook('new_event_instant', { eventTypes: types }, { url: mount.url, state })).toThrow(
      many,
    );
    const webhook = await client.webhook({ publicUrl: mount.url, state });
    await expect(webhook.subscribe(asks(types.slice(0, 200)), asks(types.slice(199)))).rejects.toThrow(many);
    await webhook.stop();
    expect(await org.asked('/api/v1/eventHooks', 'POST')).toEqual([]);
  });
});
