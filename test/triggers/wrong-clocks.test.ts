import { beforeEach, describe, expect, it } from 'vitest';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import { START } from '../support/fake-clock.ts';
import { DAY, fakeLog, HOUR, MINUTE } from './fake-log.ts';
import { ids, take } from './support.ts';

const utc = (time: number) => new Date(time).toUTCString();

type Dates = (now: number, at: number) => string | undefined;

/** Each is what one answer says at a time; `at` counts the answers. */
const WRONG: [string, Dates][] = [
  ['six hours ahead', (now) => utc(now + 6 * HOUR)],
  ['six hours behind', (now) => utc(now - 6 * HOUR)],
  ['of 1970', () => utc(0)],
  ['of 2096', () => utc(Date.UTC(2096, 0))],
  ['missing', () => undefined],
  ['that cannot be read', () => 'soon'],
  ['of two servers in turn', (now, at) => utc(at % 2 === 0 ? now : now + 6 * HOUR)],
];

const STATE = 'new_event@acme.okta.com';

let log: ReturnType<typeof fakeLog>;
let state: StateStore;
beforeEach(() => {
  log = fakeLog();
  // For one connection: its record is under the plain key.
  state = { ...memoryStateStore(), perConnection: true };
});

const poll = async (key = 'new_event', input = {}, options = {}) =>
  take(log.client().poll(key, input, { state, ...options }));
const says = (dates: Dates) => {
  let at = 0;
  log.date = (now) => dates(now, at++);
};
const right = () => says((now) => utc(now));
const change = async (value: object) => {
  const text = (await state.get(STATE)) as string;
  const stored = JSON.parse(text);
  await state.compareAndSet(STATE, text, JSON.stringify({ value: { ...stored.value, ...value } }));
};
const watermark = async () => JSON.parse((await state.get(STATE)) as string).value.watermark as number;

describe.each(WRONG)('F1.3 a Date %s', (_, dates) => {
  it('in one run or in all moves nothing past what was read', async () => {
    for (const always of [false, true]) {
      state = { ...memoryStateStore(), perConnection: true };
      right();
      await poll();
      log.now += HOUR;
      const before = [log.add(), log.add()];
      says(dates);
      expect(ids(await poll())).toEqual(before);
      if (!always) right();
      expect(await poll()).toEqual([]);
      expect(await watermark()).toBeLessThanOrEqual(log.now);
      log.now += 30 * MINUTE;
      const after = [log.add(), log.add()];
      log.now += 3 * HOUR;
      after.push(log.add());
      log.refuses = true;
      expect(ids(await poll())).toEqual(after);
      log.refuses = false;
    }
  });

  it('when a trigger begins loses nothing after it, and delivers nothing from before', async () => {
    log.now += 10 * HOUR;
    log.add();
    log.now += MINUTE;
    for (const always of [false, true]) {
      state = { ...memoryStateStore(), perConnection: true };
      says(dates);
      expect(await poll()).toEqual([]);
      if (!always) right();
      log.now += MINUTE;
      const uuid = log.add();
      expect(ids(await poll())).toEqual([uuid]);
      log.now += MINUTE;
    }
  });

  it('leaves the windows of a search without a gap', async () => {
    log.add();
    const uuids: string[] = [];
    const found: string[] = [];
    for (let round = 0; round < 12; round += 1) {
      log.now += 50 * MINUTE;
      uuids.push(log.add());
      if (round % 4 === 1) says(dates);
      else right();
      for (const run of await poll('search_events', { lastMinutes: 60 })) found.push(...ids(run.events));
    }
    right();
    log.now += 10 * HOUR;
    for (const run of await poll('search_events')) found.push(...ids(run.events));
    expect(found.filter((id) => uuids.includes(id))).toEqual(uuids);
  });
});

describe('F1.3 a busy log', () => {
  it.each([
    ['with a Date six hours ahead', 6 * HOUR, 0],
    ['with a Date six hours behind', -6 * HOUR, 0],
    ['with our own clock six hours behind', 0, -6 * HOUR],
    ['with our own clock six hours ahead', 0, 6 * HOUR],
  ])('%s is never read again beyond the ids that are remembered', async (_, date, own) => {
    says((now) => utc(now + date));
    log.own = (now) => now + own;
    await poll();
    for (let round = 0; round < 15; round += 1) {
      log.now += 100_000;
      for (let count = 0; count < 900; count += 1) log.add();
      expect((await poll()).length).toBe(900);
    }
    log.refuses = 'once';
    expect((await poll()).length).toBe(0);
  });
});

describe('F1.3 a wrong clock of this machine', () => {
  it.each([
    ['six hours ahead', (now: number) => now + 6 * HOUR],
    ['six hours behind', (now: number) => now - 6 * HOUR],
    ['a year ahead', (now: number) => now + 365 * DAY],
    ['never set', () => 1_000],
  ])('%s loses and repeats nothing', async (_, own) => {
    log.add();
    log.now += DAY;
    log.own = own;
    expect(await poll()).toEqual([]);
    log.now += HOUR;
    const first = [log.add(), log.add(), log.add(), log.add()];
    expect(ids(await poll())).toEqual(first);
    log.now += HOUR;
    const second = [log.add()];
    log.refuses = true;
    expect(ids(await poll())).toEqual(second);
  });
});

describe('F1.3 the times of events', () => {
  const many = (count: number, more = {}) => Array.from({ length: count }, () => log.add(more));

  it.each([
    ['the year 2096', '2096-01-01T00:00:00.000Z'],
    ['tomorrow', new Date(START + DAY).toISOString()],
    ['no time at all', 'soon'],
    ['no text', 5],
  ])('one of %s moves nothing past what was read', async (_, published) => {
    await poll();
    log.now += MINUTE;
    const uuids: string[] = [];
    // Three pages of three days, the odd one last on the first of them.
    uuids.push(...many(999), log.add({ published }));
    log.now += DAY;
    uuids.push(...many(1_000));
    log.now += DAY;
    uuids.push(...many(1_000));
    log.now += HOUR;
    const got = ids(await poll('new_event', {}, { maxPages: 1 }));
    log.refuses = true;
    got.push(...ids(await poll('new_event', {}, { maxPages: 1 })));
    log.refuses = false;
    got.push(...ids(await poll()));
    expect(got).toEqual(uuids);
    expect(await watermark()).toBeLessThanOrEqual(log.now);
  });

  it('of many that are odd alike move nothing past now', async () => {
    await poll();
    log.now += MINUTE;
    const first = many(20, { published: '2096-01-01T00:00:00.000Z' });
    expect(ids(await poll())).toEqual(first);
    log.now += HOUR;
    const second = many(2);
    log.refuses = true;
    expect(ids(await poll())).toEqual(second);
  });
});

describe('F1.3 a state of 0.1.0 whose time is in the future', () => {
  const future = () => [log.now + 6 * HOUR, Date.UTC(2096, 0)];

  it('is put right by the next run', async () => {
    await poll();
    for (const time of future()) {
      await change({ watermark: time });
      const uuid = log.add();
      expect(ids(await poll())).toEqual([uuid]);
      expect(await watermark()).toBe(log.now);
    }
  });

  it('loses and repeats nothing when its cursor is refused, however long it did not run', async () => {
    for (const at of [0, 1]) {
      state = { ...memoryStateStore(), perConnection: true };
      log.refuses = false;
      await poll();
      log.now += HOUR;
      log.put({ uuid: `odd-${at}`, eventType: 'a.b', published: '2095-01-01T00:00:00.000Z' });
      const before = [`odd-${at}`, log.add(), log.add()];
      expect(ids(await poll())).toEqual(before);
      log.now += 20 * DAY;
      const after = [log.add(), log.add()];
      await change({ watermark: future()[at] });
      log.refuses = true;
      expect(ids(await poll())).toEqual(after);
      expect(log.told.join()).toMatch(/in the future because of a wrong clock/);
      expect(await watermark()).toBe(log.now);
    }
  });

  it('that has delivered nothing yet begins a day ago', async () => {
    await poll();
    log.now += DAY;
    const uuid = log.add();
    log.now += 20 * HOUR;
    await change({ watermark: log.now + HOUR });
    log.refuses = true;
    expect(ids(await poll())).toEqual([uuid]);
  });

  it.each([
    ['ended', (until: number) => ({ until })],
    [
      'was under way',
      (until: number) => ({ until: START + MINUTE, pending: { since: START + MINUTE, until } }),
    ],
  ])('of a search that %s searches again what was in it', async (_, value) => {
    const key = 'search_events@acme.okta.com';
    log.now += 2 * HOUR;
    await state.compareAndSet(key, undefined, JSON.stringify({ value: value(log.now + 6 * HOUR) }));
    const uuid = log.add();
    log.now += HOUR;
    const [run] = await poll('search_events');
    expect(ids(run?.events)).toEqual([uuid]);
    log.now += HOUR;
    const next = log.add();
    log.now += HOUR;
    expect(ids((await poll('search_events'))[0]?.events)).toEqual([next]);
  });
});
