import { beforeEach, describe, expect, it } from 'vitest';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import { dueWindow } from '../../src/triggers/sources/log/log-search.ts';
import { clockOff, type Item, ids, take, useOrg } from './support.ts';

const org = useOrg();
const MINUTE = 60_000;
const TYPE = 'user.account.update_profile';
let state: StateStore;
beforeEach(() => {
  state = memoryStateStore();
});

const search = (offsetMs: number, more: object = {}) =>
  take(
    org
      .connect({ clock: clockOff(offsetMs) })
      .poll('search_events', { eventTypes: [TYPE], ...more }, { state }),
  );
const at = async (ms: number): Promise<string[]> => {
  await org.control('POST', '/clock', { nowMs: Date.now() + ms });
  return org.append(1, TYPE);
};
const eventsOf = (runs: Item[]) => runs.flatMap((run) => ids(run.events));

describe('the window that is due', () => {
  it.each([
    ['first', undefined, 1_000_000, 60_000, 5_000, { since: 935_000, until: 995_000 }],
    ['next', { until: 995_000 }, 1_060_000, 60_000, 5_000, { since: 995_000, until: 1_055_000 }],
    ['after a long stop', { until: 1 }, 1_060_000, 60_000, 0, { since: 1, until: 1_060_000 }],
    ['none at the same moment', { until: 995_000 }, 1_000_000, 60_000, 5_000, undefined],
    ['none when the clock went back', { until: 995_000 }, 500_000, 60_000, 5_000, undefined],
    [
      'none when it has to settle longer than before',
      { until: 995_000 },
      1_001_000,
      60_000,
      60_000,
      undefined,
    ],
  ])('%s', (_, last, now, length, settle, window) => {
    expect(dueWindow(last, { earliest: now, latest: now }, length, settle)).toEqual(window);
  });
});

describe('search_events', () => {
  it('joins its windows without gap or overlap, whenever it is run', async () => {
    const uuids: string[] = [];
    const runs: Item[] = [];
    let now = 0;
    for (const step of [0, 1, 999, 59_000, 7 * MINUTE, 0, 33 * MINUTE, 60_000, 61 * MINUTE]) {
      now += step;
      uuids.push(...(await at(now)));
      runs.push(...(await search(now, { lastMinutes: 1, settleSeconds: 60 })));
    }
    now += 10 * MINUTE;
    await org.control('POST', '/clock', { nowMs: Date.now() + now });
    runs.push(...(await search(now, { lastMinutes: 1, settleSeconds: 60 })));
    expect(eventsOf(runs)).toEqual(uuids);
    for (const [i, run] of runs.slice(1).entries()) expect(run.since).toBe(runs[i]?.until);
    for (const run of runs) {
      expect(run.id).toBe(`${run.since}/${run.until}`);
      expect(run.count).toBe(run.events.length);
      for (const { published } of run.events) {
        expect(published >= run.since && published < run.until, `${published} in ${run.id}`).toBe(true);
      }
    }
  });

  it('begins its first window as long ago as asked', async () => {
    const [run] = await search(0, { lastMinutes: 30, settleSeconds: 0 });
    expect(Date.parse(run?.until) - Date.parse(run?.since)).toBe(30 * MINUTE);
  });

  it('lets events settle: one that the log takes up late is in its window', async () => {
    await search(0, { settleSeconds: 120 });
    await org.control('POST', '/events', { eventType: TYPE, delayMs: 90_000 });
    const published = new Date().toISOString();
    const [late] = (await org.control('POST', '/events', { eventType: TYPE, published, delayMs: 90_000 }))
      .body.uuids;
    await org.control('POST', '/clock', { advanceMs: 5 * MINUTE });
    expect(eventsOf(await search(5 * MINUTE, { settleSeconds: 120 }))).toContain(late);
  });

  it('is one list also when it is many pages long, and an empty one when there is nothing', async () => {
    const { uuids } = (
      await org.control('POST', '/events', { generate: { count: 2_300, eventTypes: [TYPE] } })
    ).body;
    await org.control('POST', '/clock', { advanceMs: 2_000 });
    const [run] = await search(2_000, { lastMinutes: 5, settleSeconds: 0 });
    expect(ids(run?.events)).toEqual(uuids);
    expect(run?.count).toBe(2_300);
    await org.control('POST', '/clock', { advanceMs: MINUTE });
    expect(await search(MINUTE + 2_000, { settleSeconds: 0 })).toMatchObject([{ count: 0, events: [] }]);
  });

  it('repeats the window with the same id and events after a crash between delivery and commit', async () => {
    await org.append(2, TYPE);
    await org.control('POST', '/clock', { advanceMs: 5_000 });
    const fixed = { now: () => Date.now() + 5_000, sleep: async () => {} };
    const run = org
      .connect({ clock: fixed })
      .poll('search_events', { eventTypes: [TYPE], settleSeconds: 0 }, { state });
    const { value: first } = (await run.next()) as unknown as { value: Item };
    // The consumer dies: nothing was saved.
    await run.return();
    expect(first.count).toBe(2);
    const [second] = await search(5_000, { settleSeconds: 0 });
    expect(second?.events).toEqual(first.events);
  });

  // Regression: the window was computed again from the clock, which gave it another id.
  it('and that id is the same, so that a flow can see the repetition', async () => {
    const ends: string[] = [];
    for (const offset of [5_000, 9_000]) {
      const run = org
        .connect({ clock: clockOff(offset) })
        .poll('search_events', { eventTypes: [TYPE], settleSeconds: 0 }, { state });
      ends.push(((await run.next()) as unknown as { value: Item }).value.id);
      await run.return();
    }
    expect(ends[0]).toBe(ends[1]);
  });

  it('does not go on when the search failed, and searches that window again', async () => {
    await search(0, { settleSeconds: 0 });
    const uuids = await at(1_000);
    await org.fault({ kind: 'status', status: 403, body: {} }, { path: '/api/v1/logs', times: 9 });
    await expect(search(2_000, { settleSeconds: 0 })).rejects.toMatchObject({ status: 403 });
    await org.control('DELETE', '/faults');
    await org.control('POST', '/clock', { nowMs: Date.now() + 3_000 });
    expect(eventsOf(await search(3_000, { settleSeconds: 0 }))).toEqual(uuids);
  });

  // Would otherwise end at the local clock less the settling time, which may be in Okta's future.
  it('has no gap when the local clock is ten minutes ahead', async () => {
    const uuids: string[] = [];
    const runs: Item[] = [];
    for (const now of [0, 5 * MINUTE, 10 * MINUTE, 40 * MINUTE]) {
      if (now < 20 * MINUTE) {
        runs.push(...(await search(now + 10 * MINUTE)));
        uuids.push(...(await at(now + 1_000)));
      } else {
        await org.control('POST', '/clock', { nowMs: Date.now() + now });
        runs.push(...(await search(now + 10 * MINUTE)));
      }
    }
    expect(eventsOf(runs)).toEqual(uuids);
  });
});
