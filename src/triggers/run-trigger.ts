import type { ActionContext, TriggerDefinition } from '../define.ts';
import { type ErrorCode, InputError, isOktaError, type OktaError } from '../errors/errors.ts';
import { LONGEST_WAIT_MS } from '../http/rate-headers.ts';
import type { Clock, Progress } from '../http/types.ts';
import { identified } from '../resources/answers.ts';
import type { LogEvent } from '../resources/log/log-event.ts';
import { hold } from '../state/lease.ts';
import type { StateStore } from '../state/store.ts';
import { type EventItem, itemOf } from './sources/log/event-item.ts';
import { oktaTime } from './sources/log/log-clock.ts';
import { dueWindow, type SearchState, searchWindow, type Window } from './sources/log/log-search.ts';
import { oddIds, tellOdd, timeOf } from './sources/log/odd-event.ts';
import { Seen } from './sources/log/seen.ts';
import { type PollState, pollPages, recentEvents } from './sources/log/system-log.ts';

/** What one run of a trigger needs. */
export interface TriggerRun {
  trigger: TriggerDefinition;
  /** Checked against the trigger's schema. */
  input: Record<string, unknown>;
  context: ActionContext;
  store: StateStore;
  /** Name of the state; runs with the same name continue each other. */
  stateKey: string;
  /** Stop after this many pages of the log. */
  maxPages?: number;
  /** Of the runs of one process; the next leaves out what the last one delivered and could not save. */
  unsaved?: Unsaved;
}

/** What was delivered and perhaps not saved: a disk may get full in between. */
export interface Unsaved {
  seen?: Seen;
  /** Id of a window. */
  window?: string;
}

/** What a trigger delivers; the same thing has the same id. */
export interface TriggerItem {
  id: string;
  [name: string]: unknown;
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
export const runTrigger = (run: TriggerRun): AsyncGenerator<unknown, void, undefined> =>
  run.trigger.kind === 'schedule' ? searchOnce(run) : pollOnce(run);

async function* pollOnce({ trigger, input, context, store, stateKey, maxPages, unsaved = {} }: TriggerRun) {
  const held = await hold<PollState>(store, stateKey, context.clock);
  try {
    const since = typeof input.since === 'string' ? Date.parse(input.since) : undefined;
    const options = { conditions: trigger.conditions(input), since, maxPages };
    const seen = new Seen([...(held.value?.seen ?? []), ...(unsaved.seen?.list() ?? [])]);
    unsaved.seen = seen;
    for await (const page of pollPages(context, held, options, seen)) {
      for (const event of page) {
        const item = itemOf(event);
        yield input.include === true ? await included(trigger, input, context, item) : item;
      }
    }
    unsaved.seen = undefined;
  } finally {
    await held.release();
  }
}

async function* searchOnce({ trigger, input, context, store, stateKey, unsaved = {} }: TriggerRun) {
  const held = await hold<SearchState>(store, stateKey, context.clock);
  try {
    const { lastMinutes, settleSeconds } = input as { lastMinutes: number; settleSeconds: number };
    const last = held.value;
    const window = dueWindow(last, await oktaTime(context), lastMinutes * 60_000, settleSeconds * 1_000);
    if (!window) return;
    if (last && window.since > last.until)
      context.notice('events older than 90 days are gone: starting at the oldest there are');
    if (last && window.since < last.until)
      context.notice('the last search ended later than now, by a wrong clock: searching the last day again');
    // A run that is killed before it is done is repeated as it was, with the same id.
    await held.save({ until: last?.until ?? window.since, pending: window });
    const events = await searchWindow(context, trigger.conditions(input), window);
    tellOdd(oddIds(events), context.notice);
    held.assertHeld();
    const item = windowItem(window, events);
    if (unsaved.window !== item.id) {
      unsaved.window = item.id;
      yield item;
    }
    await held.save({ until: window.until });
  } finally {
    await held.release();
  }
}

/** What a scheduled search delivers: one item with all that it found. */
function windowItem(window: Window, events: LogEvent[]): TriggerItem {
  const [since, until] = [window.since, window.until].map((time) => new Date(time).toISOString());
  return {
    id: `${since}/${until}`,
    since,
    until,
    count: events.length,
    events: events.map((event) => itemOf(event)),
  };
}

/**
 * A few recent items, newest first, without touching any state: for setting a trigger up. A scheduled one gives one item
 * with the recent events.
 */
export async function sampleTrigger(
  run: Omit<TriggerRun, 'store' | 'stateKey'>,
  limit: number,
): Promise<TriggerItem[]> {
  const { trigger, input, context } = run;
  const events = await recentEvents(context, trigger.conditions(input), limit);
  tellOdd(oddIds(events), context.notice);
  if (trigger.kind === 'schedule') {
    if (events.length === 0) return [];
    const times = events.map((event) => timeOf(event) ?? context.clock.now());
    return [windowItem({ since: Math.min(...times), until: Math.max(...times) }, events.toReversed())];
  }
  return Promise.all(events.map((event) => included(trigger, input, context, itemOf(event))));
}

/** Adds the whole object (user, group) as it is now, where the input asks for it. */
export async function included(
  { includes }: TriggerDefinition,
  input: Record<string, unknown>,
  context: ActionContext,
  item: EventItem,
): Promise<EventItem> {
  if (!includes?.one || input.include !== true) return item;
  const { key, one } = includes;
  const [, param = ''] = /\{(\w+)\}/.exec(one) ?? [];
  const id = item[param];
  // "me" is the admin of the connection, whatever an odd event means by it.
  if (typeof id !== 'string' || id === '' || id === 'me') return { ...item, [key]: null };
  try {
    const params = { [param]: id };
    const { json } = await context.call({ method: 'GET', path: one, params, answer: identified });
    return { ...item, [key]: json };
  } catch (error) {
    if (!isOktaError(error) || !isAboutId(id, error)) throw error;
    if (error.status !== 404)
      context.notice(`The ${key} of event ${item.id} cannot be read: ${error.message}`);
    return { ...item, [key]: null };
  }
}

const OKTA_ID = /^0[A-Za-z0-9]{19}$/;

/** True when the id is the matter, which no repetition changes: nothing has it, or it is none of Okta's. */
const isAboutId = (id: string, { status, code }: OktaError): boolean =>
  status === 404 || (!OKTA_ID.test(id) && (code === 'validation_failed' || code === 'invalid_input'));

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
  !isOktaError(error) || FATAL.has(error.code) || (error.code === 'state_locked' && !error.retryable);

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

export interface FollowOptions {
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
  { clock, signal, notice, pause }: FollowOptions,
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
