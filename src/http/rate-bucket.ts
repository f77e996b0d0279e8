import { type RateLimit, SAME_WINDOW_MS, WINDOW_MS } from './rate-headers.ts';
import { CUT_MS, LATE_STEP_MS, type ServerClock } from './server-clock.ts';

/** What is known of one rate-limit bucket. Once `resetAt` is over, the next request tells of the next window. */
export interface Budget {
  /** Name of the bucket, such as `/api/v1/users`. */
  bucket: string;
  /** Requests in a window. */
  limit: number;
  /** How many of them are for this client, and for those that share its budget. */
  allowance: number;
  /** What is left of them, as far as the answers tell. */
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

/** So long after its end the figures of a window still hold for who had places in it. */
const OVERTIME_MS = 2_000;
/** Of a shared budget nothing is spent so shortly before its end: it could arrive when the next was given to others. */
const GUARD_MS = 500;
/** A window that still runs so long after its first answer is another, whatever its reset says. */
const LONGEST_MS = WINDOW_MS + 3_000;
/** Others are reckoned with for this long at least. */
const AHEAD_MS = 1_000;
/** So many requests of others tell as much as the windows before. */
const TELLING = 10;
/** But never less than five seconds of them: when a window began is known to a second or two only. */
const LEAST_WEIGHT = 1 / 12;
/** Pause between two looks at what others leave: a second, or as long as this many requests take in a small bucket. */
const PEEK_MS = 1_000;
const PEEK_SHARE = 4;

/** The account of one bucket: who used what of the running window, and whether there is a place for one more. */
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
  /** A request is on its way to learn of the next window. */
  looking = false;
  /** Places that a shared budget granted in this window; undefined where this process has the share for itself. */
  granted: number | undefined;
  /** A shared budget may grant more in this window. */
  more = false;
  /** Until when (local time) this process may look into a window of which nothing is known. */
  lookUntil = Number.POSITIVE_INFINITY;
  /** What the other processes of a shared budget may have used. */
  siblings = 0;
  /** Answers have no figures: nothing is held back until then. */
  #openUntil = 0;
  /** Local time of the first answer of the window: it ends a minute later at the latest. */
  #openedAt = 0;
  /** Requests of others that the windows before let expect for this one. */
  #expected = 0;
  #seenAt = 0;

  constructor(name: string, share: number, clock: ServerClock) {
    this.name = name;
    this.#share = share;
    this.#clock = clock;
  }

  /** Requests that may be made in a window, by all who share the budget. */
  get allowance(): number {
    // The product of 0.29 and 100 is a little less than 29.
    return Math.floor(this.#share * this.limit + 1e-9);
  }

  /** Whether the running window is known. */
  runs(now: number): boolean {
    return this.resetAt !== 0 && now < this.endsAt && !this.#isDisplaced(now);
  }

  /** No window lasts that long: the local clock was set back, and only an answer tells when the window ends on it. */
  #isDisplaced(now: number): boolean {
    return this.endsAt - now > LONGEST_MS;
  }

  /** Whether nothing is held back, because answers have no figures. */
  isOpen(now: number): boolean {
    const left = this.#openUntil - now;
    return left > 0 && left <= WINDOW_MS;
  }

  /** Whether one more may go. In a window of which nothing is known, one goes ahead and the others wait for its answer. */
  fits(now: number): boolean {
    return this.#hasPlace(now) || (!this.runs(now) && !this.looking && now < this.lookUntil);
  }

  #hasPlace(now: number): boolean {
    if (this.isOpen(now)) return true;
    const overtime = this.granted === undefined ? OVERTIME_MS : -GUARD_MS;
    if (this.resetAt === 0 || now >= this.endsAt + overtime || this.own <= 0) return false;
    return this.#spare() >= this.#roomForOthers() || now >= this.#nextPeek();
  }

  /** Places that this process still has in the window, others apart. */
  get own(): number {
    return (this.granted ?? this.allowance - this.siblings) - this.used - this.inFlight;
  }

  /** What would be left after one more. */
  #spare(): number {
    return this.remaining - this.inFlight - 1;
  }

  /** Requests of others that must be expected from the last answer until the window ends. */
  #roomForOthers(): number {
    return Math.max(1, this.#rate * Math.max(this.endsAt - this.#seenAt, AHEAD_MS));
  }

  /**
   * While others need all that is left, one request now and then sees whether they still do. Infinity where that could use
   * up what they left.
   */
  #nextPeek(): number {
    if (this.inFlight > 0) return Number.POSITIVE_INFINITY;
    const pause = Math.max(PEEK_MS, (PEEK_SHARE * WINDOW_MS) / this.allowance);
    return this.#spare() > 1 + 2 * this.#rate * pause ? this.#seenAt + pause : Number.POSITIVE_INFINITY;
  }

  /**
   * Requests of others in a millisecond, as of the last answer: what was expected weighs as much as ten requests seen, but
   * as five seconds at least and a minute at most.
   */
  get #rate(): number {
    const elapsed = Math.min(WINDOW_MS, Math.max(0, WINDOW_MS - (this.endsAt - this.#seenAt)));
    const usual = Math.max(this.#expected, this.limit - this.allowance, this.limit / 10);
    const weight = Math.min(1, Math.max(LEAST_WEIGHT, TELLING / usual));
    return (this.#expected * weight + this.others) / (WINDOW_MS * weight + elapsed);
  }

  /** Whether it is the use of others that holds requests back. */
  heldByOthers(now: number): boolean {
    return this.runs(now) && this.own > 0 && !this.#hasPlace(now);
  }

  /** Milliseconds until there can be a place; 0 when there is one, or when an answer that is on its way will tell. */
  wait(now: number): number {
    if (!this.runs(now) || this.#hasPlace(now) || (this.own <= 0 && this.more)) return 0;
    const next = this.own > 0 ? this.#nextPeek() : Number.POSITIVE_INFINITY;
    return Math.min(next, this.endsAt) - now;
  }

  /**
   * Takes a place. @returns for a look into a window of which nothing is known: the reset of the one before that should be
   * over, or 0.
   */
  take(now: number): number | undefined {
    const looks = !this.#hasPlace(now);
    this.inFlight += 1;
    if (!looks) return undefined;
    this.looking = true;
    return this.#isDisplaced(now) ? 0 : this.resetAt;
  }

  /** Gives a place back whose request had no answer with figures; `sent` when Okta may have counted it. */
  lost(look: number | undefined, sent = true): void {
    this.inFlight -= 1;
    if (sent) this.#count();
    if (look !== undefined) this.looking = false;
  }

  /** Gives a place back for an answer. */
  answered(limits: RateLimit, look: number | undefined, now: number): void {
    this.inFlight -= 1;
    if (look !== undefined) this.looking = false;
    if (this.resetAt !== 0 && limits.resetAt < this.resetAt - SAME_WINDOW_MS && now < this.endsAt) return;
    if (this.#isSame(limits.resetAt) && now < this.#openedAt + LONGEST_MS) {
      // Answers overtake each other: within one window the smaller figure is the later one.
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
      // The window goes on although it should be over.
      this.#clock.tooSoon();
      this.endsAt = Math.max(this.endsAt, now + LATE_STEP_MS);
    }
    this.others = Math.max(this.others, this.#unexplained());
  }

  #count(): void {
    this.used += 1;
    this.sent += 1;
  }

  /** Another process has told of a window that this one has not seen yet. */
  adopt(window: Pick<RateLimit, 'limit' | 'remaining' | 'resetAt'> & { endsAt: number }, now: number): void {
    this.#open(window, now);
    this.limit = window.limit;
    this.#seenAt = now;
    this.#openedAt = window.endsAt - WINDOW_MS;
    this.endsAt = window.endsAt;
  }

  /** What the other processes took is not the use of others. */
  explain(siblings: number): void {
    this.siblings = siblings;
    this.others = this.#unexplained();
  }

  /** What is missing of the limit and was not asked by us; what is under way may be counted or not. */
  #unexplained(): number {
    return Math.max(0, this.limit - this.remaining - this.used - this.inFlight - this.siblings);
  }

  #isSame(resetAt: number): boolean {
    return Math.abs(resetAt - this.resetAt) <= SAME_WINDOW_MS;
  }

  #open({ remaining, resetAt }: Pick<RateLimit, 'remaining' | 'resetAt'>, now: number): void {
    const follows = this.resetAt !== 0 && now < this.endsAt + WINDOW_MS;
    this.#expected = follows ? this.#rate * WINDOW_MS : 0;
    this.resetAt = resetAt;
    this.remaining = remaining;
    this.#openedAt = now;
    this.used = 0;
    this.others = 0;
    this.siblings = 0;
    if (this.granted === undefined) return;
    this.granted = 0;
    this.more = true;
  }

  /** A second after the reset, which is cut to seconds; but no window lasts longer than a minute. */
  #setEnd(): void {
    const longest = this.#openedAt + WINDOW_MS + this.#clock.late;
    this.endsAt = Math.min(this.#clock.localTime(this.resetAt) + CUT_MS, longest);
  }

  /** The answers of this bucket have no figures. */
  openFor(now: number): void {
    if (this.resetAt === 0) this.#openUntil = now + WINDOW_MS;
  }

  get budget(): Budget | undefined {
    if (this.resetAt === 0) return undefined;
    const { name: bucket, limit, allowance, remaining, endsAt: resetAt, used, others, sent } = this;
    return { bucket, limit, allowance, remaining, resetAt, used, others, sent };
  }
}
