import type { LogEvent } from '../../../resources/log/log-event.ts';
import { DAY_MS } from './log-clock.ts';
import { idOf, timeOf } from './odd-event.ts';
import { digestsOf, Seen } from './seen.ts';
import { LOG_OVERLAP_MS, type PollState } from './system-log.ts';

const MINUTE_MS = 60_000;

/**
 * The state with those ids only that a restart could meet again: of events delivered within the overlap before the watermark.
 * A state in a file keeps all it can; one that travels with each request has to be small.
 * @param last the state before the run, compacted, too.
 */
export function withinOverlap(state: PollState, last: PollState | undefined): PollState {
  const ids = digestsOf(state.seen);
  const lastId = digestsOf(last?.seen ?? []).at(-1);
  const added = ids.length - 1 - (lastId === undefined ? -1 : ids.lastIndexOf(lastId));
  const ages = new Map(last?.ages);
  const until = laterMinute(state.watermark, ages);
  if (added > 0) ages.set(until, (ages.get(until) ?? 0) + added);
  const needed = [...ages].filter(([time]) => time >= state.watermark - LOG_OVERLAP_MS);
  const count = needed.reduce((sum, [, some]) => sum + some, 0);
  return { ...state, seen: count === 0 ? [] : [ids.slice(-count).join('')], ages: needed };
}

/** The minute after a time, or the last one of these if that is later: what is oldest is forgotten first. */
const laterMinute = (time: number, ages: ReadonlyMap<number, number>): number =>
  Math.max(Math.ceil(time / MINUTE_MS) * MINUTE_MS, ...ages.keys());

/**
 * A compacted state that also has the ids of events that came by a hook: kept until the log has been read past them, so that they
 * are not delivered again from there.
 */
export function withHooked(state: PollState, events: readonly LogEvent[]): PollState {
  if (events.length === 0) return state;
  const added = new Seen();
  for (const event of events) added.add(idOf(event));
  const ages = new Map(state.ages);
  const newest = Math.max(...events.map((event) => timeOf(event) ?? 0));
  // A wrong time must not keep ids for ever.
  const time = Math.max(state.watermark, Math.min(newest, state.watermark + DAY_MS));
  const until = laterMinute(time, ages);
  ages.set(until, (ages.get(until) ?? 0) + added.list().length);
  return { ...state, seen: [...state.seen, ...added.blocks()], ages: [...ages] };
}
