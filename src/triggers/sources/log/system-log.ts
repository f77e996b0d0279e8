import { setImmediate as turn } from 'node:timers/promises';
import type { ActionContext, ApiCall, Page } from '../../../define.ts';
import { isOktaError, type OktaError } from '../../../errors/errors.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import type { Held } from '../../../state/lease.ts';
import { DAY_MS, isAhead, logTime, RETENTION_MS, timeBy } from './log-clock.ts';
import { type Conditions, logParameters } from './log-query.ts';
import { idOf, isUsual, type OddFate, tellOdd, timeOf } from './odd-event.ts';
import { Seen, type StoredDigests } from './seen.ts';

/** What polling remembers between runs. */
export interface PollState {
  /** Okta's own next link; undefined when the last answer had none. */
  cursor: string | undefined;
  /** Time, by Okta's clock, up to which everything has certainly been delivered; milliseconds since the epoch. */
  watermark: number;
  /** The conditions that the cursor belongs to. */
  conditions: string;
  /** Digests of the ids delivered last, many in each string. */
  seen: StoredDigests[];
  /** Where the first page began, milliseconds since the epoch, as long as only a part of it has been delivered. */
  from?: number;
  /** Events in a page of the cursor; default 1,000. */
  pageSize?: number;
  /** For a compacted state: how many of the last ids were delivered up to which minute, oldest first. */
  ages?: [until: number, count: number][];
}

interface PollOptions {
  conditions: Conditions;
  /** Where to begin without a saved state, milliseconds since the epoch; default: now. */
  since?: number;
  /** Stop after this many pages; the next run continues there. */
  maxPages?: number;
  /** Events to ask for in one page. Default 1,000. */
  pageSize?: number;
  /** Called when `maxPages` ends the run and there may be more. */
  onMore?: () => void;
  /** What the consumer does with malformed events. */
  oddFate?: OddFate;
}

export const PAGE_SIZE = 1_000;
/** Okta's Date has whole seconds. */
const CLOCK_ROUNDING_MS = 1_000;
/** Overlap of a restart: Okta may log events minutes late. */
export const LOG_OVERLAP_MS = 10 * 60_000;
/** The number of events at the end of a page from which its time is derived, and the minimum. */
const TELLING = 9;
const LEAST_TELLING = 3;

/** A cursor has the rest. */
const ANY_PAGE: ApiCall = { method: 'GET', path: '/api/v1/logs' };

/** How far the watermark of a saved state may lag behind: a restart then reads so much more, and skips what it knows. */
const LAGGING_MS = 5 * 60_000;

/** Whether a state of the same cursor needs not be saved again: only its watermark has moved, and not far. */
export const isStillHere = (last: PollState, state: PollState): boolean =>
  last.cursor !== undefined &&
  last.cursor === state.cursor &&
  last.conditions === state.conditions &&
  last.from === state.from &&
  last.pageSize === state.pageSize &&
  state.watermark - last.watermark < LAGGING_MS;

/** True if Okta no longer accepts the cursor; other errors concern the request itself. */
const isRefusedCursor = (error: unknown): boolean =>
  isOktaError(error) && (error.status === 400 || error.status === 404);

/**
 * One run over the System Log in polling mode: follows Okta's next link from where the last run ended and yields each
 * event once. A page is committed when the consumer requests the next one: after a crash the page is delivered again, with
 * the same ids; after an orderly stop, only its rest. A page that is not full ends the run.
 *
 * Without a usable cursor, or with changed conditions, polling restarts at the last known time minus an overlap, and skips
 * events that were already delivered. The next page is fetched while one is delivered.
 * @param seen shared with another source of the same events, or this trigger's own.
 * @throws OktaError if Okta or the network fails; everything before that is committed.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/
 */
export async function* pollSystemLog(
  ...run: Parameters<typeof pollPages>
): AsyncGenerator<LogEvent, void, undefined> {
  for await (const page of pollPages(...run)) for (const event of page) yield event;
}

/** Like pollSystemLog, but page by page, because an await per event costs more than the event. Consume each page fully. */
export async function* pollPages(
  context: ActionContext,
  held: Pick<Held<PollState>, 'value' | 'save' | 'assertHeld'>,
  options: PollOptions,
  seen: Seen = new Seen(held.value?.seen),
): AsyncGenerator<Iterable<LogEvent>, void, undefined> {
  const parameters = logParameters(options.conditions);
  const conditions = JSON.stringify(parameters);
  const callSince = (time: number): ApiCall => ({
    method: 'GET',
    path: '/api/v1/logs',
    query: { since: new Date(time).toISOString(), sortOrder: 'ASCENDING', limit: pageSize, ...parameters },
  });

  const known = held.value;
  const cursor = known?.conditions === conditions ? known.cursor : undefined;
  const chosenSize = options.pageSize ?? PAGE_SIZE;
  let pageSize = cursor === undefined ? chosenSize : (known?.pageSize ?? PAGE_SIZE);
  let from = known?.from;
  let watermark = known?.watermark ?? options.since;
  let isResumed = known !== undefined && from === undefined;

  /** The page at a cursor, or, without a working one, at the last known time. */
  const pageAt = async (cursor: string | undefined): Promise<Page> => {
    if (cursor !== undefined) {
      try {
        return await context.page(ANY_PAGE, cursor);
      } catch (error) {
        if (!isRefusedCursor(error)) throw error;
        context.notice(`Okta refused the cursor (${(error as OktaError).message})`);
        pageSize = chosenSize;
      }
    }
    if (watermark === undefined) return fromNow();
    const since = await kept(isResumed ? (await lastTime(watermark)) - LOG_OVERLAP_MS : watermark);
    if (isResumed) {
      context.notice(
        `starting again at ${new Date(since).toISOString()}; events already delivered are skipped`,
      );
    }
    return firstPage(since);
  };

  const firstPage = (since: number): Promise<Page> => {
    if (!isResumed) from = since;
    return context.page(callSince(since));
  };

  /** Starts at Okta's current time: a wrong local clock would lose events or deliver older ones. */
  const fromNow = async (): Promise<Page> => {
    const { earliest, latest } = await logTime(context);
    return firstPage(latest - earliest > CLOCK_ROUNDING_MS ? earliest : latest);
  };

  /** Time up to which everything has certainly been delivered. States of 0.1.0 may hold the time of a wrong clock. */
  const lastTime = async (time: number): Promise<number> => {
    if (!isAhead(time, context.clock.now())) return time;
    const { earliest: now } = await logTime(context);
    if (!isAhead(time, now)) return time;
    context.notice(
      'the last known time is in the future because of a wrong clock: looking for the events delivered last',
    );
    const asked = JSON.parse(known?.conditions ?? conditions);
    return (await lastDelivered(context, asked, seen, now)) ?? now - DAY_MS;
  };

  /** The given time, but no earlier than Okta keeps events. */
  const kept = async (time: number): Promise<number> => {
    if (time >= context.clock.now() - RETENTION_MS) return time;
    const oldest = (await logTime(context)).earliest - RETENTION_MS;
    if (time < oldest)
      context.notice('events older than 90 days are gone: starting with the oldest available ones');
    return Math.max(time, oldest);
  };

  /** Yields the events not delivered yet, and records what was taken of the page. */
  function* unseen(page: Page, taken: Taken) {
    for (const event of (page.elements ?? page.items) as Iterable<LogEvent>) {
      taken.times[taken.events % TELLING] = (event as LogEvent | null)?.published;
      taken.events += 1;
      const id = idOf(event);
      if (seen.has(id)) continue;
      if (!isUsual(event)) taken.odd.push(id);
      held.assertHeld();
      yield event;
      seen.add(id);
    }
    taken.all = true;
  }

  /** What is saved when the consumer leaves in the middle of a page. */
  const amid = (): PollState | undefined => {
    const last = held.value;
    if (from === undefined) return last && { ...last, seen: seen.blocks() };
    return { cursor: undefined, watermark: from, from, conditions, seen: seen.blocks() };
  };

  let page = await pageAt(cursor);
  for (let count = 1; ; count++) {
    const mayGoOn = page.next !== undefined && count < (options.maxPages ?? Number.POSITIVE_INFINITY);
    const seemsFull = (page.elements?.expected ?? page.items.length) >= pageSize;
    // Fetched while this page is delivered; a failure is thrown when its turn comes.
    let ahead = mayGoOn && seemsFull ? pageAt(page.next) : undefined;
    ahead?.catch(() => {});
    if (ahead) await begun();
    const taken: Taken = { events: 0, times: [], odd: [], all: false };
    try {
      yield unseen(page, taken);
    } finally {
      tellOdd(taken.odd, context.notice, options.oddFate);
      // A consumer that stops mid-page gets the rest next time.
      const rest = taken.all ? undefined : amid();
      if (rest) await held.save(rest).catch(() => {});
    }
    const isLast = taken.events < pageSize;
    const { earliest, latest } = timeBy(page);
    const before = watermark === undefined || isAhead(watermark, latest) ? 0 : watermark;
    // A full page has a successor, so only the times of its own events are known to be covered.
    const done = Math.min(timeOfMost(taken.times), latest);
    watermark = Math.max(before, done, isLast ? earliest : 0);
    const size = pageSize === PAGE_SIZE ? {} : { pageSize };
    await held.save({ cursor: page.next, watermark, conditions, seen: seen.blocks(), ...size });
    isResumed = true;
    from = undefined;
    if (isLast) return;
    if (!mayGoOn) {
      if (page.next !== undefined) options.onMore?.();
      return;
    }
    ahead ??= pageAt(page.next);
    page = await ahead;
  }
}

/**
 * Resolves when a request is on its way: undici writes it in the second turn of the event loop after it was made, and there is none
 * before the end of the page for a consumer that waits for nothing.
 */
async function begun(): Promise<void> {
  await turn();
  await turn();
}

/** What was consumed of a page. */
interface Taken {
  events: number;
  /** `published` of the last few. */
  times: unknown[];
  /** Ids of malformed events. */
  odd: string[];
  all: boolean;
}

/** The median of these times, so that a few wrong clocks do not matter; 0 if there are too few. */
function timeOfMost(published: readonly unknown[]): number {
  const times = published
    .map((text) => (typeof text === 'string' ? Date.parse(text) : Number.NaN))
    .filter((time) => !Number.isNaN(time))
    .sort((a, b) => a - b);
  return times.length < LEAST_TELLING ? 0 : (times[Math.floor((times.length - 1) / 2)] ?? 0);
}

/**
 * The time of the oldest delivered event among the thousand up to the newest delivered one; undefined if the log no longer
 * has any of them.
 */
async function lastDelivered(
  context: ActionContext,
  parameters: object,
  seen: Seen,
  now: number,
): Promise<number | undefined> {
  if (seen.isEmpty) return undefined;
  let oldest: number | undefined;
  let left = PAGE_SIZE;
  const since = new Date(now - RETENTION_MS).toISOString();
  const query = { ...parameters, since, sortOrder: 'DESCENDING', limit: PAGE_SIZE };
  for await (const one of context.list({ method: 'GET', path: '/api/v1/logs', query })) {
    const event = one as LogEvent;
    const time = timeOf(event);
    if (time !== undefined && time <= now && seen.has(idOf(event))) oldest = time;
    if (oldest !== undefined) left -= 1;
    if (left === 0) break;
  }
  return oldest;
}

/** The newest events, newest first, without touching the state: shown while a trigger is set up. */
export async function recentEvents(
  context: ActionContext,
  conditions: Conditions,
  limit: number,
): Promise<LogEvent[]> {
  const query = { ...logParameters(conditions), sortOrder: 'DESCENDING', limit };
  const { items } = await context.page({ method: 'GET', path: '/api/v1/logs', query });
  return items as LogEvent[];
}
