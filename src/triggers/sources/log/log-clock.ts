import type { ActionContext, Page } from '../../../define.ts';
import { plausible } from '../../../http/rate-headers.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { timeOf } from './odd-event.ts';

export const DAY_MS = 24 * 60 * 60_000;
/** How long Okta keeps events. */
export const RETENTION_MS = 90 * DAY_MS;

/** A time further ahead than this must come from a wrong clock. */
const TOLERANCE_MS = 10 * 60_000;

/** Bounds of Okta's time, milliseconds since the epoch; reliable unless both clocks are wrong. */
export interface LogTime {
  earliest: number;
  latest: number;
}

/** Derives the bounds from the Date header of an answer and the local clock, either of which may be wrong. */
export function timeBy({ serverNow, receivedAt }: Pick<Page, 'serverNow' | 'receivedAt'>): LogTime {
  const server = serverNow ?? receivedAt;
  const own = plausible(receivedAt) ?? server;
  return { earliest: Math.min(server, own), latest: Math.max(server, own) };
}

/** True for a time that must come from a wrong clock. */
export const isAhead = (time: number, now: number): boolean => !(time <= now + TOLERANCE_MS);

/**
 * Asks for Okta's time. If its Date header and the local clock disagree, the newest events in the log give a safe lower
 * bound.
 */
export async function logTime(context: ActionContext): Promise<LogTime> {
  const query = { sortOrder: 'DESCENDING', limit: 20 };
  const page = await context.page({ method: 'GET', path: '/api/v1/logs', query });
  const { earliest, latest } = timeBy(page);
  // A Date header is truncated to whole seconds.
  const isReal = (time: number) => time < latest + 1_000;
  const times = (page.items as LogEvent[]).map((event) => timeOf(event) ?? 0).filter(isReal);
  return { earliest: Math.max(earliest, ...times.map((time) => time + 1)), latest };
}
