import { describe, expect, it } from 'vitest';
import { rateGate } from '../../src/http/rate-limit.ts';
import { SharedBudget } from '../../src/http/shared-budget.ts';
import type { Send } from '../../src/http/types.ts';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import { type FakeClock, fakeClock, START } from '../support/fake-clock.ts';
import { type ModelOptions, ModelOrg } from '../support/rate-model.ts';
import { seeded } from '../support/seeded.ts';
import { request } from '../support/server.ts';

const SHARE = 0.8;
const host = 'acme.okta.com';
const credential = 'mark';
const KEY = `budget /api/v1/users@${host} ${credential}`;

/** A store that answers after a while, as those do that are somewhere else, and counts. */
function slowStore(clock: FakeClock, latency: () => number) {
  const store = memoryStateStore(clock.now);
  const calls = { writes: 0, reads: 0 };
  const slow: StateStore = {
    async get(key) {
      calls.reads += 1;
      await clock.sleep(latency());
      return store.get(key);
    },
    async compareAndSet(...change) {
      calls.writes += 1;
      await clock.sleep(latency());
      return store.compareAndSet(...change);
    },
  };
  return { store: slow, calls };
}

/** What one process has. */
function processOf(send: Send, store: StateStore, clock: FakeClock, concurrency = 10, unasked = 0) {
  const notices: string[] = [];
  const shared = new SharedBudget({
    store,
    host,
    credential,
    clock,
    unasked,
    notice: (message) => notices.push(message),
  });
  const gate = rateGate(send, { clock, share: SHARE, concurrency, maxWaitMs: 65_000, shared });
  const work = (until: number, pauseMs = 0) =>
    Promise.all(
      Array.from({ length: concurrency }, async () => {
        while (clock.now() < until) {
          await gate(request());
          if (pauseMs > 0) await clock.sleep(pauseMs);
        }
      }),
    );
  return { gate, work, notices };
}

function scene(seed: number, limit: number, model: Pick<ModelOptions, 'windows' | 'reset'>) {
  const random = seeded(seed);
  const clock = fakeClock(START + Math.floor(random() * 60_000));
  const org = new ModelOrg(clock, { ...model, limit, skew: 4_321, latency: () => 20 + random() * 100 });
  const { store, calls } = slowStore(clock, () => 1 + random() * 20);
  return { clock, org, store, calls };
}

const MODELS: [name: string, model: Pick<ModelOptions, 'windows' | 'reset'>][] = [
  ['windows of the clock', { windows: 'minutes', reset: Math.floor }],
  ['windows that a request opens', { windows: 'first request', reset: Math.ceil }],
];
const seeds = Array.from({ length: 3 }, () => Math.floor(Math.random() * 2 ** 31));

describe.each(MODELS)('several processes on one budget: %s', (_name, model) => {
  it.each(
    seeds.flatMap((seed) => [
      [seed, 600, 2],
      [seed, 600, 4],
      [seed, 100, 3],
      [seed, 20, 2],
    ]) as [number, number, number][],
  )('seed %i: limit %i, %i processes together keep to the share and use it', async (seed, limit, count) => {
    const { clock, org, store, calls } = scene(seed, limit, model);
    const until = clock.now() + 5 * 60_000 + 5_000;
    const processes = Array.from({ length: count }, () => processOf(org.send, store, clock));
    await clock.run(Promise.all(processes.map(({ work }) => work(until))));
    expect(org.refused).toBe(0);
    const allowed = Math.floor(limit * SHARE);
    for (const { ours } of org.windows) expect(ours).toBeLessThanOrEqual(allowed);
    expect(org.filled(allowed, until)).toBeGreaterThanOrEqual(0.97);
    expect(processes.flatMap(({ notices }) => notices)).toEqual([]);
    // Blocks, not single requests.
    const windows = org.windows.length;
    expect(calls.writes / windows).toBeLessThan(30 + 10 * count);
  });

  it.each(seeds)('seed %i: a process that asks now and then costs the others little', async (seed) => {
    const { clock, org, store } = scene(seed, 600, model);
    const until = clock.now() + 5 * 60_000 + 5_000;
    const busy = processOf(org.send, store, clock);
    const idle = processOf(org.send, store, clock, 1);
    await clock.run(Promise.all([busy.work(until), idle.work(until, 20_000)]));
    expect(org.refused).toBe(0);
    expect(org.filled(480, until)).toBeGreaterThanOrEqual(0.97);
  });

  it.each(seeds)('seed %i: a quiet process asks for nothing, until it has more to send', async (seed) => {
    const { clock, org, store, calls } = scene(seed, 600, model);
    const process = processOf(org.send, store, clock, 1, 10);
    await clock.run(process.work(clock.now() + 4 * 60_000, 15_000));
    expect(org.windows.length).toBeGreaterThan(2);
    expect(calls).toEqual({ writes: 0, reads: 0 });
    await clock.run(process.work(clock.now() + 5_000));
    // What was sent unasked is recorded with the rest.
    const { taken } = JSON.parse((await clock.run(store.get(KEY))) ?? '{}') as { taken: number };
    expect(taken).toBeGreaterThanOrEqual(org.windows.at(-1)?.ours ?? 0);
  });

  it.each(seeds)('seed %i: processes that send some unasked keep to the share together', async (seed) => {
    const { clock, org, store } = scene(seed, 600, model);
    const until = clock.now() + 3 * 60_000 + 5_000;
    const processes = Array.from({ length: 3 }, () => processOf(org.send, store, clock, 10, 10));
    await clock.run(Promise.all(processes.map(({ work }) => work(until))));
    expect(org.refused).toBe(0);
    for (const { ours } of org.windows) expect(ours).toBeLessThanOrEqual(480 + 3 * 10);
  });

  it.each(seeds)('seed %i: what a process that died held is lost for one window only', async (seed) => {
    const { clock, org, store } = scene(seed, 600, model);
    const until = clock.now() + 4 * 60_000 + 5_000;
    const dead = processOf(org.send, store, clock);
    const alive = processOf(org.send, store, clock);
    await clock.run(Promise.all([dead.work(clock.now() + 1_500), alive.work(until)]));
    expect(org.refused).toBe(0);
    for (const { ours } of org.windows.slice(2, 4)) expect(ours).toBe(480);
  });
});

describe('a store that fails', () => {
  const alone = (minutes = 3) => {
    const { clock, org } = scene(1, 600, { windows: 'minutes', reset: Math.floor });
    return { clock, org, until: clock.now() + minutes * 60_000 };
  };

  it('is told once; the process goes by headers until it is back', async () => {
    const { clock, org, until } = alone(4);
    const store = memoryStateStore(clock.now);
    let down = true;
    const failing: StateStore = {
      get: async (key) => {
        if (down) throw new Error('connection refused');
        return store.get(key);
      },
      compareAndSet: async (...change) => store.compareAndSet(...change),
    };
    const { work, notices } = processOf(org.send, failing, clock);
    const back = clock.sleep(100_000).then(() => {
      down = false;
    });
    await clock.run(Promise.all([work(until), back]));
    expect(org.refused).toBe(0);
    expect(org.windows[1]?.ours).toBe(480);
    expect(org.windows[3]?.ours).toBe(480);
    expect(notices).toEqual([
      expect.stringContaining('connection refused'),
      expect.stringContaining('works again'),
    ]);
    expect(JSON.parse((await store.get(KEY)) ?? '')).toMatchObject({ limit: 600 });
  });

  it('that never answers holds nobody for long', async () => {
    const { clock, org } = alone();
    const never = () => new Promise<never>(() => {});
    const { gate, notices } = processOf(org.send, { get: never, compareAndSet: never }, clock);
    const start = clock.now();
    for (let at = 0; at < 20; at += 1) expect((await clock.run(gate(request()))).status).toBe(200);
    expect(clock.now() - start).toBeLessThan(10_000);
    // Nor in a bucket that was not used before.
    const other = request({ path: '/api/v1/groups' });
    expect((await clock.run(gate(other))).status).toBe(200);
    expect(clock.now() - start).toBeLessThan(10_000);
    expect(notices).toHaveLength(1);
  });

  it('with something else under the key is written over', async () => {
    const { clock, org, until } = alone();
    const store = memoryStateStore(clock.now);
    await store.compareAndSet(KEY, undefined, '{"resetAt":"tomorrow"}');
    const { work, notices } = processOf(org.send, store, clock);
    await clock.run(work(until));
    expect(org.windows[1]?.ours).toBe(480);
    expect(notices).toEqual([]);
  });
});

describe('the store of a shared budget', () => {
  it('waits for the end of a window that another process used up, without a request', async () => {
    const { clock, org, store } = scene(7, 600, { windows: 'minutes', reset: Math.floor });
    const first = processOf(org.send, store, clock);
    await clock.run(Promise.all(Array.from({ length: 480 }, () => first.gate(request()))));
    const late = processOf(org.send, store, clock);
    const sent = org.windows[0]!.ours;
    const before = clock.now();
    await clock.run(late.gate(request()));
    expect(org.windows[0]?.ours).toBe(sent);
    expect(org.windows[1]?.ours).toBe(1);
    expect(clock.now()).toBeGreaterThan(before);
  });

  it('another process looks when the one that should does not', async () => {
    const { clock, org, store } = scene(7, 600, { windows: 'minutes', reset: Math.floor });
    const lookUntil = clock.now() + 4_000;
    const looking = JSON.stringify({ resetAt: 0, endsAt: 0, limit: 0, taken: 0, lookUntil });
    await clock.run(store.compareAndSet(KEY, undefined, looking));
    const { gate } = processOf(org.send, store, clock);
    await clock.run(gate(request()));
    expect(org.windows).toHaveLength(1);
    expect(clock.now()).toBeGreaterThanOrEqual(lookUntil);
  });
});
