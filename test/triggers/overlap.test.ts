import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../src/resources/log/log-event.ts';
import { withHooked, withinOverlap } from '../../src/triggers/sources/log/overlap.ts';
import { Seen } from '../../src/triggers/sources/log/seen.ts';
import type { PollState } from '../../src/triggers/sources/log/system-log.ts';

const MINUTE = 60_000;
const NOON = Date.parse('2026-03-01T12:00:00Z');
const eventAt = (id: string, minutes: number): LogEvent =>
  ({ uuid: id, published: new Date(NOON + minutes * MINUTE).toISOString() }) as LogEvent;
const began: PollState = { cursor: '/c', watermark: NOON, conditions: '{}', seen: [], ages: [] };

/** The state after a page of these ids, up to a minute. */
function afterPage(last: PollState, ids: string[], minutes: number): PollState {
  const seen = new Seen(last.seen);
  for (const id of ids) seen.add(id);
  return withinOverlap({ ...last, watermark: NOON + minutes * MINUTE, seen: seen.blocks() }, last);
}
const knows = ({ seen }: PollState, id: string): boolean => new Seen(seen).has(id);

describe('ids of events that came by a hook', () => {
  it('stay until the log has been read ten minutes past them, whatever the watermark was', () => {
    let state = withHooked(began, [eventAt('hooked', 25)]);
    for (const minutes of [5, 15, 25, 34]) {
      state = afterPage(state, [`page-${minutes}`], minutes);
      expect(knows(state, 'hooked')).toBe(true);
    }
    // What was read after them goes no sooner than they do.
    expect(knows(state, 'page-5')).toBe(true);
    state = afterPage(state, [], 36);
    expect(knows(state, 'hooked')).toBe(false);
    expect(knows(state, 'page-34')).toBe(true);
  });

  it('go although the time of an event is far ahead', () => {
    const state = withHooked(began, [eventAt('odd', 60 * 24 * 365)]);
    expect(knows(afterPage(state, [], 60 * 24), 'odd')).toBe(true);
    expect(knows(afterPage(state, [], 60 * 24 + 11), 'odd')).toBe(false);
  });

  it('are added to those that are there', () => {
    const first = withHooked(began, [eventAt('a', 1), eventAt('b', 2)]);
    const second = withHooked(first, [eventAt('c', 2)]);
    expect(['a', 'b', 'c'].map((id) => knows(second, id))).toEqual([true, true, true]);
    expect(second.ages).toEqual([[NOON + 2 * MINUTE, 3]]);
    expect(withHooked(first, [])).toBe(first);
  });
});
