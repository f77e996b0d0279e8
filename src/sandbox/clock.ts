/** The org's time: the host's clock plus an offset that tests can change. */
export class OrgClock {
  readonly #base: () => number;
  #offset = 0;

  constructor(base: () => number) {
    this.#base = base;
  }

  now(): number {
    return this.#base() + this.#offset;
  }

  /** Okta stamps users, groups and apps in whole seconds; only the System Log has milliseconds. */
  seconds(): number {
    return Math.floor(this.now() / 1000) * 1000;
  }

  advance(ms: number): void {
    this.#offset += ms;
  }

  set(now: number): void {
    this.#offset = now - this.#base();
  }

  reset(): void {
    this.#offset = 0;
  }
}

/** A timestamp in the format of the API; null stays null. */
export function iso(time: number): string;
export function iso(time: number | null): string | null;
export function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
