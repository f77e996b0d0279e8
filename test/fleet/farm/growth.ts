/** What happens in the farm's orgs, as a function of time: nothing is stored, so 10,000 logs cost nothing while nobody reads them. */

/** Events that every log has before anyone asks; a connection that begins now must not get them. */
export const HISTORY = 3;
const HISTORY_STEP_MS = 60_000;

/** One event in so many is of the other type. */
const OTHER = 5;
/** One event in so many happened this long before it is logged. */
const LATE = 20;
const LATE_MS = 5 * 60_000;

export const CREATED = 'user.lifecycle.create';
export const OTHER_TYPE = 'user.session.start';

/** How the logs grow. Times are milliseconds since the epoch. */
export interface Growth {
  seed: number;
  /** When the farm was opened. */
  openedAt: number;
  /** When the first new events come; undefined while none do. */
  startedAt?: number;
  stoppedAt?: number;
  /** Between two events of one org. */
  everyMs: number;
  /** Orgs at the front that log `times` as much. */
  heavy?: { orgs: number; times: number };
}

/** A number from 0 to 1 that looks random; the same for the same values. */
function chance(seed: number, org: number, position: number): number {
  let value = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(org + 1, 0xc2b2ae35);
  value = Math.imul(value ^ (value >>> 15) ^ (position + 1), 0x27d4eb2d);
  value = Math.imul(value ^ (value >>> 13), 0x165667b1);
  return ((value ^ (value >>> 16)) >>> 0) / 2 ** 32;
}

const stepOf = ({ everyMs, heavy }: Growth, org: number) =>
  heavy && org < heavy.orgs ? everyMs / heavy.times : everyMs;

/** When an event appears in the log: the order of polling. */
export function persistedAt(growth: Growth, org: number, position: number): number {
  const { seed, openedAt, startedAt = Number.POSITIVE_INFINITY } = growth;
  if (position < HISTORY) return openedAt - (HISTORY - position) * HISTORY_STEP_MS;
  const step = stepOf(growth, org);
  const place = position - HISTORY + chance(seed, org, -1) + chance(seed, org, position) / 2;
  return Math.ceil(startedAt + place * step);
}

/** When it happened: for a few events, minutes earlier. */
export const publishedAt = (growth: Growth, org: number, position: number): number =>
  persistedAt(growth, org, position) - (position % LATE === LATE - 1 ? LATE_MS : 0);

export const typeAt = (position: number): string => (position % OTHER === OTHER - 1 ? OTHER_TYPE : CREATED);

/** Number of events that are in the log. */
export function sizeAt(growth: Growth, org: number, now: number): number {
  const { startedAt, stoppedAt = now, seed } = growth;
  const until = Math.min(now, stoppedAt);
  if (startedAt === undefined || until < startedAt) return HISTORY;
  const steps = Math.floor((until - startedAt) / stepOf(growth, org) - chance(seed, org, -1));
  if (steps < 0) return HISTORY;
  // The last one is there once its own part of the step has passed.
  return HISTORY + steps + (persistedAt(growth, org, HISTORY + steps) <= until ? 1 : 0);
}

/** The first position that was logged at `time` or later. */
export function positionAt(growth: Growth, org: number, time: number, now: number): number {
  let [low, high] = [0, sizeAt(growth, org, now)];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (persistedAt(growth, org, middle) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

const pad = (value: number, length: number) => value.toString(16).padStart(length, '0');

/** The uuid of an event, which tells its org and its position. */
export const idOf = (org: number, position: number): string =>
  `5b1f2c3d-${pad(org >> 12, 4)}-1${pad(org & 0xfff, 3)}-8000-${pad(position, 12)}`;

/** Reads such a uuid. @throws Error if it is not one of the farm's. */
export function placeOf(id: string): { org: number; position: number } {
  const [, high, low, position] =
    /^5b1f2c3d-([0-9a-f]{4})-1([0-9a-f]{3})-8000-([0-9a-f]{12})$/.exec(id) ?? [];
  if (high === undefined || low === undefined || position === undefined)
    throw new Error(`${id} is not the id of an event of the farm`);
  return {
    org: Number.parseInt(high, 16) * 0x1000 + Number.parseInt(low, 16),
    position: Number.parseInt(position, 16),
  };
}
