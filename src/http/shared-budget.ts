import { z } from 'zod';
import type { StateStore } from '../state/store.ts';
import type { Bucket } from './rate-bucket.ts';
import { SAME_WINDOW_MS, WINDOW_MS } from './rate-headers.ts';
import type { Clock } from './types.ts';
import { within } from './within.ts';

export interface SharedBudgetOptions {
  store: StateStore;
  /** The org whose buckets these are. */
  host: string;
  /** Mark of the credential: Okta limits each API token and each OAuth client by itself. */
  credential: string;
  clock: Clock;
  /**
   * Requests of a window that this process sends without asking the store, for a process that rarely has more: they are recorded
   * once it asks for others. At most a tenth of the budget. Default 0.
   */
  unasked?: number | undefined;
  /** Called when the store fails and when it recovers. */
  notice: (message: string) => void;
}

/** How much of a bucket's latest window all processes together have taken. */
const recordSchema = z.object({
  /** End of the window on the server's clock, milliseconds. */
  resetAt: z.number(),
  /** The same in the writer's local time. */
  endsAt: z.number(),
  limit: z.number(),
  taken: z.number(),
  /** Local time until which one process may probe for the next window. */
  lookUntil: z.number().optional(),
});
type Taken = z.output<typeof recordSchema>;

/** A block is at most this fraction of the whole budget, so that a dying process loses little. */
const BLOCK_SHARE = 0.05;
const FIRST_BLOCK = 1;
/** Time a process has to probe for the next window before another may. */
const LOOK_MS = 5_000;
/** Pause before reading the store again while another process probes. */
const POLL_MS = 50;
/** A store that takes longer is treated as failed. */
const PATIENCE_MS = 5_000;
/** Pause before the one immediate retry. */
const AGAIN_MS = 250;
/** Pause before using a failed store again. */
const PAUSE_MS = 10_000;
const TRIES = 50;
/** Requests of others may belong to other processes: the store tells. */
export const REFRESH_MS = 1_000;

/**
 * One budget for several processes. The store records how much of each bucket's window is taken; a process takes blocks
 * by compare-and-set and spends them locally. Only one process probes for the next window while the others wait for the
 * result. The unspent block of a process that dies is lost for that window.
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

  /** A new bucket has no places: they come from the store. */
  join(bucket: Bucket): void {
    bucket.granted = 0;
    bucket.unasked = this.#options.unasked ?? 0;
    bucket.lookUntil = this.#unclaimed;
  }

  /** Who may send something unasked may also probe without claiming it. */
  get #unclaimed(): number {
    return this.#options.unasked ? Number.POSITIVE_INFINITY : 0;
  }

  /**
   * Synchronises with the store when the bucket needs it; `then` is called when something may have changed.
   * @param wanted whether more requests are waiting. Otherwise only the usage is reported to the other processes.
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
    const { store, host, credential, clock } = this.#options;
    const sharedKey = `budget ${bucket.name}@${host}`;
    const key = `${sharedKey} ${credential}`;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const text = await store.get(key);
      // 0.1.0 counted all credentials together: what it counted of the running window holds for each.
      const found = parse(text ?? (await store.get(sharedKey)));
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

  /** Takes a block, and records requests made without one. */
  async #lease(bucket: Bucket, wanted: boolean, found: Taken | undefined, write: Write): Promise<boolean> {
    const { resetAt, endsAt, limit, allowance } = bucket;
    const block = this.#blockOf(bucket);
    const same = found !== undefined && Math.abs(found.resetAt - resetAt) <= SAME_WINDOW_MS;
    const before = same ? found.taken : 0;
    const granted = bucket.granted ?? 0;
    const debt = Math.max(0, bucket.used + bucket.inFlight - granted);
    const left = Math.max(0, allowance - before - bucket.unrecorded - debt);
    const places = wanted ? Math.min(block.size, left) : 0;
    const taken = before + bucket.unrecorded + debt + places;
    if (taken > before && !(await write({ resetAt, endsAt, limit, taken }))) return false;
    // An answer may have opened a new window meanwhile: a block of the old one is void then.
    if (bucket.resetAt !== resetAt) return true;
    bucket.unrecorded = 0;
    bucket.granted = granted + debt + places;
    bucket.more = left > 0;
    bucket.lookUntil = this.#unclaimed;
    bucket.explain(taken - bucket.granted);
    if (wanted) {
      block.size = Math.min(block.size * 2, Math.max(FIRST_BLOCK, Math.ceil(allowance * BLOCK_SHARE)));
    }
    block.at = this.#options.clock.now();
    return true;
  }

  /** Claims the right to probe for the next window. */
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
    if (!(await within(work, PATIENCE_MS, this.#options.clock)))
      throw new Error(`no answer within ${PATIENCE_MS / 1000} s`);
  }

  #fail(bucket: Bucket, error: Error): void {
    this.#goneUntil = this.#options.clock.now() + PAUSE_MS;
    this.#alone(bucket);
    if (this.#gone) return;
    this.#gone = true;
    this.#options.notice(
      `The shared budget cannot be used (${error.message}): this process relies on Okta's headers alone until it recovers`,
    );
  }

  #back(): void {
    if (!this.#gone) return;
    this.#gone = false;
    this.#options.notice('The shared budget works again');
  }

  /**
   * Without the store the process uses what the others had not taken, and from the next window on the whole share; it then
   * treats the other processes as strangers. @returns whether this state is new.
   */
  #alone(bucket: Bucket): boolean {
    if (bucket.granted === undefined) return false;
    bucket.granted = undefined;
    bucket.lookUntil = Number.POSITIVE_INFINITY;
    return true;
  }
}

type Write = (next: Taken) => Promise<boolean>;

/** The stored record; anything unreadable under the key is overwritten. */
function parse(text: string | undefined): Taken | undefined {
  if (text === undefined) return undefined;
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const isNewer = (found: Taken, bucket: Bucket) => found.resetAt > bucket.resetAt + SAME_WINDOW_MS;

/** A window ends within a minute; anything later means that the clocks of two machines disagree. */
const endsSoon = (leftMs: number) => leftMs > 0 && leftMs <= WINDOW_MS + SAME_WINDOW_MS;
