import type { ActionContext } from '../../../define.ts';
import { collect } from '../../../resources/collect.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { DAY_MS, isAhead, type LogTime, RETENTION_MS } from './log-clock.ts';
import { type Conditions, logParameters } from './log-query.ts';

/** What a scheduled search remembers: where its last window ended, milliseconds since the epoch. */
export interface SearchState {
  until: number;
  /** The window of a run that was begun and not ended. */
  pending?: Window;
}

export interface Window {
  since: number;
  until: number;
}

/**
 * The window of the run that is due: it begins where the last one ended, so that there is neither gap nor overlap, and
 * ends a while before now, because the log may take events up late and a bounded search does not see them then. A window
 * that was begun and not ended comes again. What is said to have ended in the future, by a wrong clock, begins a day ago.
 * @param lengthMs length of the very first window.
 * @param settleMs how long to let events arrive.
 * @returns undefined when the last window ended there already.
 */
export function dueWindow(
  last: SearchState | undefined,
  { earliest, latest }: LogTime,
  lengthMs: number,
  settleMs: number,
): Window | undefined {
  if (last?.pending && !isAhead(last.pending.until, latest)) return last.pending;
  const until = earliest - settleMs;
  let since = last?.until ?? until - lengthMs;
  if (isAhead(since, latest)) since = until - Math.max(lengthMs, DAY_MS);
  since = Math.max(since, until - RETENTION_MS);
  return since < until ? { since, until } : undefined;
}

/** All events that happened in a window, oldest first, over all pages. */
export function searchWindow(
  context: ActionContext,
  conditions: Conditions,
  { since, until }: Window,
): Promise<LogEvent[]> {
  const query = {
    ...logParameters(conditions),
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    sortOrder: 'ASCENDING',
    limit: 1_000,
  };
  return collect(context.list({ method: 'GET', path: '/api/v1/logs', query })) as Promise<LogEvent[]>;
}
