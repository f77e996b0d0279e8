import { beforeEach, describe, expect, it } from 'vitest';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import { newProfile } from '../sandbox/support.ts';
import { type Item, jumpClock, take, useOrg, useServer } from './support.ts';

const org = useOrg();
const mount = useServer();
const KEY = 'mfa_factor_reset';
const RESET = 'user.mfa.factor.reset_all';
const PART = 'user.mfa.factor.deactivate';

let user: string;
let state: StateStore;
beforeEach(async () => {
  state = memoryStateStore();
  const { body } = await org.post('/api/v1/users?activate=true', { profile: newProfile('ana') });
  user = body.id;
});

const enrol = async (factorType: string, provider: string, profile?: object) => {
  const path = `/api/v1/users/${user}/factors?activate=true`;
  const { status, body } = await org.post(path, { factorType, provider, ...(profile ? { profile } : {}) });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.id as string;
};
const several = async () => {
  await enrol('sms', 'OKTA', { phoneNumber: '+15550100001' });
  await enrol('question', 'OKTA', { question: 'disliked_food', answer: 'asparagus' });
};
const reset = () => org.post(`/api/v1/users/${user}/lifecycle/reset_factors`, undefined);

const poll = async (input: object, clock = jumpClock()) => {
  const since = new Date(Date.now() - 60_000).toISOString();
  return (await take(org.connect({ clock }).poll(KEY, { since, user, ...input }, { state }))) as Item[];
};

describe('M typed: a reset of all factors as one item', () => {
  it('M typed: without the choice, the reset and each factor is an item', async () => {
    await several();
    await reset();
    const types = (await poll({})).map(({ eventType }) => eventType).sort();
    expect(types).toEqual([PART, PART, RESET]);
  });

  it('M typed: with oneItem, one item has the events of its factors in it, none beside it, none again', async () => {
    await several();
    await reset();
    const [item, ...others] = await poll({ oneItem: true });
    expect(others).toEqual([]);
    expect(item?.eventType).toBe(RESET);
    expect(item?.parts.map((one: { eventType: string }) => one.eventType)).toEqual([PART, PART]);
    expect(await poll({ oneItem: true })).toEqual([]);
  });

  it('M typed: with oneItem, a factor that was removed by itself is an item', async () => {
    await several();
    const { body } = await org.get(`/api/v1/users/${user}/factors`);
    await org.delete(`/api/v1/users/${user}/factors/${body[0].id}`);
    await reset();
    const items = await poll({ oneItem: true });
    expect(items.map(({ eventType }) => eventType)).toEqual([PART, RESET]);
    expect(items[1]?.parts).toHaveLength(1);
  });

  it('M typed: with oneItem, it waits until the event is 20 seconds old, once for a transaction', async () => {
    await several();
    await reset();
    const clock = jumpClock();
    await poll({ oneItem: true }, clock);
    expect(clock.slept).toHaveLength(1);
    expect(clock.slept[0]).toBeGreaterThan(10_000);
    expect(clock.slept[0]).toBeLessThanOrEqual(20_000);
  });

  it('M typed: with oneItem and redact, the events inside are hidden, too', async () => {
    await several();
    await reset();
    const login = (await org.get(`/api/v1/users/${user}`)).body.profile.login;
    const [item] = await poll({ oneItem: true, redact: 'personal' });
    expect(item?.parts).toHaveLength(2);
    expect(JSON.stringify(item)).not.toContain(login);
  });

  it('M typed: events that name no transaction come as they are', async () => {
    const target = [{ id: user, type: 'User', alternateId: 'a', displayName: 'A' }];
    await org.append(1, RESET, { transaction: null, target });
    await org.append(1, PART, { transaction: 'odd', target });
    const items = await poll({ oneItem: true });
    expect(items.map(({ eventType }) => eventType)).toEqual([RESET, PART]);
    expect(items.map(({ parts }) => parts)).toEqual([undefined, undefined]);
  });

  it('M typed: an event hook refuses oneItem in words, before anything is made', async () => {
    const webhook = await org.connect().webhook({ publicUrl: mount.url, state });
    const subscribed = webhook.subscribe({ key: KEY, input: { oneItem: true }, deliver: () => {} });
    await expect(subscribed).rejects.toThrow('oneItem');
    await webhook.stop();
    expect(await org.asked('/api/v1/eventHooks', 'POST')).toEqual([]);
  });
});
