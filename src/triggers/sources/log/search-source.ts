import type { TriggerItem, TriggerSource } from '../../../define.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { itemOf } from './event-item.ts';
import { logTime } from './log-clock.ts';
import type { Conditions } from './log-query.ts';
import { dueWindow, type SearchState, searchWindow, type Window } from './log-search.ts';
import { idOf, oddIds, tellOdd, timeOf } from './odd-event.ts';
import { type Redaction, redactEvent, redactSample } from './redact-event.ts';
import { recentEvents } from './system-log.ts';

interface SearchInput extends Conditions {
  /** What items must not have. */
  redact?: Redaction;
  /** Length of the first window. */
  lastMinutes: number;
  /** How long before now a window ends. */
  settleSeconds: number;
}

/** Searches the System Log window by window; each run delivers one item with all events found. */
export const searchSource: TriggerSource<SearchInput, SearchState, string> = {
  async *run({ input, context, held, unsaved }) {
    const { lastMinutes, settleSeconds } = input;
    const last = held.value;
    const window = dueWindow(last, await logTime(context), lastMinutes * 60_000, settleSeconds * 1_000);
    if (!window) return;
    if (last && window.since > last.until)
      context.notice('events older than 90 days are gone: starting with the oldest available ones');
    if (last && window.since < last.until)
      context.notice(
        'the last search ended in the future because of a wrong clock: searching the last day again',
      );
    // If this run is killed, the next one repeats the same window under the same id.
    await held.save({ until: last?.until ?? window.since, pending: window });
    const events = await searchWindow(context, input, window);
    tellOdd(oddIds(events), context.notice);
    held.assertHeld();
    const item = windowItem(window, events, (event) => redactEvent(event, input.redact));
    if (unsaved.value !== item.id) {
      unsaved.value = item.id;
      yield item;
    }
    await held.save({ until: window.until });
  },

  async sample({ input, context }, limit) {
    const events = await recentEvents(context, input, limit);
    tellOdd(oddIds(events), context.notice);
    if (events.length === 0) return [];
    const times = events.map((event) => timeOf(event) ?? context.clock.now());
    const span = { since: Math.min(...times), until: Math.max(...times) };
    return [windowItem(span, events.toReversed(), (event) => redactSample(event, input.redact))];
  },
};

/** One item with all events of a window. */
function windowItem(
  window: Window,
  events: LogEvent[],
  redacted: (event: LogEvent) => LogEvent,
): TriggerItem {
  const [since, until] = [window.since, window.until].map((time) => new Date(time).toISOString());
  return {
    id: `${since}/${until}`,
    since,
    until,
    count: events.length,
    events: events.map((event) => ({ ...itemOf(redacted(event)), id: idOf(event) })),
  };
}
