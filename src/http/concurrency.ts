const FORGET_MS = 60_000;
const MOST_PATIENT = 64;

/**
 * The number of requests in flight: halved when Okta reports too many concurrent requests, then raised by one per round
 * of answers (additive increase, multiplicative decrease). Each refusal within a minute of the last doubles the rounds
 * before the next step, so that a limit below the configured number is not hit over and over.
 * @see https://datatracker.ietf.org/doc/html/rfc5681#section-3.1
 */
export class Concurrency {
  limit: number;
  readonly #most: number;
  #answers = 0;
  #patience = 1;
  #cutAt = Number.NEGATIVE_INFINITY;

  constructor(most: number) {
    this.#most = most;
    this.limit = most;
  }

  /** Requests sent before the last cut say nothing about the new limit. */
  refused(sentAt: number, now: number): void {
    if (sentAt < this.#cutAt) return;
    const again = now - this.#cutAt < FORGET_MS;
    this.#patience = again ? Math.min(MOST_PATIENT, this.#patience * 2) : 1;
    this.#cutAt = now;
    this.#answers = 0;
    this.limit = Math.max(1, Math.floor(this.limit / 2));
  }

  answered(now: number): void {
    if (this.limit >= this.#most) return;
    if (now - this.#cutAt >= FORGET_MS) this.#patience = 1;
    this.#answers += 1;
    if (this.#answers < this.limit * this.#patience) return;
    this.#answers = 0;
    this.limit += 1;
  }
}
