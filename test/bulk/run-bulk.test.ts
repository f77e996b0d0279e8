import { describe, expect, it } from 'vitest';
import { bulkTask } from '../../src/bulk/bulk-task.ts';
import { errorCounter, errorLimitOf } from '../../src/bulk/error-limit.ts';
import { type RunBulkOptions, runBulk } from '../../src/bulk/run-bulk.ts';
import type { BulkTask, RowRun } from '../../src/bulk/run-row.ts';
import type { BulkJournal, BulkResult, ErrorLimit } from '../../src/bulk/types.ts';
import { actionOf } from '../../src/connector.ts';
import { AuthenticationError, InputError, OktaError, RateLimitError } from '../../src/errors/errors.ts';
import { systemClock } from '../../src/http/clock.ts';
import { deferred } from '../../src/http/deferred.ts';
import { fakeClock, settle } from '../support/fake-clock.ts';
import { rejection } from '../support/server.ts';
import { all } from './support.ts';

interface Input {
  n: number;
}

const READ = { kind: 'read', idempotent: true, destructive: false } as const;
const ONCE = { kind: 'write', idempotent: false, destructive: false } as const;

/** Rows that write say so before they do. */
function taskOf(
  run: (n: number, row: RowRun) => unknown,
  effect: ReturnType<BulkTask['effectOf']> = READ,
): BulkTask {
  return {
    parse(input) {
      if (typeof (input as Input).n !== 'number') throw new InputError('n is no number');
      return input;
    },
    keyOf: (input) => (input as { userId?: string } | null)?.userId,
    effectOf: () => effect,
    async run(input, row) {
      if (effect.kind === 'write') await row.sending();
      return { output: await run((input as Input).n, row) };
    },
  };
}

const inputs = (count: number): Input[] => Array.from({ length: count }, (_, n) => ({ n }));
const start = (
  rows: Iterable<unknown> | AsyncIterable<unknown>,
  task: BulkTask,
  more: Partial<RunBulkOptions> = {},
) => runBulk(rows, task, { clock: systemClock, concurrency: 4, ...more });

/** The results up to the end, and what ended it. */
async function toTheEnd(
  results: AsyncGenerator<BulkResult>,
): Promise<{ seen: BulkResult[]; error?: OktaError }> {
  const seen: BulkResult[] = [];
  try {
    for await (const result of results) seen.push(result);
    return { seen };
  } catch (error) {
    return { seen, error: error as OktaError };
  }
}

const refused = (code: 'wrong_state' | 'insufficient_scope' = 'wrong_state') =>
  new OktaError('no', { code, actor: 'caller' });
const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('a bulk run', () => {
  it('does each row once, at most so many at the same time, the first one alone', async () => {
    const times = new Map<number, number>();
    let under = 0;
    let most = 0;
    const beside: number[] = [];
    const task = taskOf(async (n) => {
      times.set(n, (times.get(n) ?? 0) + 1);
      under += 1;
      beside[n] = under;
      most = Math.max(most, under);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
      under -= 1;
      return n;
    });
    const seen = await all(start(inputs(200), task));
    expect(seen.map(({ row }) => row).sort((a, b) => a - b)).toEqual(inputs(200).map(({ n }) => n + 1));
    expect(seen.every(({ row, output, status }) => output === row - 1 && status === 'ok')).toBe(true);
    expect([...times.values()].every((count) => count === 1)).toBe(true);
    expect(most).toBe(4);
    expect(beside[0]).toBe(1);
  });

  it('gives results as rows are finished', async () => {
    const slow = deferred<void>();
    const results = start(
      inputs(6),
      taskOf((n) => (n === 1 ? slow.promise : undefined)),
    );
    const rows: number[] = [];
    for await (const { row } of results) {
      rows.push(row);
      if (rows.length === 5) slow.resolve();
    }
    expect(rows).toEqual([1, 3, 4, 5, 6, 2]);
  });

  it('takes rows no faster than its results are taken', async () => {
    let taken = 0;
    async function* rows() {
      for (const input of inputs(1_000)) {
        taken += 1;
        yield input;
      }
    }
    const results = start(
      rows(),
      taskOf((n) => n),
    );
    for (let at = 0; at < 3; at += 1) await results.next();
    for (let at = 0; at < 50; at += 1) await tick();
    expect(taken).toBeLessThan(20);
    await results.return();
    expect(taken).toBeLessThan(20);
  });

  it('gives the results it has while the next row is not there yet', async () => {
    const more = deferred<void>();
    async function* rows() {
      yield { n: 0 };
      yield { n: 1 };
      await more.promise;
      yield { n: 2 };
    }
    const results = start(
      rows(),
      taskOf((n) => n),
    );
    expect((await results.next()).value).toMatchObject({ row: 1 });
    expect((await results.next()).value).toMatchObject({ row: 2 });
    more.resolve();
    expect((await results.next()).value).toMatchObject({ row: 3 });
    expect((await results.next()).done).toBe(true);
  });

  it('makes an error of a row that does not fit, without sending it', async () => {
    const sent: number[] = [];
    const task = taskOf((n) => sent.push(n));
    const seen = await all(start([{ n: 'x' }, new InputError('no JSON'), { n: 2 }], task));
    expect(seen).toMatchObject([
      { row: 1, status: 'error', error: { code: 'invalid_input', message: 'n is no number' } },
      { row: 2, status: 'error', error: { message: 'no JSON' } },
      { row: 3, status: 'ok' },
    ]);
    expect(sent).toEqual([2]);
  });

  it('names rows by the object that the input names, or by what the new one is known by', () => {
    const keyOf = (key: string, input: unknown) =>
      bulkTask(actionOf(key), undefined, () => expect.fail('nothing is run')).keyOf(input);
    const unnamed = [{ profile: null }, { userId: 5 }, null, 'text', {}];
    for (const input of unnamed) expect(keyOf('update_user', input)).toBeUndefined();
    const profile = { login: 'a@acme.test' };
    expect(keyOf('update_user', { userId: '00u1', profile })).toBe('00u1');
    expect(keyOf('create_user', { profile, groupIds: ['00g1'] })).toBe('a@acme.test');
    expect(keyOf('add_user_to_group', { userId: '00u1', groupId: '00g1' })).toBe('00u1');
    expect(keyOf('list_group_members', { groupId: 'Sales' })).toBe('Sales');
    expect(keyOf('call_api', { path: '/api/v1/users' })).toBeUndefined();
  });
});

describe('a bulk run ends early', () => {
  it('when an input cannot be read, after the rows under way', async () => {
    async function* rows() {
      yield* inputs(5);
      throw new InputError('line 7 is broken');
    }
    const { seen, error } = await toTheEnd(
      start(
        rows(),
        taskOf(() => tick()),
      ),
    );
    expect(seen).toHaveLength(5);
    expect(error).toMatchObject({ code: 'invalid_input', message: 'line 7 is broken' });
  });

  it('at an error that concerns every row: one request when it is the first', async () => {
    let sent = 0;
    const task = taskOf(() => {
      sent += 1;
      throw new AuthenticationError('wrong token');
    });
    const { seen, error } = await toTheEnd(start(inputs(100), task));
    expect(sent).toBe(1);
    expect(seen).toMatchObject([{ row: 1, status: 'error' }]);
    expect(error).toMatchObject({ code: 'authentication_failed', message: 'wrong token' });
  });

  it('then drops rows that have not written yet, and sees the others to their end', async () => {
    for (const effect of [READ, ONCE]) {
      const ended: number[] = [];
      const task = taskOf(async (n, { signal }) => {
        if (n === 2) throw refused('insufficient_scope');
        if (n === 0) return;
        await new Promise((resolve, reject) => {
          setTimeout(resolve, 20);
          signal.addEventListener('abort', () => reject(signal.reason));
        });
        ended.push(n);
      }, effect);
      const { seen, error } = await toTheEnd(start(inputs(100), task));
      expect(error?.code).toBe('insufficient_scope');
      const rows = seen.map(({ row }) => row).sort((a, b) => a - b);
      if (effect === READ) expect(rows).toEqual([1, 3]);
      else expect(rows).toEqual(expect.arrayContaining([1, 2, 3, 4]));
      // All but the first, which does not wait, and the one that was refused.
      expect(ended).toHaveLength(rows.length - 2);
    }
  });

  it('at too many errors, with the results of all rows under way', async () => {
    let sent = 0;
    const task = taskOf(() => {
      sent += 1;
      throw refused();
    });
    const { seen, error } = await toTheEnd(start(inputs(1_000), task, { maxErrors: 7 }));
    expect(error).toMatchObject({ code: 'rows_failed', message: expect.stringContaining('8 of 8') });
    expect(seen.length).toBe(sent);
    expect(sent).toBeLessThan(16);
  });

  it('but not at rows that had failed before: new ones behind them are reached', async () => {
    const journal: BulkJournal = {
      key: 'secret',
      seen: (row) => (row <= 300 ? 'failed' : undefined),
      started: async () => {},
    };
    const task = taskOf((n) => {
      if (n < 300) throw refused();
    });
    const { seen, error } = await toTheEnd(start(inputs(400), task, { journal }));
    expect(error).toBeUndefined();
    expect(seen.filter(({ status }) => status === 'ok').every(({ retried }) => retried === undefined)).toBe(
      true,
    );
    expect(seen.filter(({ retried }) => retried)).toHaveLength(300);
    expect(seen).toHaveLength(400);
  });

  it('but not at rows that a killed run has lost: nothing was tried', async () => {
    const lost: BulkJournal = {
      key: 'secret',
      seen: (row) => (row <= 80 ? 'started' : undefined),
      started: async () => {},
    };
    for (const maxErrors of [5, '10%'] as const) {
      const task = taskOf(() => 'done', ONCE);
      const { seen, error } = await toTheEnd(start(inputs(200), task, { journal: lost, maxErrors }));
      expect(error).toBeUndefined();
      expect(seen.filter(({ status }) => status === 'unknown')).toHaveLength(80);
      expect(seen).toHaveLength(200);
    }
  });

  it('with the signal: nothing new, what is under way is finished', async () => {
    const controller = new AbortController();
    const finished: number[] = [];
    const task = taskOf(async (n) => {
      if (n === 5) controller.abort(new OktaError('Stopped', { code: 'aborted', actor: 'caller' }));
      await new Promise((resolve) => setTimeout(resolve, 5));
      finished.push(n);
    });
    const { seen, error } = await toTheEnd(start(inputs(100), task, { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'aborted' });
    expect(seen.map(({ row }) => row - 1).sort()).toEqual(finished.sort());
    expect(finished.length).toBeLessThan(12);
  });

  it('with the signal while it waits for a row that does not come', async () => {
    const controller = new AbortController();
    async function* rows() {
      yield { n: 0 };
      await new Promise(() => {});
    }
    const results = start(
      rows(),
      taskOf((n) => n),
      { signal: controller.signal },
    );
    await results.next();
    setTimeout(() => controller.abort(new Error('enough')), 5);
    expect(await rejection(results.next())).toMatchObject({ message: 'enough' });
  });

  it('before the first row when the signal was there before', async () => {
    const signal = AbortSignal.abort(new Error('too late'));
    let sent = 0;
    const { seen, error } = await toTheEnd(
      start(
        inputs(3),
        taskOf(() => (sent += 1)),
        { signal },
      ),
    );
    expect({ seen, sent, message: error?.message }).toEqual({ seen: [], sent: 0, message: 'too late' });
  });

  it('when nobody wants more results, also where the input then fails to clean up', async () => {
    const lost: unknown[] = [];
    const note = (reason: unknown) => lost.push(reason);
    process.on('unhandledRejection', note);
    async function* rows() {
      try {
        yield* inputs(10);
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: as the input of a user may do
        throw new Error('the file was gone');
      }
    }
    for await (const _ of start(
      rows(),
      taskOf((n) => n),
    ))
      break;
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', note);
    expect(lost).toEqual([]);
  });

  it('when nobody wants more results; rows under way are finished first', async () => {
    const finished: number[] = [];
    let sent = 0;
    const task = taskOf(async (n) => {
      sent += 1;
      await new Promise((resolve) => setTimeout(resolve, 3));
      finished.push(n);
    });
    for await (const { row } of start(inputs(100), task)) if (row > 2) break;
    expect(finished).toHaveLength(sent);
    expect(sent).toBeLessThan(16);
  });
});

describe('a row that must not be done twice', () => {
  const journalOf = (seen: BulkJournal['seen'] = () => undefined) => {
    const started: number[] = [];
    const journal: BulkJournal = {
      key: 'secret',
      seen,
      async started(row) {
        await tick();
        started.push(row);
      },
    };
    return { journal, started };
  };

  it('is written down before it is sent; others are not', async () => {
    for (const effect of [ONCE, READ]) {
      const { journal, started } = journalOf();
      const before: boolean[] = [];
      const task = taskOf((n) => before.push(started.includes(n + 1)), effect);
      await all(start(inputs(20), task, { journal }));
      expect(before.every((was) => was === (effect === ONCE))).toBe(true);
      expect(started).toHaveLength(effect === ONCE ? 20 : 0);
    }
  });

  it('is known by a hash that needs the key of the journal', async () => {
    const hashOf = async (key: string) => {
      const journal = { key, seen: () => undefined, started: async () => {} };
      return (
        await all(
          start(
            inputs(1),
            taskOf(() => 0),
            { journal },
          ),
        )
      )[0]?.hash;
    };
    const hash = await hashOf('one');
    expect(hash).toMatch(/^[0-9a-f]{8}$/);
    expect(await hashOf('one')).toBe(hash);
    expect(await hashOf('other')).not.toBe(hash);
  });

  it('is not sent when that cannot be written', async () => {
    let sent = 0;
    const journal: BulkJournal = {
      key: 'secret',
      seen: () => undefined,
      started: () => Promise.reject(refused()),
    };
    const { seen, error } = await toTheEnd(
      start(
        inputs(9),
        taskOf(() => (sent += 1), ONCE),
        { journal },
      ),
    );
    expect({ seen, sent, code: error?.code }).toEqual({ seen: [], sent: 0, code: 'wrong_state' });
  });

  it('is unknown after a run that ended in the middle; one that may be repeated is done again', async () => {
    for (const effect of [ONCE, READ]) {
      const sent: number[] = [];
      const { journal } = journalOf((row) => (row === 1 ? 'done' : row === 2 ? 'started' : undefined));
      const task = taskOf((n) => sent.push(n), effect);
      const seen = await all(start(inputs(3), task, { journal }));
      if (effect === ONCE) {
        expect(seen).toMatchObject([
          { row: 2, status: 'unknown', error: { code: 'outcome_unknown' } },
          { row: 3, status: 'ok' },
        ]);
        expect(sent).toEqual([2]);
      } else {
        expect(seen.map(({ row, status }) => [row, status])).toEqual([
          [2, 'ok'],
          [3, 'ok'],
        ]);
      }
    }
  });

  it.each<[string, () => Error, 'error' | 'unknown']>([
    ['a refusal', () => refused(), 'error'],
    ['an unknown outcome', () => new OktaError('?', { code: 'outcome_unknown', actor: 'okta' }), 'unknown'],
    [
      'a refusal after an attempt in doubt',
      () => new OktaError('x', { code: 'conflict', actor: 'okta', mayHaveHappened: true }),
      'unknown',
    ],
    [
      'an answer 200 that cannot be read',
      () => new OktaError('x', { code: 'unexpected_response', actor: 'okta', status: 200 }),
      'unknown',
    ],
    [
      'F1.1 a refusal in a 200',
      () => new OktaError('x', { code: 'validation_failed', actor: 'caller', status: 200 }),
      'error',
    ],
    [
      'an answer that is too large',
      () => new OktaError('x', { code: 'unexpected_response', actor: 'caller' }),
      'unknown',
    ],
    [
      'a sign-in page',
      () => new OktaError('x', { code: 'unexpected_response', actor: 'caller', status: 403 }),
      'error',
    ],
    ['a bug', () => new TypeError('x is not a function'), 'unknown'],
  ])('%s leaves it as it should', async (_, error, status) => {
    const task = (effect: typeof READ | typeof ONCE) =>
      taskOf(() => {
        throw error();
      }, effect);
    expect(await all(start(inputs(1), task(ONCE)))).toMatchObject([{ status }]);
    expect(await all(start(inputs(1), task(READ)))).toMatchObject([{ status: 'error' }]);
  });
});

describe('a row that waits before its write', () => {
  it('is left for the next run when the signal comes: neither a result nor a line in the journal', async () => {
    const controller = new AbortController();
    const started: number[] = [];
    const journal: BulkJournal = {
      key: 'secret',
      seen: () => undefined,
      started: async (row) => void started.push(row),
    };
    const sent: number[] = [];
    const late: Promise<unknown>[] = [];
    const task: BulkTask = {
      ...taskOf(() => 0),
      effectOf: () => ONCE,
      async run(input, { signal, sending }) {
        const { n } = input as Input;
        if (n > 1) {
          // Waits for the rate limit; that it is let go comes to it late.
          const gate = new Promise((resolve) => setTimeout(resolve, 20));
          late.push(gate.then(sending).then(() => sent.push(n)));
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        }
        await sending();
        sent.push(n);
        if (n === 1) {
          controller.abort(new Error('enough'));
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        return {};
      },
    };
    const { seen, error } = await toTheEnd(start(inputs(20), task, { journal, signal: controller.signal }));
    await Promise.allSettled(late);
    expect(error?.message).toBe('enough');
    expect(seen.map(({ row, status }) => [row, status])).toEqual([
      [1, 'ok'],
      [2, 'ok'],
    ]);
    expect(late.length).toBeGreaterThan(0);
    expect({ started, sent }).toEqual({ started: [1, 2], sent: [0, 1] });
  });

  it('and fails before it is an error, whatever the error is', async () => {
    const task: BulkTask = {
      ...taskOf(() => 0),
      effectOf: () => ONCE,
      run: () => Promise.reject(new TypeError('x is not a function')),
    };
    expect(await all(start(inputs(1), task))).toMatchObject([{ status: 'error' }]);
  });
});

describe('a rate limit that is longer than one call waits', () => {
  it('is waited for: nothing was executed', async () => {
    const clock = fakeClock();
    let tries = 0;
    const task = taskOf(() => {
      tries += 1;
      if (tries < 3) throw new RateLimitError('later', { retryAfterMs: 300_000 });
      return 'done';
    }, ONCE);
    const seen = await clock.run(all(start(inputs(1), task, { clock })));
    expect(seen).toMatchObject([{ status: 'ok', output: 'done' }]);
    expect(clock.sleeps).toEqual([300_000, 300_000]);
    await settle();
  });

  it('is waited for as often as it comes: among many, a row may miss its turn', async () => {
    const clock = fakeClock();
    let tries = 0;
    const task = taskOf(() => {
      tries += 1;
      if (tries < 100) throw new RateLimitError('later', { retryAfterMs: 60_000 });
    }, ONCE);
    expect(await clock.run(all(start(inputs(1), task, { clock })))).toMatchObject([{ status: 'ok' }]);
  });

  it('but not for ever', async () => {
    const clock = fakeClock();
    const task = taskOf(() => {
      throw new RateLimitError('later', { retryAfterMs: 600_000 });
    });
    expect(await clock.run(all(start(inputs(1), task, { clock })))).toMatchObject([{ status: 'error' }]);
    expect(clock.sleeps.length).toBe(25);
  });

  it('but not when the run is stopped meanwhile: the row is done by the next one', async () => {
    const controller = new AbortController();
    const task = taskOf(() => {
      setTimeout(() => controller.abort(new Error('enough')), 5);
      throw new RateLimitError('later', { retryAfterMs: 300_000 });
    }, ONCE);
    const { seen, error } = await toTheEnd(start(inputs(3), task, { signal: controller.signal }));
    expect(seen).toMatchObject([{ row: 1, status: 'error', error: { code: 'rate_limited' } }]);
    expect(error?.message).toBe('enough');
  });

  it('but not when too many rows fail meanwhile, or nobody takes results', async () => {
    const task = taskOf((n) => {
      if (n === 1) throw new RateLimitError('later', { retryAfterMs: 300_000 });
      if (n > 1) throw refused();
    });
    const { seen, error } = await toTheEnd(start(inputs(9), task, { maxErrors: 1 }));
    expect(error).toMatchObject({ code: 'rows_failed' });
    expect(seen.find(({ row }) => row === 2)).toMatchObject({ error: { code: 'rate_limited' } });
    for await (const { row } of start(inputs(9), task)) if (row > 2) break;
  });

  it('but not one of hours, or one that waiting does not mend', async () => {
    for (const more of [{ retryAfterMs: 3_600_000 }, { retryAfterMs: 1_000, retryable: false }]) {
      const task = taskOf(() => {
        throw new RateLimitError('later', more);
      });
      expect(await all(start(inputs(1), task))).toMatchObject([
        { status: 'error', error: { code: 'rate_limited' } },
      ]);
    }
  });
});

describe('the limit of errors', () => {
  const stopsAt = (
    limit: Parameters<typeof errorCounter>[0],
    failed: (row: number) => boolean,
    rows = 10_000,
  ) => {
    const count = errorCounter(limit);
    for (let row = 1; row <= rows; row += 1) if (count(failed(row)) !== undefined) return row;
    return undefined;
  };

  it.each([
    ['more than the number', 3, (row: number) => row % 10 === 0, 40],
    ['none at all', 0, (row: number) => row === 17, 17],
    ['a share, from the 100th row on', '10%', (row: number) => row % 5 === 0, 100],
    ['a share that is not reached', '10%', (row: number) => row % 10 === 0, undefined],
    ['everything fails', '10%', () => true, 50],
    ['something breaks later on', '10%', (row: number) => row > 5_000, 5_050],
    ['never', '100%', () => true, undefined],
  ] as const)('%s', (_, limit, failed, row) => {
    expect(stopsAt(limit, failed)).toBe(row);
  });

  it.each([Number.NaN, -1, 0.1, '120%', 'abc', '0.1'])('is not %j', (limit) => {
    expect(() => errorCounter(limit as ErrorLimit)).toThrow('maxErrors');
  });

  it('is a number or a share', () => {
    expect(['50', '0', '10%', '2.5%'].map(errorLimitOf)).toEqual([50, 0, '10%', '2.5%']);
    for (const wrong of ['', 'x', '-1', '101%', '1.5', '%', '1e3'])
      expect(errorLimitOf(wrong)).toBeUndefined();
  });
});
