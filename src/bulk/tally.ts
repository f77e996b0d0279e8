import type { Budget } from '../http/rate-bucket.ts';
import { WINDOW_MS } from '../http/rate-headers.ts';
import { usualLimit } from '../http/usual-limits.ts';
import type { BulkResult } from './types.ts';

/** Rows that failed for one reason. */
export interface Cause {
  /** Of the error. */
  code: string;
  rows: number;
  /** Of the first of them. */
  hint?: string;
}

/** Share of a bucket not seen yet that a client may use, by default. */
const SHARE = 0.8;

/** Counts the results of rows. */
export class BulkTally {
  readonly #started = performance.now();
  readonly #calls = new Map<string, number>();
  readonly #causes = new Map<string, Cause>();
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

  /** Why rows failed, the most frequent first. */
  get causes(): Cause[] {
    return [...this.#causes.values()].sort((one, other) => other.rows - one.rows);
  }

  add({ status, changed, error, calls = {} }: BulkResult): void {
    if (status === 'ok') this.ok += 1;
    else if (status === 'error') this.errors += 1;
    else this.unknown += 1;
    if (error) {
      const cause = this.#causes.get(error.code) ?? { code: error.code, rows: 0, hint: error.hint };
      cause.rows += 1;
      this.#causes.set(error.code, cause);
    }
    if (changed === true) this.changes += 1;
    if (changed === false) this.unchanged += 1;
    for (const [bucket, count] of Object.entries(calls)) {
      this.#calls.set(bucket, (this.#calls.get(bucket) ?? 0) + count);
    }
  }

  summary() {
    const { ok, changes, unchanged, errors, unknown } = this;
    const seconds = Math.round((performance.now() - this.#started) / 100) / 10;
    // Not every action reports whether it changed something.
    const told = changes + unchanged > 0 ? { changed: changes, unchanged } : {};
    return { ok, ...told, errors, unknown, seconds };
  }

  /**
   * The number of requests the rows take, and the minimum wait in seconds imposed by the slowest bucket; requests that fit
   * into one window do not wait.
   */
  estimate(budgets: readonly Budget[]): { calls: number; atLeastSeconds: number } {
    const seconds = [...this.#calls].map(([bucket, count]) => {
      const known = budgets.find((one) => one.bucket === bucket)?.allowance;
      const allowance = known ?? Math.floor(SHARE * usualLimit(bucket).to);
      return ((Math.ceil(count / Math.max(1, allowance)) - 1) * WINDOW_MS) / 1000;
    });
    const calls = [...this.#calls.values()].reduce((sum, count) => sum + count, 0);
    return { calls, atLeastSeconds: Math.max(0, ...seconds) };
  }

  /**
   * Seconds until the rate limits admit the `left` rows, if each takes as many requests as the finished ones; undefined when
   * all fit into the current windows.
   */
  heldSeconds(left: number, budgets: readonly Budget[], now: number): number | undefined {
    if (this.done === 0) return undefined;
    const held = budgets.map(({ allowance, remaining, used, sent, resetAt }) => {
      const runs = resetAt > now;
      const room = runs ? Math.max(0, Math.min(allowance - used, remaining)) : allowance;
      const windows = Math.ceil(((sent / this.done) * left - room) / allowance);
      return windows > 0 ? ((runs ? resetAt - now : WINDOW_MS) + (windows - 1) * WINDOW_MS) / 1000 : 0;
    });
    return Math.max(0, ...held) || undefined;
  }
}
