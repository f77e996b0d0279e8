import type { ActionContext } from '../../define.ts';
import { collect } from '../../resources/collect.ts';
import type { LogEvent } from '../../resources/log/log-event.ts';
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
 * ends a while before now, because the log may take events up late and a bounded search does not see them then.
 * @param lengthMs length of the very first window.
 * @param settleMs how long to let events arrive.
 * @returns undefined when the last window ended there already.
 */
export function dueWindow(
  last: SearchState | undefined,
  now: number,
  lengthMs: number,
  settleMs: number,
): Window | undefined {
  const until = now - settleMs;
  const since = last?.until ?? until - lengthMs;
  return since < until ? { since, until } : undefined;
}

/** Okta's clock: windows on a local clock that is ahead would end before their events are there. */
export async function oktaTime(context: ActionContext): Promise<number> {
  const query = { since: new Date(context.clock.now()).toISOString(), limit: 1 };
  return (
    (await context.page({ method: 'GET', path: '/api/v1/logs', query })).serverNow ?? context.clock.now()
  );
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
