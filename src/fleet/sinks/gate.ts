import type { OpenSink, SinkError } from './sink.ts';

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
/** Longer than a post may take. */
const PROBE_MS = 20_000;

/**
 * A sink as all its triggers in this worker see it. While it is down, one of them tries at a time; the others are put off
 * without asking Okta or the sink for anything.
 */
export class SinkGate {
  readonly sink: OpenSink;
  #failures = 0;
  #heldUntil = 0;
  #probeUntil = 0;
  #delivering = 0;
  readonly #most: number;

  /** @param most runs that may deliver at the same time: the others have to be left for other sinks. */
  constructor(sink: OpenSink, most: number) {
    this.sink = sink;
    this.#most = most;
  }

  get isDown(): boolean {
    return this.#failures > 0;
  }

  /** Milliseconds for which a run is to be put off; 0 lets it go ahead, when the sink is down as the one that tries. */
  waitMs(now: number): number {
    if (this.#failures === 0) return 0;
    const until = Math.max(this.#heldUntil, this.#probeUntil);
    // Those that were put off come back one after the other.
    if (now < until) return until - now + Math.random() * 1_000;
    this.#probeUntil = now + PROBE_MS;
    return 0;
  }

  /** Whether one more run may deliver now; if so, it has to `leave`. */
  enter(): boolean {
    if (this.#delivering >= this.#most) return false;
    this.#delivering += 1;
    return true;
  }

  leave(): void {
    this.#delivering -= 1;
  }

  /** @returns true if it was down. */
  delivered(): boolean {
    const wasDown = this.isDown;
    this.#failures = 0;
    this.#probeUntil = 0;
    return wasDown;
  }

  /** A run that was to try ended without an item to deliver: the next one may try. */
  untried(): void {
    this.#probeUntil = 0;
  }

  /** @returns milliseconds until the next try. */
  failed({ retryAfterMs = 0 }: SinkError, now: number): number {
    // Of many that fail at once, the first counts.
    if (now >= this.#heldUntil) {
      const doubled = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(this.#failures, 10), LONGEST_PAUSE_MS);
      this.#heldUntil = now + Math.max(doubled, retryAfterMs);
      this.#failures += 1;
    }
    this.#probeUntil = 0;
    return this.#heldUntil - now;
  }
}
