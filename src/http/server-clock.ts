/** `Date` and resets are cut to whole seconds. */
export const CUT_MS = 1_000;
/** How far an answer may contradict the others before the local clock must have been moved. */
const TOLERANCE_MS = 250;
/** How much later a window is looked for when it had not begun, and the most of it. */
export const LATE_STEP_MS = 250;
const LATEST_MS = 2_000;

/**
 * The server's clock, told from the `Date` of many answers. Each is at most a second late, so the one that came just after
 * a second began tells the time to within its way back: the largest difference that was ever seen is the closest.
 */
export class ServerClock {
  /** Server time minus local time is at least this; undefined before the first `Date`. */
  #ahead: number | undefined;
  /** How much later windows end than they should. */
  late = 0;

  /** Takes the `Date` of an answer, and the local times at which its request left and it came. */
  learn(date: number | undefined, sentAt: number, receivedAt: number): void {
    if (date === undefined) return;
    const most = date + CUT_MS - sentAt + TOLERANCE_MS;
    const known = this.#ahead !== undefined && this.#ahead <= most ? this.#ahead : Number.NEGATIVE_INFINITY;
    this.#ahead = Math.max(known, date - receivedAt);
  }

  /** What was said to be over was not: a server that cuts the end of a window to seconds does so each time. */
  tooSoon(): void {
    this.late = Math.min(LATEST_MS, this.late + LATE_STEP_MS);
  }

  /** The local time by which it is certainly `time` on the server; without any `Date` the local clock, and a second. */
  localTime(time: number): number {
    return time + this.late - (this.#ahead ?? -CUT_MS);
  }
}
