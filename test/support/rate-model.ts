import type { HttpResponse, Send } from '../../src/http/types.ts';
import type { FakeClock } from './fake-clock.ts';
import { answer } from './server.ts';

export interface ModelOptions {
  limit: number;
  /** Windows follow the minutes of the server's clock, or each is opened by the first request after the last one. */
  windows: 'minutes' | 'first request';
  /** How a window that ends within a second is told in whole seconds. */
  reset: (seconds: number) => number;
  /** Server time minus local time. */
  skew: number;
  /** Milliseconds on the way there, and again on the way back. */
  latency: () => number;
}

export interface ModelWindow {
  start: number;
  ours: number;
  others: number;
}

/** One bucket of an org: counts who arrives in windows of a minute, and answers with what Okta would say. */
export class ModelOrg {
  readonly windows: ModelWindow[] = [];
  refused = 0;
  refusedOthers = 0;
  inFlight = 0;
  /** The least that was left after a request of ours. */
  lowest = Number.POSITIVE_INFINITY;
  readonly #clock: FakeClock;
  readonly #options: ModelOptions;

  constructor(clock: FakeClock, options: ModelOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  get now(): number {
    return this.#clock.now() + this.#options.skew;
  }

  #window(): ModelWindow {
    const { windows } = this.#options;
    const last = this.windows.at(-1);
    if (last && this.now < last.start + 60_000) return last;
    const start = windows === 'minutes' ? Math.floor(this.now / 60_000) * 60_000 : this.now;
    const next = { start, ours: 0, others: 0 };
    this.windows.push(next);
    return next;
  }

  /** One request of somebody else. */
  other(): void {
    const window = this.#window();
    if (window.ours + window.others >= this.#options.limit) this.refusedOthers += 1;
    else window.others += 1;
  }

  readonly send: Send = async (): Promise<HttpResponse> => {
    const { limit, reset, latency } = this.#options;
    await this.#clock.sleep(latency());
    const window = this.#window();
    const fits = window.ours + window.others < limit;
    if (fits) window.ours += 1;
    else this.refused += 1;
    const remaining = limit - window.ours - window.others;
    if (fits) this.lowest = Math.min(this.lowest, remaining);
    const headers = {
      'x-rate-limit-limit': String(limit),
      'x-rate-limit-remaining': String(remaining),
      'x-rate-limit-reset': String(reset((window.start + 60_000) / 1000)),
      date: new Date(this.now).toUTCString(),
    };
    await this.#clock.sleep(latency());
    return answer(fits ? 200 : 429, { headers });
  };

  /**
   * Requests of ours in the windows that were over by `until` (local time), the first apart, as a part of `allowed` for each
   * minute until the next one began.
   */
  filled(allowed: number, until: number): number {
    const over = this.windows.slice(1).filter(({ start }) => start + 60_000 < until + this.#options.skew);
    const from = over[0]?.start ?? 0;
    const next = this.windows[over.length + 1]?.start ?? 0;
    return over.reduce((sum, { ours }) => sum + ours, 0) / (allowed * ((next - from) / 60_000));
  }
}
