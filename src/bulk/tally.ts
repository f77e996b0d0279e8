import type { Budget } from '../http/rate-bucket.ts';
import type { BulkResult } from './types.ts';

/** Okta's usual limit of a bucket, for those that were not met yet. */
const USUAL_LIMIT = 600;

/** Counts what became of rows. */
export class BulkTally {
  readonly #started = performance.now();
  readonly #calls = new Map<string, number>();
  ok = 0;
  changes = 0;
  unchanged = 0;
  errors = 0;
  unknown = 0;

  get done(): number {
    return this.ok + this.failed;
  }

  get failed(): number {
    return this.errors + this.unknown;
  }

  add({ status, changed, calls = {} }: BulkResult): void {
    if (status === 'ok') this.ok += 1;
    else if (status === 'error') this.errors += 1;
    else this.unknown += 1;
    if (changed === true) this.changes += 1;
    if (changed === false) this.unchanged += 1;
    for (const [bucket, count] of Object.entries(calls)) {
      this.#calls.set(bucket, (this.#calls.get(bucket) ?? 0) + count);
    }
  }

  summary() {
    const { ok, changes, unchanged, errors, unknown } = this;
    const seconds = Math.round((performance.now() - this.#started) / 100) / 10;
    // Not every action tells whether it changed something.
    const told = changes + unchanged > 0 ? { changed: changes, unchanged } : {};
    return { ok, ...told, errors, unknown, seconds };
  }

  /** Requests that the rows take, and seconds under the rate limit of the bucket that takes longest. */
  estimate(budgets: readonly Budget[], share = 0.8): { calls: number; atLeastSeconds: number } {
    const seconds = [...this.#calls].map(([bucket, count]) => {
      const limit = budgets.find((one) => one.bucket === bucket)?.limit ?? USUAL_LIMIT;
      return (count * 60) / (limit * share);
    });
    const calls = [...this.#calls.values()].reduce((sum, count) => sum + count, 0);
    return { calls, atLeastSeconds: Math.ceil(Math.max(0, ...seconds)) };
  }
}
