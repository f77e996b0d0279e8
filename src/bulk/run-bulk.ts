import { OktaError } from '../errors/errors.ts';
import { deferred } from '../http/deferred.ts';
import type { Clock } from '../http/types.ts';
import { DEFAULT_ERROR_LIMIT, errorCounter } from './error-limit.ts';
import { type BulkTask, type RowEnd, runRow } from './run-row.ts';
import type { BulkJournal, BulkResult, ErrorLimit } from './types.ts';

export interface RunBulkOptions {
  clock: Clock;
  /** Rows under way at the same time. */
  concurrency: number;
  maxErrors?: ErrorLimit;
  journal?: BulkJournal;
  /** Ends it: no further write is begun, those under way are finished, then its reason is thrown. */
  signal?: AbortSignal;
}

/** With these nothing of this connection works, so no further row is tried. */
const FATAL = new Set(['authentication_failed', 'insufficient_scope', 'invalid_connection']);

/** These may come from rows that were not sent, and so tell nothing about the credential. */
const UNTRIED = new Set<string | undefined>(['invalid_input', 'outcome_unknown']);

/**
 * Does the same with many rows. Rows are taken as they can be begun, and begun only as fast as their results are taken, so
 * memory stays flat. Results come as rows are finished, not in the order of the input: one slow row holds up nobody, and
 * each result is known at once. The first row goes ahead alone, so that a credential that is refused is refused once.
 * @throws what ended it before the input did, after the results of all rows that were under way: InputError for an input
 *   that cannot be read, OktaError `rows_failed` for too many errors, the error itself where it concerns all rows
 *   (credential, scope), the reason of the signal.
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
  /** Stops, and drops the rows that have not sent a write yet: they are left for the next run. */
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
          hint: 'Look at the errors and mend their cause.',
        }),
      );
    }
    tell();
  }

  async function work(): Promise<void> {
    while (!stopped.signal.aborted) {
      // Not further ahead than the consumer can see.
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
        // Once it is stopped, a worker that waits for a row that may never come is not waited for.
      } else if (under > 0 || (workers > 0 && !stopped.signal.aborted)) await changed.promise;
      else break;
    }
    stopped.signal.throwIfAborted();
  } finally {
    halt(undefined);
    // What was sent cannot be called back, and is finished.
    while (under > 0) await changed.promise;
    // It ends when its next row comes, which may be never; what its clean-up throws must not end the process.
    rows.return().catch(() => {});
    signal?.removeEventListener('abort', interrupt);
  }
}

/** Rows with their numbers. A generator of our own: it may be asked for several rows at the same time. */
async function* numbered(inputs: AsyncIterable<unknown> | Iterable<unknown>) {
  let row = 0;
  for await (const input of inputs) {
    row += 1;
    yield { row, input };
  }
}
