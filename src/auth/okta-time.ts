import { challengeOf } from '../http/from-response.ts';
import { dateOf } from '../http/rate-headers.ts';
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
   * Learns from the Date of an answer that refused a proof or an assertion; other answers tell that the time is right. What
   * was made by that Date and is refused all the same goes back to the clock of this machine: then the Date is wrong.
   * @param usedMs the difference with which the refused one was made; what is known now when left out.
   * @returns true when the next one will be made with another.
   */
  learn(response: HttpResponse, usedMs?: number): boolean;
}

/** Refusals that another time may mend. */
const ABOUT_TIME: readonly unknown[] = ['invalid_dpop_proof', 'invalid_client'];

const isAboutTime = (response: HttpResponse): boolean =>
  response.status >= 400 &&
  ABOUT_TIME.includes(
    (response.json as { error?: unknown } | null | undefined)?.error ?? challengeOf(response).error,
  );

/** Begins with the clock of this machine. */
export function oktaTime(clock: Clock): OktaTime {
  let skewMs = 0;
  return {
    now: () => clock.now() + skewMs,
    skewMs: () => skewMs,
    learn(response, usedMs = skewMs) {
      if (!isAboutTime(response)) return false;
      const date = dateOf(response.headers);
      const drift = date === undefined ? usedMs : date - clock.now();
      // Otherwise another request has learnt meanwhile.
      if (usedMs === skewMs) skewMs = Math.abs(drift - usedMs) > ROUNDING_S * 1000 ? drift : 0;
      return skewMs !== usedMs;
    },
  };
}
