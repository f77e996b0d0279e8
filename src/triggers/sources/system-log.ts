import type { ActionContext, Call, Page } from '../../define.ts';
import { isOktaError, type OktaError } from '../../errors/errors.ts';
import type { LogEvent } from '../../resources/log-event.ts';
import type { Held } from '../../state/lease.ts';
import { type Conditions, logParameters } from './log-query.ts';
import { Seen } from './seen.ts';

/** What polling remembers between runs. */
export interface PollState {
  /** Okta's own next link; undefined when the last answer had none. */
  cursor: string | undefined;
  /** Okta's time up to which everything was delivered, milliseconds since the epoch. */
  watermark: number;
  /** The conditions that the cursor belongs to. */
  conditions: string;
  seen: string[];
}

export interface PollOptions {
  conditions: Conditions;
  /** Where to begin when there is no state yet, milliseconds since the epoch; now when left out. */
  since?: number;
  /** Stop after this many pages; the rest follows in the next run. */
  maxPages?: number;
}

const PAGE_SIZE = 1_000;
/** Okta's Date has whole seconds. */
const CLOCK_ROUNDING_MS = 1_000;
/** How far a new start reaches back: the log may take events up minutes late. */
const OVERLAP_MS = 10 * 60_000;
const RETENTION_MS = 90 * 24 * 60 * 60_000;

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
  const callSince = (time: number): Call => ({
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
    const oldest = context.clock.now() - RETENTION_MS;
    const start = isResumed ? watermark - OVERLAP_MS : watermark;
    if (start < oldest)
      context.notice('events older than 90 days are gone: starting at the oldest there are');
    const since = Math.max(start, oldest);
    if (isResumed) {
      context.notice(
        `starting anew at ${new Date(since).toISOString()}; what was delivered already is left out`,
      );
    }
    return context.page(callSince(since));
  };

  /** "Now" is Okta's: between it and a local clock that is off, events would be lost, or older ones delivered. */
  const fromNow = async (): Promise<Page> => {
    const start = context.clock.now();
    const page = await context.page(callSince(start));
    const { serverNow = start } = page;
    return Math.abs(start - serverNow) > CLOCK_ROUNDING_MS ? context.page(callSince(serverNow)) : page;
  };

  /** What was not delivered yet, and how much there was of all. */
  function* unseen(page: Page, taken: { events: number; newest: string; all: boolean }) {
    for (const event of (page.elements ?? page.items) as Iterable<LogEvent>) {
      taken.events += 1;
      // ISO 8601 in UTC sorts as text.
      if (event.published > taken.newest) taken.newest = event.published;
      if (seen.has(event.uuid)) continue;
      held.assertHeld();
      yield event;
      seen.add(event.uuid);
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
    const taken = { events: 0, newest: '', all: false };
    try {
      yield unseen(page, taken);
    } finally {
      // Who ends in the middle of a page gets the rest of it next time. Nothing is known to begin at in the very first page.
      if (!taken.all && held.value) await held.save({ ...held.value, seen: seen.list() }).catch(() => {});
    }
    const isLast = taken.events < PAGE_SIZE;
    const serverNow = page.serverNow ?? context.clock.now();
    const latest = Math.max(watermark ?? 0, Math.min(Date.parse(taken.newest) || 0, serverNow));
    // Behind a full page there is more, so only the times of its own events are known to be done.
    watermark = isLast ? Math.max(latest, serverNow) : latest;
    await held.save({ cursor: page.next, watermark, conditions, seen: seen.blocks() });
    isResumed = true;
    if (isLast || !mayGoOn) return;
    ahead ??= pageAt(page.next);
    page = await ahead;
  }
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
