import type { ActionContext, ApiCall, Page } from '../../../define.ts';
import { isOktaError, type OktaError } from '../../../errors/errors.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import type { Held } from '../../../state/lease.ts';
import { DAY_MS, isAhead, logTime, RETENTION_MS, timeBy } from './log-clock.ts';
import { type Conditions, logParameters } from './log-query.ts';
import { idOf, isUsual, tellOdd, timeOf } from './odd-event.ts';
import { Seen } from './seen.ts';

/** What polling remembers between runs. */
export interface PollState {
  /** Okta's own next link; undefined when the last answer had none. */
  cursor: string | undefined;
  /** Okta's time up to which everything was delivered for certain, milliseconds since the epoch. */
  watermark: number;
  /** The conditions that the cursor belongs to. */
  conditions: string;
  seen: string[];
}

interface PollOptions {
  conditions: Conditions;
  /** Where to begin when there is no state yet, milliseconds since the epoch; now when left out. */
  since?: number;
  /** Stop after this many pages; the rest follows in the next run. */
  maxPages?: number;
}

export const PAGE_SIZE = 1_000;
/** Okta's Date has whole seconds. */
const CLOCK_ROUNDING_MS = 1_000;
/** How far a new start reaches back: the log may take events up minutes late. */
const OVERLAP_MS = 10 * 60_000;
/** So many events at the end of a page tell its time, and so many at least. */
const TELLING = 9;
const LEAST_TELLING = 3;

/** A cursor that Okta does not take any more; other errors are about the request itself. */
const isRefusedCursor = (error: unknown): boolean =>
  isOktaError(error) && (error.status === 400 || error.status === 404);

/**
 * One run over the System Log in polling mode: follows Okta's next link from where the last run ended and yields each
 * event once. A page is committed when the consumer comes back for more, so a process that is killed in between delivers
 * that page again, with the same ids; one that ends in between delivers the rest. A page that is not full ends the run.
 *
 * A lost or refused cursor, or changed conditions, start anew at the last known time minus an overlap; what was
 * delivered already is left out by uuid. The next page is read while one is delivered.
 * @param seen shared with another source of the same events, or this trigger's own.
 * @throws OktaError for what Okta or the network refused, with everything before it committed.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/
 */
export async function* pollSystemLog(
  ...run: Parameters<typeof pollPages>
): AsyncGenerator<LogEvent, void, undefined> {
  for await (const page of pollPages(...run)) for (const event of page) yield event;
}

/** As pollSystemLog, page by page: an asynchronous step for each event costs more than the event. Take each page whole. */
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
    query: { since: new Date(time).toISOString(), sortOrder: 'ASCENDING', limit: PAGE_SIZE, ...parameters },
  });

  const known = held.value;
  let watermark = known?.watermark ?? options.since;
  let isResumed = known !== undefined;

  /** The page at a cursor, or where there is none that works, at a time. */
  const pageAt = async (cursor: string | undefined): Promise<Page> => {
    if (cursor !== undefined) {
      try {
        return await context.page(callSince(0), cursor);
      } catch (error) {
        if (!isRefusedCursor(error)) throw error;
        context.notice(`Okta refused the cursor (${(error as OktaError).message})`);
      }
    }
    if (watermark === undefined) return fromNow();
    const since = await kept(isResumed ? (await lastTime(watermark)) - OVERLAP_MS : watermark);
    if (isResumed) {
      context.notice(
        `starting anew at ${new Date(since).toISOString()}; what was delivered already is left out`,
      );
    }
    return context.page(callSince(since));
  };

  /** "Now" is Okta's: between it and a local clock that is off, events would be lost, or older ones delivered. */
  const fromNow = async (): Promise<Page> => {
    const { earliest, latest } = await logTime(context);
    return context.page(callSince(latest - earliest > CLOCK_ROUNDING_MS ? earliest : latest));
  };

  /** Up to where all was delivered for certain: 0.1.0 took it from any Date, however wrong. */
  const lastTime = async (time: number): Promise<number> => {
    if (!isAhead(time, context.clock.now())) return time;
    const { earliest: now } = await logTime(context);
    if (!isAhead(time, now)) return time;
    context.notice(
      'the last known time is later than now, by a wrong clock: looking for what was delivered last',
    );
    const asked = JSON.parse(known?.conditions ?? conditions);
    return (await lastDelivered(context, asked, seen, now)) ?? now - DAY_MS;
  };

  /** A time, or the oldest of which there are events. */
  const kept = async (time: number): Promise<number> => {
    if (time >= context.clock.now() - RETENTION_MS) return time;
    const oldest = (await logTime(context)).earliest - RETENTION_MS;
    if (time < oldest) context.notice('events older than 90 days are gone: starting at the oldest there are');
    return Math.max(time, oldest);
  };

  /** What was not delivered yet, and how much there was of all. */
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

  let page = await pageAt(known?.conditions === conditions ? known.cursor : undefined);
  for (let count = 1; ; count++) {
    const mayGoOn = page.next !== undefined && count < (options.maxPages ?? Number.POSITIVE_INFINITY);
    const seemsFull = (page.elements?.expected ?? page.items.length) >= PAGE_SIZE;
    // Read while this page is delivered; its failure counts when its turn comes.
    let ahead = mayGoOn && seemsFull ? pageAt(page.next) : undefined;
    ahead?.catch(() => {});
    const taken: Taken = { events: 0, times: [], odd: [], all: false };
    try {
      yield unseen(page, taken);
    } finally {
      tellOdd(taken.odd, context.notice);
      // A consumer that stops in mid-page gets the rest next time, except on the first page: there is no position yet.
      if (!taken.all && held.value) await held.save({ ...held.value, seen: seen.list() }).catch(() => {});
    }
    const isLast = taken.events < PAGE_SIZE;
    const { earliest, latest } = timeBy(page);
    const before = watermark === undefined || isAhead(watermark, latest) ? 0 : watermark;
    // After a full page there is more, so only the times of its own events are known to be done.
    const done = Math.min(timeOfMost(taken.times), latest);
    watermark = Math.max(before, done, isLast ? earliest : 0);
    await held.save({ cursor: page.next, watermark, conditions, seen: seen.blocks() });
    isResumed = true;
    if (isLast || !mayGoOn) return;
    ahead ??= pageAt(page.next);
    page = await ahead;
  }
}

/** What was taken of a page. */
interface Taken {
  events: number;
  /** `published` of the last few. */
  times: unknown[];
  /** Ids of those that have an unexpected shape. */
  odd: string[];
  all: boolean;
}

/** A time that most of these have reached, so that a few by wrong clocks do not count; 0 where too few tell. */
function timeOfMost(published: readonly unknown[]): number {
  const times = published
    .map((text) => (typeof text === 'string' ? Date.parse(text) : Number.NaN))
    .filter((time) => !Number.isNaN(time))
    .sort((a, b) => a - b);
  return times.length < LEAST_TELLING ? 0 : (times[Math.floor((times.length - 1) / 2)] ?? 0);
}

/**
 * The time of the oldest delivered event among the last thousand up to the newest one that was delivered; undefined when
 * the log has none of them any more.
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

/** The newest events, newest first, without any state: what a person sees while setting a trigger up. */
export async function recentEvents(
  context: ActionContext,
  conditions: Conditions,
  limit: number,
): Promise<LogEvent[]> {
  const query = { ...logParameters(conditions), sortOrder: 'DESCENDING', limit };
  const { items } = await context.page({ method: 'GET', path: '/api/v1/logs', query });
  return items as LogEvent[];
}
