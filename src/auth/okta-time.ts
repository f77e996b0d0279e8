import { challengeOf } from '../http/from-response.ts';
import { dateOf } from '../http/rate-headers.ts';
import type { Clock, HttpResponse } from '../http/types.ts';

/** `Date` has whole seconds: a smaller difference is not skew. */
export const ROUNDING_S = 2;

/** Okta's clock as learned from its answers: Okta checks assertions and proofs against it, and the local clock may be off. */
export interface OktaTime {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Okta's clock minus the local clock, in milliseconds, as far as known. */
  skewMs(): number;
  /**
   * Learns from the `Date` of an answer that refused a proof or an assertion; other answers show that the time is right.
   * When one made by that `Date` is refused too, the `Date` is wrong: falls back to the local clock.
   * @param usedMs the difference used for the refused one; default: the current one.
   * @returns true when the next one will use a different time.
   */
  learn(response: HttpResponse, usedMs?: number): boolean;
}

/** Refusals that a corrected time may resolve. */
const ABOUT_TIME: readonly unknown[] = ['invalid_dpop_proof', 'invalid_client'];

const isAboutTime = (response: HttpResponse): boolean =>
  response.status >= 400 &&
  ABOUT_TIME.includes(
    (response.json as { error?: unknown } | null | undefined)?.error ?? challengeOf(response).error,
  );

/** Starts with the local clock. */
export function learnedTime(clock: Clock): OktaTime {
  let skewMs = 0;
  return {
    now: () => clock.now() + skewMs,
    skewMs: () => skewMs,
    learn(response, usedMs = skewMs) {
      if (!isAboutTime(response)) return false;
      const date = dateOf(response.headers);
      const drift = date === undefined ? usedMs : date - clock.now();
      // Otherwise a concurrent request has already corrected the difference.
      if (usedMs === skewMs) skewMs = Math.abs(drift - usedMs) > ROUNDING_S * 1000 ? drift : 0;
      return skewMs !== usedMs;
    },
  };
}
