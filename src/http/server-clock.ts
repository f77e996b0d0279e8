/** `Date` and resets are truncated to whole seconds. */
export const CUT_MS = 1_000;
/** A larger contradiction between answers means that the local clock was moved. */
const TOLERANCE_MS = 250;
/** Step by which windows are expected later when one had not begun, and the maximum. */
export const LATE_STEP_MS = 250;
const LATEST_MS = 2_000;

/**
 * The server's clock, estimated from the `Date` of many answers. Each is truncated by up to a second, so an answer sent
 * just after a second began is exact up to its travel time: the largest difference ever seen is the best estimate.
 */
export class ServerClock {
  /** Server time minus local time is at least this; undefined before the first `Date`. */
  #ahead: number | undefined;
  /** How much later windows end than announced. */
  late = 0;

  /** Takes the `Date` of an answer and the local times of its request and its arrival. */
  learn(date: number | undefined, sentAt: number, receivedAt: number): void {
    if (date === undefined) return;
    const most = date + CUT_MS - sentAt + TOLERANCE_MS;
    const known = this.#ahead !== undefined && this.#ahead <= most ? this.#ahead : Number.NEGATIVE_INFINITY;
    this.#ahead = Math.max(known, date - receivedAt);
  }

  /** The window outlived its announced reset; servers that truncate to seconds always do this. */
  tooSoon(): void {
    this.late = Math.min(LATEST_MS, this.late + LATE_STEP_MS);
  }

  /** The local time at which the server has certainly reached `time`; without any `Date`, a second later by the local clock. */
  localTime(time: number): number {
    return time + this.late - (this.#ahead ?? -CUT_MS);
  }
}
