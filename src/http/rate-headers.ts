/** Okta's windows are one minute long. */
export const WINDOW_MS = 60_000;

/** Resets of one window may differ by rounding; those of two windows differ by a minute. */
export const SAME_WINDOW_MS = 2_000;

/** What one answer says about its rate-limit bucket. Times are milliseconds since the epoch. */
export interface RateLimit {
  limit: number;
  remaining: number;
  /** When the window ends, on the server's clock. */
  resetAt: number;
  /** The server's clock at the time of the answer; undefined without a Date header. */
  serverNow: number | undefined;
}

/**
 * Reads `X-Rate-Limit-Limit`, `-Remaining` and `-Reset` (epoch seconds); undefined when one is missing or no number.
 * @see https://developer.okta.com/docs/reference/rl-best-practices/
 */
export function rateLimitOf(headers: Record<string, string | undefined>): RateLimit | undefined {
  const limit = countOf(headers['x-rate-limit-limit']);
  const remaining = countOf(headers['x-rate-limit-remaining']);
  const reset = countOf(headers['x-rate-limit-reset']);
  if (limit === undefined || remaining === undefined || reset === undefined) return undefined;
  const date = Date.parse(headers.date ?? '');
  return { limit, remaining, resetAt: reset * 1000, serverNow: Number.isNaN(date) ? undefined : date };
}

const countOf = (value: string | undefined): number | undefined =>
  value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;

/** Okta reports its concurrency limit as a bucket of size 0; the reset it names is only an estimate. */
export const isConcurrencyLimit = (limits: RateLimit | undefined): boolean => limits?.limit === 0;

/**
 * Milliseconds until the window ends, measured on the answer's own `Date` so that a wrong local clock does no harm,
 * plus one second because both values are cut to whole seconds. Without a `Date` it is measured on the local clock and
 * never longer than a window: what is, is drift. Undefined when the headers give nothing to wait for.
 */
export function waitUntilReset(limits: RateLimit | undefined, now: number): number | undefined {
  if (limits === undefined || isConcurrencyLimit(limits)) return undefined;
  const left = limits.resetAt - (limits.serverNow ?? now);
  const longest = limits.serverNow === undefined ? WINDOW_MS : Number.POSITIVE_INFINITY;
  return Math.min(Math.max(0, left), longest) + 1_000;
}
