import { createHmac } from 'node:crypto';
import type { Effect } from '../define.ts';
import { isOktaError, OktaError } from '../errors/errors.ts';
import type { Clock } from '../http/types.ts';
import type { BulkJournal, BulkResult } from './types.ts';

/** Signals and callbacks of a row's run. */
export interface RowRun {
  row: number;
  /** Aborts the row unless it has sent a write. */
  signal: AbortSignal;
  /** Called before each write is sent; the write is sent once this resolves. */
  sending(): Promise<void>;
}

/** The task for each row. */
export interface BulkTask {
  /** @throws InputError for an input that does not fit. */
  parse(input: unknown): unknown;
  effectOf(parsed: unknown): Effect;
  /** How a person recognises the row. */
  keyOf(input: unknown): string | undefined;
  /** @returns the contents of the row's result. */
  run(parsed: unknown, run: RowRun): Promise<Partial<BulkResult>>;
}

/** State shared by the rows of a bulk run. */
interface RowOptions {
  clock: Clock;
  journal: BulkJournal | undefined;
  /** Aborted when no further row may start. */
  stopped: AbortSignal;
  /** Abandons each row in progress that has not sent a write yet. */
  drops: Set<() => void>;
}

/** The end of a row. */
export interface RowEnd {
  result: BulkResult;
  /** False for a failure already known from an earlier run, which does not count towards the error limit. */
  counts: boolean;
}

/** After a longer wait for a rate limit the row fails and is left for the next run. */
const MAX_PAUSE_MS = 15 * 60_000;
/** With many more rows in progress than a bucket allows, a row may miss its turn repeatedly. */
const PATIENCE_MS = 4 * 3_600_000;

/**
 * Runs one row. A write that must not be repeated is recorded right before it is sent, no earlier: a row still waiting for
 * the rate limit, or reading, has done nothing yet.
 * @returns undefined when there is no result: the row was done before, or is left for the next run.
 * @throws errors that make continuing pointless: a changed row, a journal that cannot be written.
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
    // Otherwise the few rows that always fail would stop every further run before it reaches new rows.
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
    row,
    signal: dropped.signal,
    async sending() {
      // An abandoned request may still get here.
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

/** Waits out rate limits longer than a single call would: Okta did not execute the refused request. */
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
  // A bug in our code says nothing about what was sent before it.
  if (!isOktaError(error)) return true;
  if (error.code === 'outcome_unknown' || error.mayHaveHappened) return true;
  // A request refused with an Okta error code was not executed, whatever the status.
  const { code, status = 200 } = error;
  return code === 'unexpected_response' && status >= 200 && status < 300;
}

function lostRow(): OktaError {
  return new OktaError(
    'The previous run ended while this row was in progress; it is not known whether it was done',
    {
      code: 'outcome_unknown',
      actor: 'caller',
      hint: 'Check in Okta whether it was done. It is not repeated, because doing it twice may do harm.',
    },
  );
}

function oktaError(error: unknown): OktaError {
  if (isOktaError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new OktaError(message, { code: 'internal_error', actor: 'caller' });
}

/** Short, because it only distinguishes changed rows; keyed, because the row may contain a password. */
function hashOf(input: unknown, key: string): string {
  const text = input instanceof Error ? input.message : (JSON.stringify(input) ?? '');
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 8);
}
