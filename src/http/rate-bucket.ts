import { type RateLimit, SAME_WINDOW_MS, WINDOW_MS } from './rate-headers.ts';
import { CUT_MS, LATE_STEP_MS, type ServerClock } from './server-clock.ts';

/** The known state of one rate-limit bucket. After `resetAt`, the next answer describes the next window. */
export interface Budget {
  /** Name of the bucket, such as `/api/v1/users`. */
  bucket: string;
  /** Requests in a window. */
  limit: number;
  /** How many of them are for this client, and for those that share its budget. */
  allowance: number;
  /** Remaining requests, as reported by the answers. */
  remaining: number;
  /** When the window ends; local time in milliseconds since the epoch. */
  resetAt: number;
  /** Requests of this client in the window. */
  used: number;
  /** Requests of everybody else in the window, at least. */
  others: number;
  /** Requests of this client in all windows. */
  sent: number;
}

/** Grace period after the reset in which places already granted may still be used. */
const OVERTIME_MS = 2_000;
/** A shared budget is not spent this close to its reset: the request could arrive in the next window, granted to others. */
const GUARD_MS = 500;
/** A window older than this must have rolled over, whatever its reset says. */
const LONGEST_MS = WINDOW_MS + 3_000;
/** Minimum time ahead for which requests of others are expected. */
const AHEAD_MS = 1_000;
/** Ten requests seen from others weigh as much as all earlier windows. */
const TELLING = 10;
/** The expectation weighs at least five seconds: the start of a window is known only to a second or two. */
const LEAST_WEIGHT = 1 / 12;
/** What may be sent unasked is at most this share of the budget. */
const UNASKED_SHARE = 0.1;
/** Pause between two probes of what others leave: a second, or this share of a small bucket. */
const PEEK_MS = 1_000;
const PEEK_SHARE = 4;

/** Accounts for one bucket: who used how much of the current window, and whether one more request may be sent. */
export class Bucket {
  readonly name: string;
  readonly #clock: ServerClock;
  readonly #share: number;
  limit = 0;
  remaining = 0;
  /** End of the window on the server's clock; 0 before the first answer. */
  resetAt = 0;
  /** The same in local time. */
  endsAt = 0;
  inFlight = 0;
  /** Requests of this process that were counted in the window. */
  used = 0;
  /** Requests of this process in all windows. */
  sent = 0;
  /** Requests of everybody else in it, at least. */
  others = 0;
  /** A request is in flight to discover the next window. */
  looking = false;
  /** Places granted by a shared budget in this window; undefined when this process has the whole share. */
  granted: number | undefined;
  /** A shared budget may grant more in this window. */
  more = false;
  /** Places in each window that need not be asked of a shared budget, up to a share of it. */
  unasked = 0;
  /** Those of this window that the shared budget does not know of yet. */
  unrecorded = 0;
  /** Local time until which this process may probe an unknown window. */
  lookUntil = Number.POSITIVE_INFINITY;
  /** What the other processes of a shared budget may have used. */
  siblings = 0;
  /** Local time until which nothing is held back, because answers lack rate-limit headers. */
  #openUntil = 0;
  /** Local time of the window's first answer: the window ends at most a minute later. */
  #openedAt = 0;
  /** Requests of others expected for this window, judging by earlier ones. */
  #expected = 0;
  #seenAt = 0;

  constructor(name: string, share: number, clock: ServerClock) {
    this.name = name;
    this.#share = share;
    this.#clock = clock;
  }

  /** Requests that all sharers of the budget together may make in a window. */
  get allowance(): number {
    // In floating point 0.29 * 100 is slightly less than 29.
    return Math.floor(this.#share * this.limit + 1e-9);
  }

  /** Whether the current window is known. */
  runs(now: number): boolean {
    return this.resetAt !== 0 && now < this.endsAt && !this.#isDisplaced(now);
  }

  /** No window lasts that long: the local clock was set back, and only an answer can tell when the window ends on it. */
  #isDisplaced(now: number): boolean {
    return this.endsAt - now > LONGEST_MS;
  }

  /** Whether requests pass freely because answers lack rate-limit headers. */
  isOpen(now: number): boolean {
    const left = this.#openUntil - now;
    return left > 0 && left <= WINDOW_MS;
  }

  /** Whether one more may be sent. In an unknown window one goes ahead, and the others wait for its answer. */
  fits(now: number): boolean {
    return this.#hasPlace(now) || (!this.runs(now) && !this.looking && now < this.lookUntil);
  }

  #hasPlace(now: number): boolean {
    if (this.isOpen(now)) return true;
    const overtime = this.granted === undefined ? OVERTIME_MS : -GUARD_MS;
    if (this.resetAt === 0 || now >= this.endsAt + overtime || this.own <= 0) return false;
    return this.#spare() >= this.#roomForOthers() || now >= this.#nextPeek();
  }

  /** Places this process has left in the window, before counting requests of others. */
  get own(): number {
    return (this.granted ?? this.allowance - this.siblings) - this.used - this.inFlight;
  }

  /** `Remaining` after one more request. */
  #spare(): number {
    return this.remaining - this.inFlight - 1;
  }

  /** Requests of others expected between the last answer and the end of the window. */
  #roomForOthers(): number {
    return Math.max(1, this.#rate * Math.max(this.endsAt - this.#seenAt, AHEAD_MS));
  }

  /**
   * Pause between probes: while others seem to need everything left, an occasional request checks whether they still do.
   * Infinity where the probe could use up what they leave.
   */
  #nextPeek(): number {
    if (this.inFlight > 0) return Number.POSITIVE_INFINITY;
    const pause = Math.max(PEEK_MS, (PEEK_SHARE * WINDOW_MS) / this.allowance);
    return this.#spare() > 1 + 2 * this.#rate * pause ? this.#seenAt + pause : Number.POSITIVE_INFINITY;
  }

  /**
   * Requests of others per millisecond, as of the last answer: the expectation weighs as much as ten requests seen, but at
   * least as five seconds and at most as a minute.
   */
  get #rate(): number {
    const elapsed = Math.min(WINDOW_MS, Math.max(0, WINDOW_MS - (this.endsAt - this.#seenAt)));
    const usual = Math.max(this.#expected, this.limit - this.allowance, this.limit / 10);
    const weight = Math.min(1, Math.max(LEAST_WEIGHT, TELLING / usual));
    return (this.#expected * weight + this.others) / (WINDOW_MS * weight + elapsed);
  }

  /** Whether requests are held back because of others. */
  heldByOthers(now: number): boolean {
    return this.runs(now) && this.own > 0 && !this.#hasPlace(now);
  }

  /** Milliseconds until a place can be free; 0 when one is, or when a pending answer will tell. */
  wait(now: number): number {
    if (!this.runs(now) || this.#hasPlace(now) || (this.own <= 0 && this.more)) return 0;
    const next = this.own > 0 ? this.#nextPeek() : Number.POSITIVE_INFINITY;
    return Math.min(next, this.endsAt) - now;
  }

  /**
   * Takes a place. @returns for a probe of an unknown window the reset of the previous window, which should be over;
   * otherwise 0.
   */
  take(now: number): number | undefined {
    const looks = !this.#hasPlace(now);
    this.inFlight += 1;
    if (!looks) return undefined;
    this.looking = true;
    return this.#isDisplaced(now) ? 0 : this.resetAt;
  }

  /** Returns the place of a request without rate-limit headers in its answer; `sent` when Okta may have counted it. */
  lost(look: number | undefined, sent = true): void {
    this.inFlight -= 1;
    if (sent) this.#count();
    if (look !== undefined) this.looking = false;
  }

  /** Returns a place with the figures of its answer. */
  answered(limits: RateLimit, look: number | undefined, now: number): void {
    this.inFlight -= 1;
    if (look !== undefined) this.looking = false;
    if (this.resetAt !== 0 && limits.resetAt < this.resetAt - SAME_WINDOW_MS && now < this.endsAt) return;
    if (this.#isSame(limits.resetAt) && now < this.#openedAt + LONGEST_MS) {
      // Answers can arrive out of order: within one window the smaller figure is the later one.
      this.remaining = Math.min(this.remaining, limits.remaining);
      this.resetAt = Math.max(this.resetAt, limits.resetAt);
    } else {
      this.#open(limits, now);
    }
    this.limit = limits.limit;
    this.#count();
    this.#seenAt = now;
    this.#setEnd();
    if (look !== undefined && this.#isSame(look)) {
      // The window continues although it should be over.
      this.#clock.tooSoon();
      this.endsAt = Math.max(this.endsAt, now + LATE_STEP_MS);
    }
    this.others = Math.max(this.others, this.#unexplained());
  }

  #count(): void {
    this.used += 1;
    this.sent += 1;
  }

  /** Adopts a window that another process has seen first. */
  adopt(window: Pick<RateLimit, 'limit' | 'remaining' | 'resetAt'> & { endsAt: number }, now: number): void {
    this.#open(window, now);
    this.#seenAt = now;
    this.#openedAt = window.endsAt - WINDOW_MS;
    this.endsAt = window.endsAt;
  }

  /** Requests of processes sharing the budget do not count as those of others. */
  explain(siblings: number): void {
    this.siblings = siblings;
    this.others = this.#unexplained();
  }

  /** The used part of the limit that is not ours; requests in flight may or may not be counted. */
  #unexplained(): number {
    return Math.max(0, this.limit - this.remaining - this.used - this.inFlight - this.siblings);
  }

  #isSame(resetAt: number): boolean {
    return Math.abs(resetAt - this.resetAt) <= SAME_WINDOW_MS;
  }

  #open({ limit, remaining, resetAt }: Pick<RateLimit, 'limit' | 'remaining' | 'resetAt'>, now: number) {
    const follows = this.resetAt !== 0 && now < this.endsAt + WINDOW_MS;
    this.#expected = follows ? this.#rate * WINDOW_MS : 0;
    this.limit = limit;
    this.resetAt = resetAt;
    this.remaining = remaining;
    this.#openedAt = now;
    this.used = 0;
    this.others = 0;
    this.siblings = 0;
    if (this.granted === undefined) return;
    this.unrecorded = Math.min(this.unasked, Math.ceil(this.allowance * UNASKED_SHARE));
    this.granted = this.unrecorded;
    this.more = true;
  }

  /** A second after the reset, which is truncated to seconds; but no window lasts longer than a minute. */
  #setEnd(): void {
    const longest = this.#openedAt + WINDOW_MS + this.#clock.late;
    this.endsAt = Math.min(this.#clock.localTime(this.resetAt) + CUT_MS, longest);
  }

  /** The answers of this bucket lack rate-limit headers. */
  openFor(now: number): void {
    if (this.resetAt === 0) this.#openUntil = now + WINDOW_MS;
  }

  get budget(): Budget | undefined {
    if (this.resetAt === 0) return undefined;
    const { name: bucket, limit, allowance, remaining, endsAt: resetAt, used, others, sent } = this;
    return { bucket, limit, allowance, remaining, resetAt, used, others, sent };
  }
}
