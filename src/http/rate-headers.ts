/** Okta's windows are one minute long. */
export const WINDOW_MS = 60_000;

/** Resets of one window may differ by rounding; those of two windows differ by a minute. */
export const SAME_WINDOW_MS = 2_000;

/** Okta's windows last minutes: a reset further ahead than this comes from a wrong clock or a wrong unit. */
export const LONGEST_WAIT_MS = 60 * 60_000;

/** Epoch times beyond this are milliseconds: in seconds they would be later than the year 5000. */
const MOST_SECONDS = 100_000_000_000;

/** A clock before this was never set: this code did not exist then. */
const EARLIEST_MS = Date.UTC(2025, 0);

/** What one answer says about its rate-limit bucket. Times are milliseconds since the epoch. */
export interface RateLimit {
  limit: number;
  remaining: number;
  /** When the window ends, on the server's clock. */
  resetAt: number;
  /** The server's clock at the time of the answer; undefined without a usable Date header. */
  serverNow: number | undefined;
}

/** A point in time, milliseconds since the epoch; undefined when it cannot be read or its clock was never set. */
export function plausible(time: number): number | undefined {
  return time >= EARLIEST_MS ? time : undefined;
}

/** The `Date` of an answer, milliseconds since the epoch; undefined when it is missing or cannot be true. */
export const dateOf = (headers: Record<string, string | undefined>): number | undefined =>
  plausible(Date.parse(headers.date ?? ''));

/**
 * Reads `X-Rate-Limit-Limit`, `-Remaining` and `-Reset` (epoch seconds, or milliseconds as some proxies rewrite them);
 * undefined when one is missing or not a number.
 * @see https://developer.okta.com/docs/reference/rl-best-practices/
 */
export function rateLimitOf(headers: Record<string, string | undefined>): RateLimit | undefined {
  const limit = countOf(headers['x-rate-limit-limit']);
  const remaining = countOf(headers['x-rate-limit-remaining']);
  const reset = countOf(headers['x-rate-limit-reset']);
  if (limit === undefined || remaining === undefined || reset === undefined) return undefined;
  const resetAt = reset > MOST_SECONDS ? reset : reset * 1000;
  return { limit, remaining, resetAt, serverNow: dateOf(headers) };
}

function countOf(value: string | undefined): number | undefined {
  const count = value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
  return Number.isSafeInteger(count) ? count : undefined;
}

/** Okta reports its concurrency limit as a bucket of size 0; the reset it names is only an estimate. */
export const isConcurrencyLimit = (limits: RateLimit | undefined): boolean => limits?.limit === 0;

/**
 * Milliseconds until the window ends, relative to the answer's own `Date` so that a wrong local clock does no harm, plus
 * one second because both values are truncated to seconds. More than one window is accepted only if the local clock
 * agrees, and never more than an hour: an answer must not put a process to sleep for years. Undefined when the headers
 * name no wait.
 */
export function waitUntilReset(limits: RateLimit | undefined, now: number): number | undefined {
  if (limits === undefined || isConcurrencyLimit(limits)) return undefined;
  const { resetAt, serverNow } = limits;
  const longest = serverNow === undefined ? WINDOW_MS : Math.max(WINDOW_MS, resetAt - now);
  const left = Math.min(resetAt - (serverNow ?? now), longest);
  return (left > LONGEST_WAIT_MS ? WINDOW_MS : Math.max(0, left)) + 1_000;
}
