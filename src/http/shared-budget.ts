import { z } from 'zod';
import type { StateStore } from '../state/store.ts';
import type { Bucket } from './rate-bucket.ts';
import { SAME_WINDOW_MS, WINDOW_MS } from './rate-headers.ts';
import type { Clock } from './types.ts';

export interface SharedBudgetOptions {
  store: StateStore;
  /** The org whose buckets these are. */
  host: string;
  clock: Clock;
  /** Told when the store fails, and when it is back. */
  notice: (message: string) => void;
}

/** What all processes together took of the latest window of a bucket. */
const recordSchema = z.object({
  /** End of the window on the server's clock, milliseconds. */
  resetAt: z.number(),
  /** The same in the local time of who wrote it. */
  endsAt: z.number(),
  limit: z.number(),
  taken: z.number(),
  /** Local time until which one process may look for the next window. */
  lookUntil: z.number().optional(),
});
type Taken = z.output<typeof recordSchema>;

/** The largest block is this part of what all may use, so that little is lost with a process that dies. */
const BLOCK_SHARE = 0.05;
const FIRST_BLOCK = 1;
/** Who looks for the next window has this long; then another does. */
const LOOK_MS = 5_000;
/** Pause before the store is asked again while another process looks. */
const POLL_MS = 50;
/** A store that takes longer counts as gone. */
const PATIENCE_MS = 5_000;
/** Pause before what failed is tried once more. */
const AGAIN_MS = 250;
/** Pause before a store that failed is asked again. */
const PAUSE_MS = 10_000;
const TRIES = 50;
/** Others may have been other processes: the store knows. */
export const REFRESH_MS = 1_000;

/**
 * One budget for several processes. The store holds for each bucket how much of the window was taken; a process takes
 * blocks of it by compare-and-set and spends them without asking. Only one looks for the next window while the others wait
 * for what it finds. What a process that died did not spend is lost for that window.
 */
export class SharedBudget {
  readonly #options: SharedBudgetOptions;
  readonly #asking = new Set<Bucket>();
  readonly #blocks = new Map<Bucket, { resetAt: number; size: number; at: number }>();
  #goneUntil = 0;
  #gone = false;

  constructor(options: SharedBudgetOptions) {
    this.#options = options;
  }

  /** A bucket begins without places: they come from the store. */
  join(bucket: Bucket): void {
    bucket.granted = 0;
    bucket.lookUntil = 0;
  }

  /**
   * Asks the store where the bucket needs it; `then` is called when something may have changed.
   * @param wanted whether more requests are to be expected. Otherwise only what was used is told to the others.
   */
  tend(bucket: Bucket, wanted: boolean, then: () => void): void {
    const now = this.#options.clock.now();
    if (this.#asking.has(bucket)) return;
    if (now < this.#goneUntil) {
      if (this.#alone(bucket)) queueMicrotask(then);
      return;
    }
    if (!this.#needs(bucket, wanted, now)) return;
    this.#asking.add(bucket);
    const ask = () => this.#ask(bucket, wanted);
    this.#inTime(ask().catch(() => this.#options.clock.sleep(AGAIN_MS).then(ask)))
      .then(
        () => this.#back(),
        (error: Error) => this.#fail(bucket, error),
      )
      .then(() => {
        this.#asking.delete(bucket);
        then();
      });
  }

  #needs(bucket: Bucket, wanted: boolean, now: number): boolean {
    if (bucket.isOpen(now)) return false;
    if (bucket.granted === undefined) return true;
    if (!bucket.runs(now)) return !bucket.looking && now >= bucket.lookUntil;
    const { size, at } = this.#blockOf(bucket);
    if (bucket.more) return wanted ? bucket.own <= size / 2 : bucket.own < 0;
    return bucket.heldByOthers(now) && now >= at + REFRESH_MS;
  }

  #blockOf(bucket: Bucket) {
    let block = this.#blocks.get(bucket);
    if (block?.resetAt !== bucket.resetAt) {
      block = { resetAt: bucket.resetAt, size: FIRST_BLOCK, at: 0 };
      this.#blocks.set(bucket, block);
    }
    return block;
  }

  async #ask(bucket: Bucket, wanted: boolean): Promise<void> {
    const { store, host, clock } = this.#options;
    const key = `budget ${bucket.name}@${host}`;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const text = await store.get(key);
      const found = parse(text);
      const now = clock.now();
      if (found && isNewer(found, bucket) && endsSoon(found.endsAt - now)) {
        bucket.adopt({ ...found, remaining: Math.max(0, found.limit - found.taken) }, now);
      }
      const write = (next: Taken) => store.compareAndSet(key, text, JSON.stringify(next), 2 * WINDOW_MS);
      const done = bucket.runs(now)
        ? await this.#lease(bucket, wanted, found, write)
        : await this.#look(bucket, found, write);
      if (done) return;
      await clock.sleep(Math.random() * 20);
    }
    throw new Error('too many processes write to it');
  }

  /** Takes a block, and what was used without one. */
  async #lease(bucket: Bucket, wanted: boolean, found: Taken | undefined, write: Write): Promise<boolean> {
    const { resetAt, endsAt, limit, allowance } = bucket;
    const block = this.#blockOf(bucket);
    const same = found !== undefined && Math.abs(found.resetAt - resetAt) <= SAME_WINDOW_MS;
    const before = same ? found.taken : 0;
    const granted = bucket.granted ?? 0;
    const debt = Math.max(0, bucket.used + bucket.inFlight - granted);
    const left = Math.max(0, allowance - before - debt);
    const places = wanted ? Math.min(block.size, left) : 0;
    const taken = before + debt + places;
    if (taken > before && !(await write({ resetAt, endsAt, limit, taken }))) return false;
    // Answers may have opened another window meanwhile: what was taken of the old one is worth nothing then.
    if (bucket.resetAt !== resetAt) return true;
    bucket.granted = granted + debt + places;
    bucket.more = left > 0;
    bucket.lookUntil = 0;
    bucket.explain(taken - bucket.granted);
    if (wanted) {
      block.size = Math.min(block.size * 2, Math.max(FIRST_BLOCK, Math.ceil(allowance * BLOCK_SHARE)));
    }
    block.at = this.#options.clock.now();
    return true;
  }

  /** Asks for the right to look for the next window. */
  async #look(bucket: Bucket, found: Taken | undefined, write: Write): Promise<boolean> {
    const { clock } = this.#options;
    const now = clock.now();
    const left = (found?.lookUntil ?? 0) - now;
    if (left > 0 && left <= LOOK_MS) {
      await clock.sleep(POLL_MS);
      return true;
    }
    const lookUntil = now + LOOK_MS;
    if (!(await write({ resetAt: 0, endsAt: 0, limit: 0, taken: 0, ...found, lookUntil }))) return false;
    bucket.lookUntil = lookUntil;
    bucket.granted ??= 0;
    return true;
  }

  async #inTime(work: Promise<void>): Promise<void> {
    const over = new AbortController();
    const late = this.#options.clock.sleep(PATIENCE_MS, over.signal).then(() => {
      throw new Error(`no answer within ${PATIENCE_MS / 1000} s`);
    });
    // Both may still fail when the other has ended.
    late.catch(() => {});
    work.catch(() => {});
    try {
      await Promise.race([work, late]);
    } finally {
      over.abort();
    }
  }

  #fail(bucket: Bucket, error: Error): void {
    this.#goneUntil = this.#options.clock.now() + PAUSE_MS;
    this.#alone(bucket);
    if (this.#gone) return;
    this.#gone = true;
    this.#options.notice(
      `The shared budget cannot be used (${error.message}): this process goes by Okta's headers alone until it is back`,
    );
  }

  #back(): void {
    if (!this.#gone) return;
    this.#gone = false;
    this.#options.notice('The shared budget is back');
  }

  /**
   * Without the store the process has for itself what the others had not taken, from the next window on the share; it sees
   * the others as others. @returns whether that is new.
   */
  #alone(bucket: Bucket): boolean {
    if (bucket.granted === undefined) return false;
    bucket.granted = undefined;
    bucket.lookUntil = Number.POSITIVE_INFINITY;
    return true;
  }
}

type Write = (next: Taken) => Promise<boolean>;

/** What others wrote; something else under the key is written over. */
function parse(text: string | undefined): Taken | undefined {
  if (text === undefined) return undefined;
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const isNewer = (found: Taken, bucket: Bucket) => found.resetAt > bucket.resetAt + SAME_WINDOW_MS;

/** A window ends within a minute, unless the clocks of two machines disagree. */
const endsSoon = (leftMs: number) => leftMs > 0 && leftMs <= WINDOW_MS + SAME_WINDOW_MS;
