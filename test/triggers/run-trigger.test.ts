import { describe, expect, it } from 'vitest';
import { connect } from '../../src/connect.ts';
import { InputError, NetworkError, OktaError, RateLimitError } from '../../src/errors/errors.ts';
import { memoryStateStore } from '../../src/state/store.ts';
import { backOff, isFatal, repeat } from '../../src/triggers/run-trigger.ts';
import { type Item, ids, jumpClock, take, useOrg } from './support.ts';

const coded = (code: string, more: object = {}) =>
  new OktaError(`it was ${code}`, { code, actor: 'okta', ...more } as ConstructorParameters<
    typeof OktaError
  >[1]);

/** Runs as told: each entry is one run, either items or an error. */
async function play(runs: (number[] | Error)[], { interval = 1_000, stop = new AbortController() } = {}) {
  const clock = jumpClock();
  const told: string[] = [];
  const got: number[] = [];
  let at = 0;
  async function* once() {
    const run = runs[at++];
    if (run === undefined) {
      stop.abort();
      return;
    }
    if (run instanceof Error) throw run;
    yield* run;
  }
  const all = repeat(once, {
    clock,
    signal: stop.signal,
    notice: (text) => told.push(text),
    pause: () => interval,
  });
  const error = await (async () => {
    for await (const item of all) got.push(item);
  })().catch((reason: unknown) => reason);
  return { got, told, error, slept: clock.slept, runs: at };
}

describe('what waiting mends', () => {
  it.each([
    ['Okta is away', coded('okta_unavailable', { status: 503 })],
    ['a rate limit', new RateLimitError('slow down', { retryAfterMs: 10 })],
    ['a broken connection', new NetworkError('reset', { sent: true } as never)],
    ['a time-out', coded('timeout')],
    ['somebody else has the state', coded('state_locked', { retryable: true })],
    ['a conflict', coded('conflict')],
    ['half an answer', coded('unexpected_response')],
  ])('%s', async (_, error) => {
    expect(isFatal(error)).toBe(false);
    const played = await play([[1], error, [2], error, error, [3]]);
    expect(played).toMatchObject({ got: [1, 2, 3], error: undefined });
    expect(played.told).toHaveLength(3);
    expect(played.told[0]).toMatch(/next try in \d+ s/);
  });
});

describe('what waiting does not mend', () => {
  it.each([
    ['a revoked token', coded('authentication_failed', { status: 401 })],
    ['a missing scope', coded('insufficient_scope')],
    ['a missing role', coded('permission_denied')],
    ['a wrong input', new InputError('no')],
    ['a wrong filter', coded('validation_failed')],
    ['a state that never could be used', coded('state_locked', { retryable: false })],
    ['a mistake of the program', new TypeError('undefined is not a function')],
  ])('%s ends it, after what came before', async (_, error) => {
    expect(isFatal(error)).toBe(true);
    expect(await play([[1, 2], error, [3]])).toMatchObject({ got: [1, 2], error, runs: 2 });
  });
});

describe('waiting', () => {
  it('is the interval after each good run', async () => {
    const { slept } = await play([[1], [], [2]], { interval: 30_000 });
    expect(slept).toEqual([30_000, 30_000, 30_000]);
  });

  it('doubles while errors last, up to five minutes, and begins anew after a good run', async () => {
    const error = coded('okta_unavailable');
    const { slept } = await play([...Array(11).fill(error), [1], error], { interval: 1_000 });
    const doubling = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300];
    expect(slept).toEqual([...doubling, 1, 1].map((seconds) => seconds * 1_000));
  });

  it('is at least what Okta asked for', () => {
    expect(backOff(new RateLimitError('x', { retryAfterMs: 90_000 }), 1, 1_000)).toBe(90_000);
    expect(backOff(new RateLimitError('x', { retryAfterMs: 10 }), 3, 1_000)).toBe(4_000);
  });

  it('F1.3 is an hour at most, whatever Okta asked for', () => {
    for (const retryAfterMs of [1.7e15, Number.POSITIVE_INFINITY])
      expect(backOff(new RateLimitError('x', { retryAfterMs }), 1, 1_000)).toBe(3_600_000);
    for (const retryAfterMs of [Number.NaN, -5])
      expect(backOff(new RateLimitError('x', { retryAfterMs }), 1, 1_000)).toBe(1_000);
  });

  // Regression: a 429 whose reset was in milliseconds put follow to sleep for 56 years.
  it.each([
    ['in milliseconds', () => Date.now() + 30_000],
    ['in the year 2096', () => Date.UTC(2096, 0) / 1_000],
    ['of zero', () => 0],
    ['that is negative', () => -1],
    ['that is no number', () => 'soon'],
  ])('F1.3 follow goes on soon after a reset %s', async (_, reset) => {
    const clock = jumpClock();
    const stop = new AbortController();
    let asked = 0;
    const client = connect(
      { orgUrl: 'https://acme.okta.com', auth: { type: 'api_token', token: 'token' } },
      {
        clock,
        transport: async () => {
          asked += 1;
          if (asked === 12) stop.abort();
          const headers = { 'x-rate-limit-limit': '50', 'x-rate-limit-remaining': '0' };
          const date = new Date(clock.now()).toUTCString();
          return {
            status: 429,
            headers: { ...headers, date, 'x-rate-limit-reset': String(reset()) },
            text: '',
          };
        },
      },
    );
    for await (const _ of client.follow('new_event', {}, { state: memoryStateStore(), signal: stop.signal }));
    expect(asked).toBe(12);
    expect(Math.max(...clock.slept)).toBeLessThanOrEqual(300_000);
  });

  it('never overflows', () => {
    expect(backOff(coded('timeout'), 100_000, 30_000)).toBe(300_000);
  });

  // Regression: with an interval of 0 every back-off was 0 too, and Okta was called without a pause while it was away.
  it('is never nothing while errors last', () => {
    expect(backOff(coded('okta_unavailable'), 5, 0)).toBeGreaterThan(500);
  });
});

describe('a signal', () => {
  it('ends it quietly while it waits', async () => {
    const stop = new AbortController();
    const clock = { now: Date.now, sleep: (_: number, signal?: AbortSignal) => wait(signal) };
    const wait = (signal?: AbortSignal) =>
      new Promise<void>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    async function* once() {
      yield 1;
    }
    const all = repeat(once, { clock, signal: stop.signal, notice: () => {}, pause: () => 1_000_000 });
    expect(await all.next()).toEqual({ value: 1, done: false });
    const end = all.next();
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await end).toEqual({ value: undefined, done: true });
  });

  it('ends it quietly while it runs, whatever the run throws then', async () => {
    const stop = new AbortController();
    // biome-ignore lint/correctness/useYield: it fails before
    async function* once() {
      stop.abort();
      throw new Error('aborted');
    }
    const all = repeat(once, { clock: jumpClock(), signal: stop.signal, notice: () => {}, pause: () => 1 });
    expect(await all.next()).toEqual({ value: undefined, done: true });
  });

  it('that came before lets nothing begin', async () => {
    const stop = new AbortController();
    stop.abort();
    expect(await play([[1]], { stop })).toMatchObject({ got: [], runs: 0, error: undefined });
  });
});

describe('reading the user of an event', () => {
  const org = useOrg();

  it.each(['me', '../users', 'a/b', '', ' ', 'x'.repeat(20_000), 'nobody', '\ud800', { id: 1 }])(
    'F1.4 with the odd id %j ends nothing',
    async (id) => {
      const state = memoryStateStore();
      const client = org.connect();
      const poll = () => take(client.poll('user_created', { include: true }, { state }));
      await poll();
      await org.append(1, 'user.lifecycle.create', { target: [{ type: 'User', id }] });
      const [next] = await org.append(1, 'user.lifecycle.create');
      const items = await poll();
      expect(items).toHaveLength(2);
      expect(items[0]).toMatchObject({ user: null });
      expect(items[1]?.id).toBe(next);
      expect(await poll()).toEqual([]);
    },
  );
});

describe('follow', () => {
  const org = useOrg();

  it('goes on through an outage, and delivers each event once', async () => {
    const stop = new AbortController();
    const told: string[] = [];
    const client = org.connect({ clock: jumpClock(), maxRetries: 0, progress: (text) => told.push(text) });
    const got: Item[] = [];
    const wanted: string[] = [];
    let rounds = 0;
    const interval = () => {
      rounds++;
      return 1;
    };
    const following = (async () => {
      const options = { state: memoryStateStore(), signal: stop.signal, interval };
      for await (const item of client.follow('user_created', {}, options)) got.push(item as Item);
    })();
    const round = async (many = 1) => {
      for (const end = rounds + many; rounds < end; ) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    await round();
    wanted.push(...(await org.append(2, 'user.lifecycle.create')));
    await round(2);
    for (const fault of [{ kind: 'status', status: 503 }, { kind: 'truncate' }, { kind: 'reset' }])
      await org.fault(fault, { path: '/api/v1/logs', times: 2 });
    wanted.push(...(await org.append(2, 'user.lifecycle.create')));
    await round(9);
    stop.abort();
    await following;
    expect(ids(got)).toEqual(wanted);
    expect(told.filter((text) => text.includes('next try'))).toHaveLength(6);
  });

  /** A state that cannot be written, as on a full disk, from the delivery of an item on for a while. */
  function failingStore() {
    const store = memoryStateStore();
    const full = { writes: 0 };
    const compareAndSet: typeof store.compareAndSet = async (...all) => {
      if (full.writes === 0) return store.compareAndSet(...all);
      full.writes -= 1;
      throw coded('state_locked', { retryable: true });
    };
    return { full, state: { ...store, compareAndSet } };
  }

  // Would otherwise come again in each run until the state can be written.
  it.each([
    ['a page', 'new_event', { since: new Date(Date.now() - 3_600_000).toISOString() }],
    ['a window', 'search_events', {}],
  ])('F1.5 delivers %s once that was delivered and could not be saved', async (_, key, more) => {
    const stop = new AbortController();
    const { full, state } = failingStore();
    const client = org.connect({ clock: jumpClock() });
    const wanted = await org.append(2, 'user.lifecycle.create');
    const input = { eventTypes: ['user.lifecycle.create'], ...more };
    const got: Item[] = [];
    let runs = 0;
    const interval = () => {
      runs += 1;
      if (runs === 20) stop.abort();
      return 1_000;
    };
    for await (const item of client.follow(key, input, { state, signal: stop.signal, interval })) {
      got.push(item as Item);
      if (got.length === 1) full.writes = 3;
    }
    expect(new Set(ids(got)).size).toBe(got.length);
    if (key === 'new_event') expect(ids(got)).toEqual(wanted);
    expect(full.writes).toBe(0);
  });

  it('ends with the error when the token is revoked', async () => {
    const client = org.connect({ clock: jumpClock() });
    const options = { state: memoryStateStore(), interval: 1 };
    const following = (async () => {
      for await (const _ of client.follow('user_created', {}, options));
    })();
    await org.control('POST', '/tokens/revoke', { apiToken: true });
    await expect(following).rejects.toMatchObject({ code: 'authentication_failed' });
  });
});
