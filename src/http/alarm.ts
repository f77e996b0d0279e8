import type { Clock } from './types.ts';

/** One timer that can be moved, shared by all requests of a queue that wait for the same moment. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  readonly #fail: (error: Error) => void;
  #set: { at: number; stop: AbortController } | undefined;

  /** @param fail called when the clock fails; nothing is woken then. */
  constructor(clock: Clock, ring: () => void, fail: (error: Error) => void) {
    this.#clock = clock;
    this.#ring = ring;
    this.#fail = fail;
  }

  /** Moves the timer to this time. */
  set(at: number): void {
    const before = this.#set;
    if (before?.at === at) return;
    const mine = { at, stop: new AbortController() };
    this.#set = mine;
    before?.stop.abort();
    const over = (then: () => void) => {
      if (this.#set !== mine) return;
      this.#set = undefined;
      then();
    };
    this.#clock.sleep(Math.max(1, at - this.#clock.now()), mine.stop.signal).then(
      () => over(this.#ring),
      (error: Error) => over(() => this.#fail(error)),
    );
  }

  clear(): void {
    const before = this.#set;
    this.#set = undefined;
    before?.stop.abort();
  }
}
