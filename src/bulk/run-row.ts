import { createHmac } from 'node:crypto';
import type { Effect } from '../define.ts';
import { isOktaError, OktaError } from '../errors/errors.ts';
import type { Clock } from '../http/types.ts';
import type { BulkJournal, BulkResult } from './types.ts';

/** What a row's run is told, and tells. */
export interface RowRun {
  /** Ends the row as long as it has not sent a write. */
  signal: AbortSignal;
  /** Called before each write goes out; it goes out when this has ended. */
  sending(): Promise<void>;
}

/** What is done with each row. */
export interface BulkTask {
  /** @throws InputError for an input that does not fit. */
  parse(input: unknown): unknown;
  effectOf(parsed: unknown): Effect;
  /** What a person knows the row by. */
  keyOf(input: unknown): string | undefined;
  /** @returns what the result of the row says. */
  run(parsed: unknown, run: RowRun): Promise<Partial<BulkResult>>;
}

/** What the rows of a bulk run share. */
export interface RowOptions {
  clock: Clock;
  journal: BulkJournal | undefined;
  /** Aborted when no further row is begun. */
  stopped: AbortSignal;
  /** How each row under way is dropped, where it has not sent a write yet. */
  drops: Set<() => void>;
}

/** How a row has ended. */
export interface RowEnd {
  result: BulkResult;
  /** False for a failure that tells nothing new, and so does not count towards the limit of errors. */
  counts: boolean;
}

/** A longer wait for a rate limit is left to whoever starts the run again. */
const MAX_PAUSE_MS = 15 * 60_000;
/** With many more rows under way than a bucket lets pass, one may miss its turn often. */
const PATIENCE_MS = 4 * 3_600_000;

/**
 * Does one row. A write that must not be repeated is written down when it is about to go out, not before: a row that
 * still waits for the rate limit, or reads, has done nothing yet.
 * @returns undefined when there is nothing to say: it was done before, or is left for the next run.
 * @throws what makes going on senseless: a row that is not what it was, a journal that cannot be written.
 */
export async function runRow(
  { row, input }: { row: number; input: unknown },
  task: BulkTask,
  { clock, journal, stopped, drops }: RowOptions,
): Promise<RowEnd | undefined> {
  const hash = journal && hashOf(input, journal.key);
  const before = journal?.seen(row, hash as string);
  const end = (status: BulkResult['status'], more: Partial<BulkResult>): RowEnd => ({
    result: {
      ...{ row, key: task.keyOf(input), status, ...more, hash },
      ...(before === 'failed' ? { retried: true } : {}),
    },
    // Else the few that always fail, or were lost, would stop every further run before it comes to new rows.
    counts: before === undefined || status === 'ok',
  });
  if (before === 'done') return undefined;
  let parsed: unknown;
  try {
    if (input instanceof Error) throw input;
    parsed = task.parse(input);
  } catch (error) {
    return end('error', { error: oktaError(error) });
  }
  const { kind, idempotent } = task.effectOf(parsed);
  const once = kind === 'write' && !idempotent;
  if (once && before === 'started') return end('unknown', { error: lostRow() });

  let sent: Promise<void> | undefined;
  let journalError: unknown;
  async function writeDown(): Promise<void> {
    await journal?.started(row, hash as string).catch((error) => {
      journalError = error;
      throw error;
    });
  }
  const dropped = new AbortController();
  const drop = () => {
    if (sent === undefined) dropped.abort(stopped.reason);
  };
  drops.add(drop);
  const run: RowRun = {
    signal: dropped.signal,
    async sending() {
      // A request that was let go may still come this far.
      dropped.signal.throwIfAborted();
      sent ??= once ? writeDown() : Promise.resolve();
      await sent;
    },
  };
  try {
    return end('ok', await patiently(() => task.run(parsed, run), clock, stopped));
  } catch (error) {
    if (journalError !== undefined) throw journalError;
    if (dropped.signal.aborted) return undefined;
    const unknown = once && sent !== undefined && mayBeDone(error);
    return end(unknown ? 'unknown' : 'error', { error: oktaError(error) });
  } finally {
    drops.delete(drop);
  }
}

/** Waits out rate limits that are longer than one call waits: Okta has not executed what it refused. */
async function patiently<T>(work: () => Promise<T>, clock: Clock, stopped: AbortSignal): Promise<T> {
  const until = clock.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const waitMs =
        isOktaError(error) && error.code === 'rate_limited' && error.retryable
          ? error.retryAfterMs
          : undefined;
      if (waitMs === undefined || waitMs > MAX_PAUSE_MS || clock.now() > until) throw error;
      await clock.sleep(waitMs, stopped).catch(() => {});
      if (stopped.aborted) throw error;
    }
  }
}

/** True when Okta may have executed a write that was sent and failed here. */
function mayBeDone(error: unknown): boolean {
  // A bug of our own tells nothing about what was sent before it.
  if (!isOktaError(error)) return true;
  if (error.code === 'outcome_unknown' || error.mayHaveHappened) return true;
  // What Okta refuses by a code of its own is not done, whatever the status.
  const { code, status = 200 } = error;
  return code === 'unexpected_response' && status >= 200 && status < 300;
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
  if (isOktaError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new OktaError(message, { code: 'internal_error', actor: 'caller' });
}

/** Short, since it has to tell a changed row from the same row; keyed, since the row may hold a password. */
function hashOf(input: unknown, key: string): string {
  const text = input instanceof Error ? input.message : (JSON.stringify(input) ?? '');
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 8);
}
