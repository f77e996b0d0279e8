import type { Clock } from '../../../src/http/types.ts';

/** Time that runs ahead of this machine: by as much as somebody sleeps, or as the simulation lets pass. */
export class TravelClock implements Clock {
  /** Milliseconds ahead. */
  ahead = 0;

  now = (): number => Date.now() + this.ahead;

  advance(ms: number): void {
    this.ahead += ms;
  }

  /** Lets the others do something, then it is later. */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.now() + ms;
    await new Promise((resolve) => setTimeout(resolve, 2));
    signal?.throwIfAborted();
    this.ahead = Math.max(this.ahead, until - Date.now());
  }
}
