import type { HeldRun, TriggerDefinition, TriggerItem } from '../define.ts';
import { type ErrorCode, InputError, isOktaError, type OktaError } from '../errors/errors.ts';
import { LONGEST_WAIT_MS } from '../http/rate-headers.ts';
import type { Clock, Progress } from '../http/types.ts';
import { holdOwn } from '../state/credential-record.ts';
import type { StateStore } from '../state/store.ts';

/** What one run of a trigger needs. */
export interface TriggerRun extends Omit<HeldRun, 'held' | 'unsaved'>, Partial<Pick<HeldRun, 'unsaved'>> {
  trigger: TriggerDefinition;
  store: StateStore;
  /** Name of the state; a run continues the previous run with the same name and credential. */
  stateKey: string;
  /** Mark of the credential. */
  credential: string;
}

/** @throws InputError for a webhook trigger. */
export function assertPolled({ key, kind }: TriggerDefinition): void {
  if (kind !== 'webhook') return;
  throw new InputError(`${key} is a webhook trigger and cannot be polled`, {
    hint: 'Receive what Okta sends: webhook in code ("okta-connector listen").',
  });
}

/**
 * One run of a polling or scheduled trigger: the items since the last run. Consumed items are committed when the consumer
 * requests the next one.
 * @throws OktaError `state_locked` while another process runs it.
 */
export async function* runTrigger({
  trigger,
  store,
  stateKey,
  credential,
  ...run
}: TriggerRun): AsyncGenerator<TriggerItem, void, undefined> {
  const held = await holdOwn(store, stateKey, credential, run.context.clock, trigger.source.lists);
  try {
    yield* trigger.source.run({ unsaved: {}, ...run, held });
  } finally {
    await held.release();
  }
}

const LONGEST_BACKOFF_MS = 5 * 60_000;

/** Errors that waiting cannot resolve: a wrong credential, permission or input, a decision. All others are retried indefinitely. */
const FATAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'authentication_failed',
  'insufficient_scope',
  'permission_denied',
  'invalid_input',
  'invalid_connection',
  'unknown_operation',
  'validation_failed',
  'feature_unavailable',
  'not_supported',
  'sync_held',
  'internal_error',
]);

/** True for errors that a later retry cannot resolve, including a state or a target that is permanently unusable. */
export const isFatal = (error: unknown): boolean =>
  !isOktaError(error) ||
  error instanceof InputError ||
  FATAL.has(error.code) ||
  (['state_locked', 'target_refused'].includes(error.code) && !error.retryable);

/** The state may be released, or its disk have space again, at any moment, and checking sends no request to Okta. */
const LONGEST_STATE_BACKOFF_MS = 15_000;
const longestBackOff = (error: unknown): number =>
  isOktaError(error) && error.code === 'state_locked' ? LONGEST_STATE_BACKOFF_MS : LONGEST_BACKOFF_MS;

/**
 * Milliseconds to wait after this many consecutive failures: doubles each time, up to five minutes (15 s for the state), or
 * up to an hour if the error asks for it.
 */
export const backOff = (error: unknown, failures: number, firstMs: number): number =>
  Math.max(
    Math.min((error as Partial<OktaError>).retryAfterMs || 0, LONGEST_WAIT_MS),
    Math.min(Math.max(firstMs, 1_000) * 2 ** Math.min(failures - 1, 10), longestBackOff(error)),
  );

interface RepeatOptions {
  clock: Clock;
  signal: AbortSignal | undefined;
  notice: Progress;
  /** Milliseconds from the end of one run to the next, or computed for schedules. */
  pause: () => number;
}

/**
 * Runs repeatedly, one run at a time, until the signal aborts or an error occurs that waiting cannot resolve. Other errors
 * are reported and retried with exponential back-off.
 */
export async function* repeat<T>(
  once: () => AsyncGenerator<T, void, undefined>,
  { clock, signal, notice, pause }: RepeatOptions,
): AsyncGenerator<T, void, undefined> {
  for (let failures = 0; !signal?.aborted; ) {
    let waitMs: number;
    try {
      yield* once();
      failures = 0;
      waitMs = pause();
    } catch (error) {
      if (signal?.aborted) return;
      if (isFatal(error)) throw error;
      failures += 1;
      waitMs = backOff(error, failures, pause());
      notice(`${(error as OktaError).message}; next try in ${Math.ceil(waitMs / 1000)} s`, {
        until: clock.now() + waitMs,
        for: 'next_try',
      });
    }
    try {
      await clock.sleep(waitMs, signal);
    } catch {
      return;
    }
  }
}
