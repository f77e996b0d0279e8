import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type LogEvent, logEventSample } from '../../src/resources/log/log-event.ts';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import { receiverApp } from '../../src/triggers/sources/hook/receiver-app.ts';
import { itemOf } from '../../src/triggers/sources/log/event-item.ts';
import { matches } from '../../src/triggers/sources/log/log-query.ts';
import { idOf, isUsual } from '../../src/triggers/sources/log/odd-event.ts';
import { START } from '../support/fake-clock.ts';
import { fakeLog, HOUR, MINUTE } from './fake-log.ts';
import { type Item, ids, take } from './support.ts';

const sample = {
  ...logEventSample,
  published: new Date(START).toISOString(),
  client: {
    ...logEventSample.client,
    userAgent: { rawUserAgent: 'Mozilla/5.0' },
    geographicalContext: { city: 'Rome', country: 'Italy' },
  },
};

/** Every place of a value at which something else can stand. */
function placesOf(value: unknown, path: string[] = []): string[][] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [path, ...inner.flatMap(([name, one]) => placesOf(one, [...path, name]))];
}

/** Puts something else there; undefined takes it away. */
function mutate(value: unknown, [name, ...rest]: string[], other: unknown): unknown {
  if (name === undefined) return other;
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = { ...value };
  copy[name] = mutate(copy[name], rest, other);
  return Array.isArray(value) ? Object.values(copy) : copy;
}

const places = placesOf(sample);
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(undefined, null, '', 'x', 0, [], {}, [null], [[]], { id: {} }, '9999-99-99T99:99'),
);
/** A real event with up to three changes, made known by its content. */
const odd = fc
  .array(fc.tuple(fc.constantFrom(...places), anything), { minLength: 1, maxLength: 3 })
  .map((changes) => changes.reduce<unknown>((event, [at, other]) => mutate(event, at, other), sample));

/** What stands where, so that nothing but one and the same event is taken for it. */
const marked = (event: unknown, mark: string) => {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return [mark, event ?? null];
  const { uuid } = event as { uuid?: unknown };
  return { ...event, ...(typeof uuid === 'string' && uuid !== '' ? { uuid: mark } : {}), mark };
};
const overJson = (value: unknown) => JSON.parse(JSON.stringify(value));

const conditions = [
  {},
  { eventTypes: ['user.session.start'] },
  { outcome: 'SUCCESS', actor: 'ana.ruiz@acme.test' },
  { target: '00u1abcdefghijklmnop', ipAddress: '203.0.113.9' },
];

let log: ReturnType<typeof fakeLog>;
let state: StateStore;
beforeEach(() => {
  log = fakeLog();
  state = memoryStateStore();
});
const poll = (key = 'new_event', input = {}) => take(log.client().poll(key, input, { state }));

const SHAPES: [string, unknown][] = [
  ['null', null],
  ['a text', 'x'],
  ['a number', 5],
  ['a list', [1]],
  ['nothing inside', {}],
  ['no uuid', { ...sample, uuid: undefined }],
  ['an empty uuid', { ...sample, uuid: '' }],
  ['a uuid that is an object', { ...sample, uuid: { a: 1 } }],
  ['no time', { ...sample, uuid: 'odd', published: undefined }],
  ['a time that cannot be read', { ...sample, uuid: 'odd', published: 'soon' }],
  ['a type that is a number', { ...sample, uuid: 'odd', eventType: 5 }],
  ['a single target', { ...sample, uuid: 'odd', target: sample.target[0] }],
  ['a target that is a text', { ...sample, uuid: 'odd', target: 'x' }],
  ['an actor that is a text', { ...sample, uuid: 'odd', actor: 'x' }],
  ['a client that is a list', { ...sample, uuid: 'odd', client: [] }],
  ['an id that is an object', { ...sample, uuid: 'odd', target: [{ type: 'User', id: {} }] }],
];

describe.each(SHAPES)('F1.4 an event with %s', (_, event) => {
  it('is delivered once as it came, said aloud, and the next ones come', async () => {
    for (const key of ['new_event', 'user_created']) {
      log.now += HOUR;
      await poll(key);
      log.now += MINUTE;
      const before = log.add();
      log.put(event);
      const after = log.add();
      const items = await poll(key);
      expect(items.map((item) => item.event ?? null)).toMatchObject([
        { uuid: before },
        overJson(event),
        { uuid: after },
      ]);
      expect(items[1]?.id).toMatch(/^(odd|sha256-[0-9a-f]{64})$/);
      expect(log.told).toEqual([expect.stringContaining(`delivered as received: ${items[1]?.id}`)]);
      log.told.length = 0;
      log.refuses = true;
      expect(await poll(key)).toEqual([]);
      log.refuses = false;
      log.told.length = 0;
    }
  });

  it('is in a sample and in the list of a search', async () => {
    log.add();
    log.put(event);
    const { client } = log;
    expect(await client().sample('new_event', {}, { limit: 5 })).toHaveLength(2);
    expect(await client().sample('search_events', {}, { limit: 5 })).toMatchObject([{ count: 2 }]);
    expect(log.told).toHaveLength(2);
    log.now += 5 * MINUTE;
    const [run] = await poll('search_events', { lastMinutes: 60 });
    expect(run?.events.map((item: Item) => item.event ?? null)).toContainEqual(overJson(event));
    expect(log.told).toHaveLength(3);
  });

  it('is followed, exported and listed', async () => {
    const stop = new AbortController();
    const input = { since: new Date(log.now).toISOString() };
    log.put(event);
    const last = log.add();
    const got: Item[] = [];
    for await (const item of log.client().follow('new_event', input, { state, signal: stop.signal })) {
      got.push(item as Item);
      if (got.length === 2) stop.abort();
    }
    expect(got[1]?.id).toBe(last);
    log.now += MINUTE;
    expect((await take(log.client().export('events'))).map((one) => one ?? null)).toContainEqual(
      overJson(event),
    );
    expect(await log.client().run('list_logons_by_ip', { ipAddress: '203.0.113.9' })).toContainEqual(
      overJson(event),
    );
  });
});

describe('F1.4 whatever stands in an event', () => {
  it('it is summarised and matched without an error, with one id for one content', () => {
    fc.assert(
      fc.property(odd, fc.constantFrom(...conditions), (made, asked) => {
        const event = overJson(made ?? null) as LogEvent;
        const { id, event: kept, ...summary } = itemOf(event);
        expect(id).toMatch(/./);
        expect(kept).toBe(event);
        for (const value of Object.values(summary))
          expect(['string', 'undefined']).toContain(typeof (value ?? undefined));
        expect(typeof matches(event, asked)).toBe('boolean');
        const shuffled =
          typeof event === 'object' && event !== null && !Array.isArray(event)
            ? Object.fromEntries(Object.entries(event).reverse())
            : event;
        expect(idOf(shuffled as LogEvent)).toBe(id);
      }),
      { numRuns: 2_000 },
    );
  });

  it('every event is delivered exactly once over two polls', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(odd, { maxLength: 8 }), fc.nat(8), async (made, cut) => {
        log = fakeLog();
        state = memoryStateStore();
        await poll();
        log.now += MINUTE;
        const events = made.map((event, at) => overJson(marked(event, `mark-${at}`)));
        const got: Item[] = [];
        for (const part of [events.slice(0, cut), events.slice(cut)]) {
          for (const event of part) log.put(event);
          got.push(...(await poll()));
        }
        // All of it is read once more.
        log.refuses = true;
        got.push(...(await poll()));
        expect(got.map(({ event }) => event)).toEqual(events);
        expect(new Set(ids(got)).size).toBe(events.length);
      }),
      { numRuns: 200 },
    );
  });

  it('a delivery with it is taken whole', async () => {
    let taken: unknown;
    const app = receiverApp(
      () => 'secret',
      async (events) => {
        taken = events;
      },
      () => {},
    );
    await fc.assert(
      fc.asyncProperty(fc.array(odd, { maxLength: 5 }), async (made) => {
        const events = overJson(made.map((event) => event ?? null));
        const body = JSON.stringify({ data: { events } });
        const request = new Request('https://in.acme.test/', {
          ...{ method: 'POST', body },
          headers: { Authorization: 'secret' },
        });
        expect((await app.fetch(request)).status).toBe(200);
        expect(taken).toEqual(events);
      }),
    );
  });
});

describe('F1.4 matching a hook delivery', () => {
  it.each([
    ['an unreadable type', { eventType: 5 }, { eventTypes: ['a.b'] }, true],
    ['another type', { actor: 'x' }, { eventTypes: ['a.b'] }, false],
    ['an outcome that is a text', { outcome: 'FAILURE' }, { outcome: 'FAILURE' }, true],
    ['no outcome', { outcome: null }, { outcome: 'FAILURE' }, false],
    ['an actor that is a text', { actor: 'x' }, { actor: 'ana@acme.test' }, true],
    ['no actor', { actor: null }, { actor: 'ana@acme.test' }, false],
    ['a login that is a number', { actor: { id: '1', alternateId: 7 } }, { actor: 'ana@acme.test' }, true],
    ['the single target', { target: sample.target[0] }, { target: '00u1abcdefghijklmnop' }, true],
    ['another single target', { target: sample.target[0] }, { target: '00g1abcdefghijklmnop' }, false],
    ['an address that is a list', { client: { ipAddress: [] } }, { ipAddress: '203.0.113.9' }, true],
  ])('leaves out only what is known to differ: %s', (_, more, asked, answer) => {
    expect(matches({ ...sample, ...more } as unknown as LogEvent, asked)).toBe(answer);
  });
});

describe('F1.4 an event of the usual shape', () => {
  it('is told from others by the same as its schema', async () => {
    const { logEvent } = await import('../../src/resources/log/log-event.ts');
    fc.assert(
      fc.property(odd, (made) => {
        const event = overJson(made ?? null);
        if (isUsual(event as LogEvent)) expect(logEvent.safeParse(event).success).toBe(true);
      }),
      { numRuns: 2_000 },
    );
    expect(isUsual(sample)).toBe(true);
  });
});
