import type { ActionContext } from '../../../define.ts';
import { collect } from '../../../resources/collect.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { DAY_MS, isAhead, type LogTime, RETENTION_MS } from './log-clock.ts';
import { type Conditions, logParameters } from './log-query.ts';

/** The saved state of a scheduled search: the end of its last window, milliseconds since the epoch. */
export interface SearchState {
  until: number;
  /** The window of a run that was started but not completed. */
  pending?: Window;
}

export interface Window {
  since: number;
  until: number;
}

/**
 * The window of the next run. It begins where the last one ended, so that there is neither gap nor overlap, and ends some
 * time before now, because a bounded search misses events that are logged later. An uncompleted window is repeated. If a
 * wrong clock put the end of the last window into the future, the next one begins a day ago.
 * @param lengthMs length of the first window.
 * @param settleMs how long before now the window ends.
 * @returns undefined if nothing is left between the end of the last window and that time.
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
