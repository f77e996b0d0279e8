import type { Clock } from './types.ts';

/** One timer that can be set anew: for a line of many who wait for the same moment. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  readonly #fail: (error: Error) => void;
  #set: { at: number; stop: AbortController } | undefined;

  /** @param fail is called when the clock fails, which then wakes nobody. */
  constructor(clock: Clock, ring: () => void, fail: (error: Error) => void) {
    this.#clock = clock;
    this.#ring = ring;
    this.#fail = fail;
  }

  /** Rings at this time, and no more at the one before. */
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
