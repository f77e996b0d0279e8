import type { Clock, HttpResponse } from '../http/types.ts';

/** Date has whole seconds: smaller differences are no skew. */
export const ROUNDING_S = 2;

/** Okta's clock, as far as its answers told: assertions and proofs are judged by it, and this machine may be wrong. */
export interface OktaTime {
  /** Milliseconds since the epoch. */
  now(): number;
  /** The known difference to the clock of this machine. */
  skewMs(): number;
  /**
   * Learns from the Date of an answer.
   * @returns true when it told another time than was known.
   */
  learn(response: HttpResponse): boolean;
}

/** Begins with the clock of this machine. */
export function oktaTime(clock: Clock): OktaTime {
  let skewMs = 0;
  return {
    now: () => clock.now() + skewMs,
    skewMs: () => skewMs,
    learn(response) {
      const drift = Date.parse(response.headers.date ?? '') - clock.now();
      // False as well for an answer without a Date.
      const news = Math.abs(drift - skewMs) > ROUNDING_S * 1000;
      if (news) skewMs = drift;
      return news;
    },
  };
}
