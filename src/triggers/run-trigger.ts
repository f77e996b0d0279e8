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
  /** Name of the state; runs of one credential with the same name continue each other. */
  stateKey: string;
  /** Mark of the credential. */
  credential: string;
}

/** @throws InputError for a trigger that Okta calls. */
export function assertPolled({ key, kind }: TriggerDefinition): void {
  if (kind !== 'webhook') return;
  throw new InputError(`${key} waits for Okta to call: it is not polled`, {
    hint: 'Receive what Okta sends: webhook in code ("okta-connector listen").',
  });
}

/**
 * One run of a polling or scheduled trigger: the items since the last one. What was taken is committed when the consumer
 * comes back for more.
 * @throws OktaError `state_locked` while another process runs it.
 */
export async function* runTrigger({
  trigger,
  store,
  stateKey,
  credential,
  ...run
}: TriggerRun): AsyncGenerator<TriggerItem, void, undefined> {
  const held = await holdOwn(store, stateKey, credential, run.context.clock);
  try {
    yield* trigger.source.run({ unsaved: {}, ...run, held });
  } finally {
    await held.release();
  }
}

const LONGEST_BACKOFF_MS = 5 * 60_000;

/** What waiting does not mend: a credential, a right, an input. Everything else is tried again for ever. */
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
  'internal_error',
]);

/** True for errors that trying again later cannot mend; a state that never could be used is one. */
export const isFatal = (error: unknown): boolean =>
  !isOktaError(error) ||
  error instanceof InputError ||
  FATAL.has(error.code) ||
  (error.code === 'state_locked' && !error.retryable);

/** The state may be free, or its disk have room, at any moment, and asking costs Okta nothing. */
const LONGEST_STATE_BACKOFF_MS = 15_000;
const longestBackOff = (error: unknown): number =>
  isOktaError(error) && error.code === 'state_locked' ? LONGEST_STATE_BACKOFF_MS : LONGEST_BACKOFF_MS;

/**
 * How long to wait after this many failures in a row: longer each time, up to five minutes (15 s for the state), or to an
 * hour where the error says so.
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
 * Runs again and again, one run at a time, until the signal ends it or an error comes that waiting cannot mend. Other
 * errors are told and tried again, ever more slowly while they last.
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
