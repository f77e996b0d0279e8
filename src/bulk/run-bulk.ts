import { OktaError } from '../errors/errors.ts';
import { deferred } from '../http/deferred.ts';
import type { Clock } from '../http/types.ts';
import { DEFAULT_ERROR_LIMIT, errorCounter } from './error-limit.ts';
import { type BulkTask, type RowEnd, runRow } from './run-row.ts';
import type { BulkJournal, BulkResult, ErrorLimit } from './types.ts';

export interface RunBulkOptions {
  clock: Clock;
  /** Rows processed concurrently. */
  concurrency: number;
  maxErrors?: ErrorLimit;
  journal?: BulkJournal;
  /** Stops the run: no further write starts, those in progress finish, then its reason is thrown. */
  signal?: AbortSignal;
}

/** With these errors nothing on this connection works, so no further row is tried. */
export const FATAL: ReadonlySet<string> = new Set([
  'authentication_failed',
  'insufficient_scope',
  'invalid_connection',
]);

/** These may come from rows that were never sent, so they say nothing about the credential. */
const UNTRIED = new Set<string | undefined>(['invalid_input', 'outcome_unknown']);

/**
 * Runs a task for many rows. Rows are read only when they can start, and start only as fast as results are consumed, so
 * memory stays flat. Results arrive in order of completion, not of input, so that a slow row does not delay others. The
 * first row runs alone, so that a rejected credential is tried only once.
 * @throws whatever ended it early, after the results of all rows in progress: InputError for an unreadable input,
 *   OktaError `rows_failed` for too many errors, the error itself when it affects all rows (credential, scope), the
 *   reason of the signal.
 */
export async function* runBulk(
  inputs: AsyncIterable<unknown> | Iterable<unknown>,
  task: BulkTask,
  options: RunBulkOptions,
): AsyncGenerator<BulkResult, void, undefined> {
  const { clock, concurrency, journal, signal } = options;
  const tooMany = errorCounter(options.maxErrors ?? DEFAULT_ERROR_LIMIT);
  const stopped = new AbortController();
  const drops = new Set<() => void>();
  const rows = numbered(inputs);
  const ready: BulkResult[] = [];
  let workers = 0;
  let under = 0;
  let first = true;
  let changed = deferred<void>();
  const tell = () => {
    changed.resolve();
    changed = deferred();
  };
  const stop = (reason: unknown) => {
    stopped.abort(reason);
    tell();
  };
  /** Stops, and abandons rows that have not sent a write yet: they are left for the next run. */
  const halt = (reason: unknown) => {
    stop(reason);
    for (const drop of drops) drop();
  };
  const interrupt = () => halt(signal?.reason);
  signal?.addEventListener('abort', interrupt, { once: true });
  if (signal?.aborted) interrupt();

  function finish({ result, counts }: RowEnd): void {
    ready.push(result);
    const { error, status } = result;
    const why = counts ? tooMany(status !== 'ok') : undefined;
    if (error && FATAL.has(error.code)) {
      halt(error);
    } else if (why !== undefined) {
      stop(
        new OktaError(`Stopped: ${why}`, {
          code: 'rows_failed',
          actor: 'caller',
          hint: 'Look at the errors and fix their cause.',
        }),
      );
    }
    tell();
  }

  async function work(): Promise<void> {
    while (!stopped.signal.aborted) {
      // Do not run ahead of the consumer.
      if (ready.length >= concurrency) {
        await changed.promise;
        continue;
      }
      const next = await rows.next();
      if (next.done || stopped.signal.aborted) return;
      under += 1;
      try {
        const end = await runRow(next.value, task, { clock, journal, stopped: stopped.signal, drops });
        if (end) finish(end);
        if (first && end && !UNTRIED.has(end.result.error?.code)) startAll();
      } finally {
        under -= 1;
      }
    }
  }

  function start(): void {
    workers += 1;
    void work()
      .catch((error) => stopped.signal.aborted || stop(error))
      .finally(() => {
        workers -= 1;
        tell();
      });
  }

  function startAll(): void {
    first = false;
    for (let more = 1; more < concurrency; more += 1) start();
  }

  start();
  try {
    for (;;) {
      const result = ready.shift();
      if (result) {
        tell();
        yield result;
        // After stopping, do not wait for a worker whose next row may never arrive.
      } else if (under > 0 || (workers > 0 && !stopped.signal.aborted)) await changed.promise;
      else break;
    }
    stopped.signal.throwIfAborted();
  } finally {
    halt(undefined);
    // Writes that were sent cannot be recalled, so they finish.
    while (under > 0) await changed.promise;
    // It ends with its next row, which may never arrive; an error in its clean-up must not end the process.
    rows.return().catch(() => {});
    signal?.removeEventListener('abort', interrupt);
  }
}

/** Rows with their numbers. A generator queues concurrent next() calls, which the input itself may not. */
async function* numbered(inputs: AsyncIterable<unknown> | Iterable<unknown>) {
  let row = 0;
  for await (const input of inputs) {
    row += 1;
    yield { row, input };
  }
}
