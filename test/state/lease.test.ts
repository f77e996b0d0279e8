import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OktaError } from '../../src/errors/errors.ts';
import { fileStateStore } from '../../src/state/file.ts';
import { hold } from '../../src/state/lease.ts';
import { machine } from '../../src/state/machine.ts';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import { killed, useFolder } from './support.ts';

const path = useFolder();
const LEASE_MS = 30_000;
const clock = { now: () => Date.now(), sleep: async () => {} };
const take = (store: StateStore) => hold<string>(store, 'k', clock);
const locked = { code: 'state_locked', retryable: true, hint: expect.any(String) };

let store: StateStore;
const stored = async (from = store) => JSON.parse((await from.get('k')) ?? '{}');
const lease = (more: object = {}) => ({
  owner: 'somebody',
  host: 'another.example',
  pid: 1,
  until: Date.now() + LEASE_MS,
  ...more,
});
const put = (record: object) => store.compareAndSet('k', undefined, JSON.stringify(record));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  store = memoryStateStore();
});
afterEach(() => vi.useRealTimers());

describe('a lease', () => {
  it('is one holder at a time; the second is refused and changes nothing', async () => {
    const first = await take(store);
    const before = await store.get('k');
    await expect(take(store)).rejects.toMatchObject(locked);
    expect(await store.get('k')).toBe(before);
    first.assertHeld();
    await first.save('mine');
    expect(first.value).toBe('mine');
  });

  it('goes to one of many that ask at the same time', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => take(store)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of asked) if (one.status === 'rejected') expect(one.reason).toMatchObject(locked);
  });

  it('hands the value on when it is released, at once', async () => {
    const first = await take(store);
    expect(first.value).toBeUndefined();
    await first.save('value');
    await first.release();
    expect((await stored()).lease).toBeUndefined();
    const second = await take(store);
    expect(second.value).toBe('value');
    await second.release();
  });

  it('of one record does not lock another', async () => {
    await take(store);
    const other = await hold<string>(store, 'other', clock);
    other.assertHeld();
  });

  it('of another machine is respected until it has run out', async () => {
    await put({ lease: lease(), value: 'theirs' });
    await expect(take(store)).rejects.toMatchObject(locked);
    vi.setSystemTime(Date.now() + LEASE_MS - 1);
    await expect(take(store)).rejects.toMatchObject(locked);
    vi.setSystemTime(Date.now() + 1);
    const held = await take(store);
    expect(held.value).toBe('theirs');
    held.assertHeld();
  });

  it('of a process of this machine is respected while that lives', async () => {
    await put({ lease: lease({ host: machine(), pid: process.ppid }) });
    await expect(take(store)).rejects.toMatchObject(locked);
  });

  it('of a process of this machine that is gone is taken over at once', async () => {
    await put({ lease: lease({ host: machine(), pid: 2 ** 22 + 1 }), value: 'theirs' });
    expect((await take(store)).value).toBe('theirs');
  });

  it('F1.9 of a process whose id another one has by now is taken over at once', async () => {
    await put({ lease: lease({ host: machine(), pid: process.ppid, started: '1' }), value: 'theirs' });
    expect((await take(store)).value).toBe('theirs');
  });

  it('of a process that was killed is taken over at once', async () => {
    vi.useRealTimers();
    const file = fileStateStore(path('killed.json'));
    await killed('hold', path('killed.json'));
    expect((await stored(file)).lease.until).toBeGreaterThan(Date.now() + 20_000);
    const held = await take(file);
    expect(held.value).toBe('from a process that died');
    await held.save('mine');
    await held.release();
  });
});

describe('F1.5 a store that fails for a moment', () => {
  function flaky() {
    const disk = { fails: false };
    const full = () => new OktaError('full', { code: 'state_locked', actor: 'caller', retryable: true });
    const made: StateStore = {
      get: (key) => store.get(key),
      compareAndSet: async (...args) => {
        if (disk.fails) throw full();
        return store.compareAndSet(...args);
      },
    };
    return { disk, made };
  }

  it('does not lock a process out of its own state when it could not give the lease back', async () => {
    const { disk, made } = flaky();
    const first = await take(made);
    await first.save('value');
    disk.fails = true;
    await first.release();
    await expect(take(made)).rejects.toThrow('full');
    disk.fails = false;
    const second = await take(made);
    expect(second.value).toBe('value');
    await expect(take(made)).rejects.toMatchObject(locked);
  });

  it('for longer than the lease lasts does not take it away, when nobody else wanted it', async () => {
    const { disk, made } = flaky();
    const held = await take(made);
    disk.fails = true;
    for (let i = 0; i < 9; i++) await vi.advanceTimersByTimeAsync(LEASE_MS / 3);
    expect(() => held.assertHeld()).toThrow(expect.objectContaining({ code: 'state_locked' }));
    disk.fails = false;
    await vi.advanceTimersByTimeAsync(LEASE_MS / 3);
    held.assertHeld();
    await held.save('still mine');
  });
});

describe('fencing', () => {
  it('stops who lost the lease: it can neither save nor go on', async () => {
    const first = await take(store);
    await first.save('first');
    // The process is suspended: no heartbeat, and time passes.
    vi.setSystemTime(Date.now() + LEASE_MS);
    expect(() => first.assertHeld()).toThrow(expect.objectContaining({ code: 'state_locked' }));
    const second = await take(store);
    await second.save('second');
    await expect(first.save('late')).rejects.toMatchObject(locked);
    await expect(first.save('later')).rejects.toMatchObject(locked);
    expect(() => first.assertHeld()).toThrow(expect.objectContaining({ code: 'state_locked' }));
    await first.release();
    expect((await stored()).value).toBe('second');
    second.assertHeld();
  });

  it('F1.5 does not stop who wrote, and was told that it failed', async () => {
    let failing = false;
    const doubtful: StateStore = {
      get: store.get,
      async compareAndSet(...args) {
        const done = await store.compareAndSet(...args);
        if (failing) throw new Error('EIO');
        return done;
      },
    };
    const held = await take(doubtful);
    failing = true;
    await expect(held.save('arrived')).rejects.toThrow('EIO');
    failing = false;
    await held.save('next');
    expect([held.isLost, (await stored()).value]).toEqual([false, 'next']);
  });

  it('holds even when the lease was taken and given back meanwhile', async () => {
    const first = await take(store);
    vi.setSystemTime(Date.now() + LEASE_MS);
    const second = await take(store);
    await second.save('second');
    await second.release();
    await expect(first.save('late')).rejects.toMatchObject(locked);
    expect((await stored()).value).toBe('second');
  });
});

describe('the heartbeat', () => {
  it('prolongs the lease for as long as the holder works, and ends with it', async () => {
    const held = await take(store);
    await held.save('kept');
    for (let i = 0; i < 20; i++) await vi.advanceTimersByTimeAsync(LEASE_MS / 3);
    held.assertHeld();
    await expect(take(store)).rejects.toMatchObject(locked);
    expect((await stored()).value).toBe('kept');
    await held.release();
    await vi.advanceTimersByTimeAsync(2 * LEASE_MS);
    expect((await stored()).lease).toBeUndefined();
  });

  it('does not take a lease back that is lost', async () => {
    await take(store);
    vi.setSystemTime(Date.now() + LEASE_MS);
    const second = await take(store);
    await second.save('second');
    await vi.advanceTimersByTimeAsync(LEASE_MS);
    expect((await stored()).value).toBe('second');
    second.assertHeld();
  });

  /** A store whose writes wait for a gate. */
  function gated() {
    const inner = memoryStateStore();
    let gate: Promise<void> | undefined;
    let failures = 0;
    const compareAndSet: StateStore['compareAndSet'] = async (...args) => {
      await gate;
      if (failures-- > 0) throw new Error('the database is away');
      return inner.compareAndSet(...args);
    };
    return {
      slow: { get: inner.get, compareAndSet } satisfies StateStore,
      close() {
        const { promise, resolve } = Promise.withResolvers<void>();
        gate = promise;
        return resolve;
      },
      fail(times: number) {
        failures = times;
      },
    };
  }

  // Regression: the value was read when the heartbeat was requested, not when its turn to write came.
  it('that falls due while a save is under way does not undo the save', async () => {
    const { slow, close } = gated();
    const held = await take(slow);
    await held.save('old');
    const open = close();
    const saved = held.save('new');
    await vi.advanceTimersByTimeAsync(LEASE_MS / 3);
    open();
    await saved;
    await vi.advanceTimersByTimeAsync(1);
    expect([held.value, (await stored(slow)).value]).toEqual(['new', 'new']);
  });

  // Regression: so was that of the release.
  it('nor does a release', async () => {
    const { slow, close } = gated();
    const held = await take(slow);
    await held.save('old');
    const open = close();
    const saved = held.save('new');
    const released = held.release();
    open();
    await Promise.all([saved, released]);
    expect((await stored(slow)).value).toBe('new');
  });

  // Regression: any error ended the heartbeat, and a busy holder lost its lease half a minute later.
  it('survives a store that is away for a moment', async () => {
    const { slow, fail } = gated();
    const held = await take(slow);
    fail(1);
    for (let i = 0; i < 5; i++) await vi.advanceTimersByTimeAsync(LEASE_MS / 3);
    held.assertHeld();
  });
});
