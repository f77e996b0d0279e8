import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { holdOwn } from '../../src/state/credential-record.ts';
import { hold } from '../../src/state/lease.ts';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import { seeded } from '../support/seeded.ts';

const KEY = 'new_event@acme.okta.com';
const clock = { now: () => Date.now(), sleep: async () => {} };
const locked = { code: 'state_locked', retryable: true };

let store: StateStore;
let calls: string[];
beforeEach(() => {
  const memory = memoryStateStore();
  calls = [];
  store = {
    get: (key) => {
      calls.push(`get ${key}`);
      return memory.get(key);
    },
    compareAndSet: (key, ...rest) => {
      calls.push(`set ${key}`);
      return memory.compareAndSet(key, ...rest);
    },
  };
});
afterEach(() => vi.useRealTimers());

const take = (credential: string, from = store) => holdOwn<number>(from, KEY, credential, clock);

/** One run that saves a number. @returns where it began. */
async function run(credential: string, next?: number): Promise<number | undefined> {
  const held = await take(credential);
  const { value } = held;
  if (next !== undefined) await held.save(next);
  await held.release();
  return value;
}

describe('F2 two credentials on one state', () => {
  it('continue separately', async () => {
    expect([await run('a', 1), await run('b', 10), await run('a', 2), await run('b', 11)]).toEqual([
      undefined,
      1,
      1,
      10,
    ]);
  });

  it('may run at the same time; the same one twice may not', async () => {
    const [a, b] = await Promise.all([take('a'), take('b')]);
    await expect(take('a')).rejects.toMatchObject(locked);
    await Promise.all([a.save(1), b.save(2)]);
    await Promise.all([a.release(), b.release()]);
    expect([await run('a'), await run('b')]).toEqual([1, 2]);
  });

  it('a rotated one continues where the one before stopped, again and again', async () => {
    await run('a', 1);
    for (const [at, credential] of ['b', 'c', 'd'].entries()) {
      expect(await run(credential, at + 2)).toBe(at + 1);
      expect(await run(credential)).toBe(at + 2);
    }
  });

  it('a rotated one continues from the one that ran last, not from the one that was added last', async () => {
    await run('a', 1);
    await run('tried once', 2);
    await run('a', 50);
    expect(await run('b')).toBe(50);
  });

  it('a rotated one that saved nothing hands on what it was handed', async () => {
    await run('a', 1);
    await run('mistyped');
    expect(await run('b')).toBe(1);
  });

  it('one that continues itself costs a single read more, and no write', async () => {
    await run('a', 1);
    calls.length = 0;
    await run('a', 2);
    const [own, set] = [`get ${KEY} a`, `set ${KEY} a`];
    expect(calls).toEqual([`get ${KEY}`, own, set, set, set]);
  });

  it('a place for one connection has one record, under the plain key', async () => {
    const place = { ...store, perConnection: true };
    const held = await take('a', place);
    await held.save(1);
    await held.release();
    expect((await take('b', place)).value).toBe(1);
    expect(new Set(calls.map((call) => call.slice(4)))).toEqual(new Set([KEY]));
  });
});

describe('F2 the record of 0.1.0', () => {
  const put = (record: object) => store.compareAndSet(KEY, undefined, JSON.stringify(record));

  it('is continued by every credential that is there at first', async () => {
    await put({ value: 7 });
    const [a, b] = await Promise.all([take('a'), take('b')]);
    expect([a.value, b.value]).toEqual([7, 7]);
    await Promise.all([a.release(), b.release()]);
    expect([await run('a'), await run('b'), await run('c')]).toEqual([7, 7, 7]);
  });

  it('is left alone while 0.1.0 uses it', async () => {
    const old = await hold<number>(store, KEY, clock);
    await old.save(7);
    await expect(take('a')).rejects.toMatchObject(locked);
    await old.save(8);
    await old.release();
    expect(await run('a')).toBe(8);
  });

  it('is not delivered twice when 0.1.0 starts at the same moment', async () => {
    await put({ value: 7 });
    let old: Promise<unknown> | undefined;
    const racing: StateStore = {
      get: store.get,
      async compareAndSet(key, ...rest) {
        if (key === KEY && !old) {
          old = hold(store, KEY, clock);
          await old;
        }
        return store.compareAndSet(key, ...rest);
      },
    };
    await expect(take('a', racing)).rejects.toMatchObject(locked);
    await expect(take('a')).rejects.toMatchObject(locked);
  });

  it('outlives a process that is killed while it copies', async () => {
    await put({ value: 7 });
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    const dying: StateStore = {
      get: store.get,
      compareAndSet: (key, ...rest) =>
        key === KEY ? new Promise(() => {}) : store.compareAndSet(key, ...rest),
    };
    void take('a', dying);
    await vi.advanceTimersByTimeAsync(0);
    // Another credential, as the lease of this process counts as alive.
    expect(await run('b')).toBe(7);
  });

  it('gives its lock back when the pointer cannot be written', async () => {
    const failing: StateStore = {
      get: store.get,
      async compareAndSet(key, ...rest) {
        if (key === KEY) throw new Error('full');
        return store.compareAndSet(key, ...rest);
      },
    };
    await put({ value: 7 });
    await expect(take('a', failing)).rejects.toThrow('full');
    expect(await run('a')).toBe(7);
  });
});

describe('F2 processes that start at the same moment', () => {
  const seeds = Array.from({ length: 30 }, () => Math.floor(Math.random() * 2 ** 31));

  it.each(seeds)('seed %i: every credential counts on from a number, one process at a time', async (seed) => {
    const random = seeded(seed);
    const pause = () => new Promise((resolve) => setTimeout(resolve, random() * 3));
    const slow: StateStore = {
      async get(key) {
        await pause();
        return store.get(key);
      },
      async compareAndSet(...change) {
        await pause();
        return store.compareAndSet(...change);
      },
    };
    const isOld = random() < 0.5;
    if (isOld) await store.compareAndSet(KEY, undefined, JSON.stringify({ value: 1_000 }));
    const steps = new Map<string, number[][]>();
    const once = async (credential: string) => {
      await pause();
      try {
        const held = await take(credential, slow);
        const before = held.value ?? 0;
        await held.save(before + 1);
        await held.release();
        steps.set(credential, [...(steps.get(credential) ?? []), [before, before + 1]]);
      } catch (error) {
        expect(error).toMatchObject(locked);
      }
    };
    const credentials = ['a', 'b', 'c'];
    await Promise.all(Array.from({ length: 12 }, (_, at) => once(credentials[at % 3] ?? '')));
    for (const made of steps.values()) {
      // Neither lost nor repeated: each run begins where the last one of this credential ended.
      for (const [at, [before]] of made.entries()) if (at > 0) expect(before).toBe(made[at - 1]?.[1]);
      if (isOld) expect(made[0]?.[0]).toBeGreaterThanOrEqual(1_000);
    }
    expect(steps.size).toBe(3);
    for (const credential of credentials)
      expect(await run(credential)).toBe(steps.get(credential)?.at(-1)?.[1]);
  });
});
