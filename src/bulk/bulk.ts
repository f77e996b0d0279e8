import type { ActionDefinition } from '../define.ts';
import { atLeastOne } from '../session/option-checks.ts';
import type { RunOptions } from '../session/options.ts';
import type { Session } from '../session/session.ts';
import { bulkTask } from './bulk-task.ts';
import { NAMES_AT_ONCE, NewNames } from './new-names.ts';
import { runBulk } from './run-bulk.ts';
import type { BulkJournal, BulkResult, ErrorLimit } from './types.ts';

export interface BulkOptions extends RunOptions {
  /** Rows processed concurrently. Default: the client's concurrency; rate limits pace them anyway. */
  concurrency?: number;
  /** When to stop: after more than this many rows failed, or more than this share of them. Default `10%`. */
  maxErrors?: ErrorLimit;
  /** Records which rows were started, for runs that can be resumed. */
  journal?: BulkJournal;
  /** Read and check, but change nothing; results say what would change. */
  dryRun?: boolean;
  /**
   * In a dry run: also look up, many in one request, whether the objects that rows would create exist already. Rows that
   * would create the same object are reported in any case.
   */
  checkExisting?: boolean;
}

/** Runs an action for each input. @throws whatever ended it early, after the last result. */
export async function* bulk(
  session: Session,
  action: ActionDefinition,
  inputs: AsyncIterable<unknown> | Iterable<unknown>,
  options: BulkOptions,
): AsyncGenerator<BulkResult, void, undefined> {
  const { progress, dryRun = false, checkExisting = false } = options;
  // Only rows in progress at the same time share a request.
  const { concurrency = checkExisting ? NAMES_AT_ONCE : session.concurrency } = options;
  const names = dryRun ? new NewNames(action, checkExisting) : undefined;
  const lookups = new Map<string, Promise<string>>();
  const task = bulkTask(action, names, ({ idempotent, kind }, { signal, sending }) =>
    session.contextFor({
      ...{ idempotent, writes: kind === 'write', scopes: action.scopes },
      ...{ signal, sending, progress, lookups },
    }),
  );
  yield* runBulk(inputs, task, { ...options, clock: session.clock, concurrency: atLeastOne(concurrency) });
}
