import { createHash } from 'node:crypto';
import type { Effect } from '../define.ts';
import { OktaError, RateLimitError } from '../errors/errors.ts';
import { deferred } from '../http/deferred.ts';
import type { Clock } from '../http/types.ts';
import { DEFAULT_ERROR_LIMIT, errorCounter } from './error-limit.ts';
import type { BulkJournal, BulkResult, ErrorLimit } from './types.ts';

/** What is done with each row. */
export interface BulkTask {
  /** @throws InputError for an input that does not fit. */
  parse(input: unknown): unknown;
  effectOf(parsed: unknown): Effect;
  /** @returns what the result of the row says. */
  run(parsed: unknown, signal: AbortSignal | undefined): Promise<Partial<BulkResult>>;
}

export interface RunBulkOptions {
  clock: Clock;
  /** Rows under way at the same time. */
  concurrency: number;
  maxErrors?: ErrorLimit;
  journal?: BulkJournal;
  /** Ends it: no further row is begun, those under way are finished, then its reason is thrown. */
  signal?: AbortSignal;
}

/** With these nothing of this connection works, so no further row is tried. */
const FATAL = new Set(['authentication_failed', 'insufficient_scope', 'invalid_connection']);

/** A longer wait for a rate limit is left to whoever starts the run again. */
const MAX_PAUSE_MS = 15 * 60_000;
const MAX_PAUSES = 10;

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
  const { concurrency, signal } = options;
  const tooMany = errorCounter(options.maxErrors ?? DEFAULT_ERROR_LIMIT);
  const stopped = new AbortController();
  const abandoned = new AbortController();
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
  const interrupt = () => stop(signal?.reason);
  signal?.addEventListener('abort', interrupt, { once: true });
  if (signal?.aborted) interrupt();

  function finish(result: BulkResult): void {
    ready.push(result);
    const { error } = result;
    const why = tooMany(result.status !== 'ok');
    if (error && FATAL.has(error.code)) {
      stop(error);
      abandoned.abort(error);
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
        const result = await rowResult(next.value, task, options, abandoned.signal);
        if (result) finish(result);
        if (first && result && result.error?.code !== 'invalid_input') startAll();
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
    signal?.removeEventListener('abort', interrupt);
    stop(undefined);
    // Rows under way are finished: what was sent cannot be called back.
    while (under > 0) await changed.promise;
    void rows.return();
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

/** Does one row. Undefined when there is nothing to say: it was done before, or is left for the next run. */
async function rowResult(
  { row, input }: { row: number; input: unknown },
  task: BulkTask,
  { journal, clock }: RunBulkOptions,
  abandoned: AbortSignal,
): Promise<BulkResult | undefined> {
  const hash = journal && hashOf(input);
  const result = (status: BulkResult['status'], more: Partial<BulkResult>): BulkResult => ({
    ...{ row, key: keyOf(input), status, ...more, hash },
  });
  const before = journal?.seen(row, hash as string);
  if (before === 'done') return undefined;
  let parsed: unknown;
  try {
    if (input instanceof Error) throw input;
    parsed = task.parse(input);
  } catch (error) {
    return result('error', { error: oktaError(error) });
  }
  const { kind, idempotent } = task.effectOf(parsed);
  const once = kind === 'write' && !idempotent;
  if (once) {
    if (before === 'started') return result('unknown', { error: lostRow() });
    await journal?.started(row, hash as string);
  }
  try {
    // Rows that may be repeated are dropped when all is lost; the others are seen to their end.
    return result('ok', await patiently(() => task.run(parsed, once ? undefined : abandoned), clock));
  } catch (error) {
    if (abandoned.aborted && !once) return undefined;
    return result(once && mayBeDone(error) ? 'unknown' : 'error', { error: oktaError(error) });
  }
}

/** Waits out rate limits that are longer than one call waits: Okta has not executed what it refused. */
async function patiently<T>(work: () => Promise<T>, clock: Clock): Promise<T> {
  for (let pauses = 0; ; pauses += 1) {
    try {
      return await work();
    } catch (error) {
      const waitMs = error instanceof RateLimitError && error.retryable ? error.retryAfterMs : undefined;
      if (waitMs === undefined || waitMs > MAX_PAUSE_MS || pauses === MAX_PAUSES) throw error;
      await clock.sleep(waitMs);
    }
  }
}

/** True when Okta may have executed a write that failed here. */
function mayBeDone(error: unknown): boolean {
  // A bug of our own tells nothing about what was sent before it.
  if (!(error instanceof OktaError)) return true;
  if (error.code === 'outcome_unknown' || error.mayHaveHappened) return true;
  const answered2xx = error.status !== undefined && error.status >= 200 && error.status < 300;
  return answered2xx || (error.code === 'unexpected_response' && error.status === undefined);
}

function lostRow(): OktaError {
  return new OktaError(
    'The run before ended while this row was under way; it is not known whether it was done',
    {
      code: 'outcome_unknown',
      actor: 'caller',
      hint: 'Look in Okta whether it was done. It is not done again, because doing it twice may do harm.',
    },
  );
}

function oktaError(error: unknown): OktaError {
  if (error instanceof OktaError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new OktaError(message, { code: 'internal_error', actor: 'caller' });
}

/** Short, since it has to tell a changed row from the same row, not to withstand an attack. */
function hashOf(input: unknown): string {
  const text = input instanceof Error ? input.message : (JSON.stringify(input) ?? '');
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/** What a person knows the row by. */
function keyOf(input: unknown): string | undefined {
  const { userId, profile } = (input ?? {}) as { userId?: unknown; profile?: { login?: unknown } | null };
  const key = userId ?? profile?.login;
  return typeof key === 'string' ? key : undefined;
}
