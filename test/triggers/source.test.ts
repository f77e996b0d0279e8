import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineTrigger, type TriggerDefinition, type TriggerSource } from '../../src/define.ts';
import { group } from '../../src/resources/group/resource.ts';
import { openSession, type Session } from '../../src/session/session.ts';
import { fileFailure } from '../../src/state/file-failure.ts';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import { follow, pollOnce, sample } from '../../src/triggers/follow.ts';
import { openWebhook } from '../../src/triggers/webhook.ts';
import { ids, jumpClock, take, useOrg } from './support.ts';

/** New groups, found by listing them all: no log, and nothing an event hook tells. */
const newGroups: TriggerSource<object, { known: string[] }, string[]> = {
  async *run({ context, held, maxPages, unsaved }) {
    const known = new Set([...(held.value?.known ?? []), ...(unsaved.value ?? [])]);
    let next: string | undefined;
    for (let pages = 0; pages < (maxPages ?? 100) && (pages === 0 || next); pages++) {
      const page = await context.page<{ id: string }>({ method: 'GET', path: '/api/v1/groups' }, next);
      const found = page.items.filter(({ id }) => !known.has(id));
      for (const { id } of found) {
        held.assertHeld();
        // The first run only learns what there is.
        if (held.value) yield { id };
        known.add(id);
        unsaved.value = [...known];
      }
      next = page.next;
    }
    await held.save({ known: [...known] });
    unsaved.value = undefined;
  },
  async sample({ context }, limit) {
    const { items } = await context.page<{ id: string }>({ method: 'GET', path: '/api/v1/groups' });
    return items.slice(-limit).map(({ id }) => ({ id }));
  },
};

const trigger = defineTrigger({
  key: 'group_created',
  resource: group,
  title: 'Group created',
  description: 'Fires for each new group.',
  docsUrl: 'https://developer.okta.com/docs/api/',
  scopes: ['okta.groups.read'],
  kind: 'polling',
  input: z.strictObject({}),
  output: z.object({ id: z.string() }),
  source: newGroups,
  sample: { input: {}, output: { id: '00g1' } },
}) as unknown as TriggerDefinition;

const org = useOrg();
let session: Session;
let state: StateStore;
beforeEach(() => {
  const { orgUrl, apiToken } = org.sandbox;
  const connection = { orgUrl, auth: { type: 'api_token' as const, token: apiToken } };
  session = openSession(connection, { clock: jumpClock() }, 'test');
  state = memoryStateStore();
  return () => session.close();
});

const create = async (name: string): Promise<string> =>
  (await org.post('/api/v1/groups', { profile: { name } })).body.id;
const polled = async () => ids(await take(pollOnce(session, trigger, {}, { state })));

describe('F2.2 a source that is not the System Log', () => {
  it('primes, polls and delivers each item once', async () => {
    expect(await polled()).toEqual([]);
    const made = [await create('One'), await create('Two')];
    expect(await polled()).toEqual(made);
    expect(await polled()).toEqual([]);
  });

  it('shows recent items without a state', async () => {
    const made = await create('One');
    expect(await sample(session, trigger, {}, { limit: 1 })).toEqual([{ id: made }]);
    expect(await polled()).toEqual([]);
  });

  it('is followed until the signal, over errors, and asks the log for nothing', async () => {
    await polled();
    const made = await create('One');
    await org.fault({ kind: 'status', status: 500 }, { times: 1 });
    const stop = new AbortController();
    const got: unknown[] = [];
    for await (const item of follow(session, trigger, {}, { state, signal: stop.signal, interval: 1_000 })) {
      got.push(item);
      if (got.length === 1) await create('Two');
      else stop.abort();
    }
    expect(got).toHaveLength(2);
    expect(got[0]).toEqual({ id: made });
    expect(await org.asked('/api/v1/logs')).toEqual([]);
  });

  it('is held by one run at a time, and given back by one that is ended early', async () => {
    await polled();
    const made = await create('One');
    for await (const item of pollOnce(session, trigger, {}, { state })) {
      expect(item).toEqual({ id: made });
      await expect(polled()).rejects.toMatchObject({ code: 'state_locked' });
      break;
    }
    expect(await polled()).toEqual([made]);
  });

  it('leaves out, within one process, what a run delivered and could not save', async () => {
    await polled();
    const made = await create('One');
    let full = true;
    const store: StateStore = {
      get: (key) => state.get(key),
      async compareAndSet(key, expected, next) {
        if (full && next.includes(made)) throw fileFailure('The state', 'written', new Error('full'), true);
        return state.compareAndSet(key, expected, next);
      },
    };
    const stop = new AbortController();
    const got: string[] = [];
    const progress = (message: string) => {
      if (message.startsWith('The state cannot be written')) full = false;
    };
    const options = { state: store, signal: stop.signal, interval: 1_000, progress };
    for await (const item of follow(session, trigger, {}, options)) {
      got.push((item as { id: string }).id);
      if (got.length === 1) void create('Two');
      else stop.abort();
    }
    expect(full).toBe(false);
    expect(got).toEqual([made, expect.not.stringMatching(made)]);
  });

  it('cannot be subscribed to: no hook delivers it', async () => {
    const webhook = await openWebhook(session, () => trigger, { publicUrl: 'http://127.0.0.1:9', state });
    const subscribed = webhook.subscribe({ key: 'group_created', input: {}, deliver: () => {} });
    await expect(subscribed).rejects.toMatchObject({
      code: 'invalid_input',
      message: 'group_created cannot be instant: no event hook delivers it',
    });
    await webhook.stop();
    expect(await org.asked('/api/v1/eventHooks', 'POST')).toEqual([]);
  });
});
