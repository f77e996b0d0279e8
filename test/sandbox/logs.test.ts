import { describe, expect, it } from 'vitest';
import { OrgClock } from '../../src/sandbox/clock.ts';
import { LogStore } from '../../src/sandbox/system-log/log-store.ts';
import { allPages, query, useSandbox } from './support.ts';

const client = useSandbox();
const logs = (parameters: Record<string, string>) => client.get(`/api/v1/logs${query(parameters)}`);
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const hour = 3_600_000;
// biome-ignore lint/suspicious/noExplicitAny: events of every shape
const uuids = (events: any[]) => events.map((event) => event.uuid);
const add = async (...events: Record<string, unknown>[]): Promise<string[]> =>
  (await client.control('POST', '/events', events)).body.uuids;

describe('polling', () => {
  it('always has a next, which brings each later event exactly once', async () => {
    let { body, next } = await logs({ since: ago(0) });
    expect(body).toEqual([]);
    for (let round = 0; round < 3; round++) {
      const added = await add({ eventType: 'user.session.start' }, { eventType: 'user.session.end' });
      ({ body, next } = await client.get(next as string));
      expect(uuids(body)).toEqual(added);
    }
    ({ body, next } = await client.get(next as string));
    expect(body).toEqual([]);
    expect(next).toBeDefined();
  });

  it('brings late events in the order in which the log learnt of them', async () => {
    const { next } = await logs({ since: ago(0) });
    const added = await add(
      { published: ago(hour), displayMessage: 'late' },
      { published: ago(0) },
      { published: ago(3 * hour), displayMessage: 'later still' },
    );
    expect(uuids((await client.get(next as string)).body)).toEqual(added);
  });

  it('moves the cursor past what the filter leaves out', async () => {
    const filter = 'eventType eq "user.session.end"';
    const { next } = await logs({ since: ago(0), filter });
    await add({ eventType: 'user.session.start' });
    const [wanted] = await add({ eventType: 'user.session.end' });
    const page = await client.get(next as string);
    expect(uuids(page.body)).toEqual([wanted]);
    expect((await client.get(page.next as string)).body).toEqual([]);
  });

  it('takes a limit and begins seven days back by itself', async () => {
    const all = (await logs({ limit: '1000' })).body;
    let next: string | undefined = `/api/v1/logs?limit=7`;
    const seen: unknown[] = [];
    while (seen.length < all.length) {
      const page = await client.get(next as string);
      expect(page.body.length).toBeLessThanOrEqual(7);
      seen.push(...page.body);
      next = page.next;
    }
    expect(seen).toEqual(all);
  });

  it('refuses a cursor that belongs to another filter, one of another org, and since next to it', async () => {
    const { next } = await logs({ limit: '1' });
    expect((await client.get(`${next}&filter=${encodeURIComponent('eventType pr')}`)).body.errorCode).toBe(
      'E0000054',
    );
    expect((await logs({ after: 'nonsense' })).body.errorCode).toBe('E0000054');
    expect((await client.get(`${next}&since=${ago(0)}`)).body.errorCode).toBe('E0000063');
  });
});

describe('events that the log learns of later', () => {
  it.each([{ delayMs: 80 }, { persisted: () => new Date(Date.now() + 80).toISOString() }])(
    'come behind younger ones: %j',
    async ({ delayMs, persisted }) => {
      const { next } = await logs({ since: ago(0) });
      const [late, soon] = await add({ delayMs, persisted: persisted?.() }, {});
      const first = await client.get(next as string);
      expect(uuids(first.body)).toEqual([soon]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const second = await client.get(first.next as string);
      expect(uuids(second.body)).toEqual([late]);
      expect(second.body[0].published <= first.body[0].published).toBe(true);
    },
  );

  it('follow the clock of the org', async () => {
    const { next } = await logs({ since: ago(0) });
    const [late] = await add({ delayMs: hour, published: ago(hour) });
    expect((await client.get(next as string)).body).toEqual([]);
    await client.control('POST', '/clock', { advanceMs: hour });
    expect(uuids((await client.get(next as string)).body)).toEqual([late]);
  });

  it('can have been taken up in the past, but not before others were', async () => {
    const old = ago(30_000);
    const [uuid] = await add({ persisted: old });
    const [event] = (await logs({ since: old, limit: '1' })).body;
    expect(event).toMatchObject({ uuid, published: old });
    await add({});
    const refused = await client.control('POST', '/events', [{ persisted: old }]);
    expect(refused).toMatchObject({ status: 400, body: { error: expect.stringContaining('persisted') } });
  });
});

describe('very many events', () => {
  it('are appended in one call', async () => {
    const { next } = await logs({ since: ago(0), limit: '1000' });
    const begun = performance.now();
    const added = await add(...Array.from({ length: 10_000 }, (_, i) => ({ displayMessage: `number ${i}` })));
    expect(performance.now() - begun).toBeLessThan(2000);
    const seen: string[] = [];
    for (
      let page = await client.get(next as string);
      page.body.length > 0;
      page = await client.get(page.next as string)
    )
      seen.push(...uuids(page.body));
    expect(seen).toEqual(added);
  });

  it('can be invented, the same ones for the same seed', async () => {
    const generate = { count: 300, seed: 5, lateRate: 0.1 };
    const runs: string[][] = [];
    for (let i = 0; i < 2; i++) {
      await client.control('POST', '/reset');
      const { next } = await logs({ since: ago(0), limit: '1000' });
      const { body } = await client.control('POST', '/events', { generate });
      const events = (await client.get(next as string)).body as (Event & { published: string })[];
      expect(body).toEqual({ count: 300, uuids: uuids(events) });
      runs.push(events.map(({ eventType, outcome }) => eventType + outcome.result));
      const newest = events
        .map(({ published }) => published)
        .sort()
        .at(-1);
      const late = events.filter(({ published }) => published !== newest).length;
      expect(late).toBeGreaterThan(10);
      expect(late).toBeLessThan(60);
      const search = {
        since: ago(2 * hour),
        until: new Date(Date.now() + 1000).toISOString(),
        limit: '1000',
      };
      const published = (await logs(search)).body.map((event: { published: string }) => event.published);
      expect(published).toEqual([...published].sort());
    }
    expect(runs[0]).toEqual(runs[1]);
    expect(new Set(runs[0]).size).toBeGreaterThan(8);
  });

  it('never share a uuid, and can be of the types that are wanted', async () => {
    const generate = {
      count: 200,
      eventTypes: ['group.user_membership.add', 'application.user_membership.add'],
    };
    const answers = [1, 2].map(() => client.control('POST', '/events', { generate }));
    const all = (await Promise.all(answers)).flatMap(({ body }) => body.uuids);
    expect(new Set(all).size).toBe(400);
    const [toGroup] = await client.events('group.user_membership.add');
    const [toApp] = await client.events('application.user_membership.add');
    const kinds = (event: { target: { type: string }[] }) => event.target.map(({ type }) => type);
    expect(kinds(toGroup)).toEqual(['User', 'UserGroup']);
    expect(kinds(toApp)).toEqual(['AppUser', 'AppInstance', 'User']);
  });

  it('have to be asked for properly', async () => {
    for (const generate of [{}, { count: 0 }, { count: 5, lateRate: 2 }, { count: 5, colour: 'red' }])
      expect((await client.control('POST', '/events', { generate })).status).toBe(400);
  });
});

it('refuses a cursor that is too old', async () => {
  await client.control('PUT', '/settings', { logCursorLifetimeMs: hour });
  const { next } = await logs({ since: ago(0) });
  await client.control('POST', '/clock', { advanceMs: hour - 5000 });
  const page = await client.get(next as string);
  expect(page.status).toBe(200);
  await client.control('POST', '/clock', { advanceMs: 10_000 });
  expect(await client.get(next as string)).toMatchObject({ status: 400, body: { errorCode: 'E0000054' } });
  expect((await client.get(page.next as string)).status).toBe(200);
});

describe('a bounded request', () => {
  it('is in the order of published, ends, and holds its range', async () => {
    const late = await add({ published: ago(2 * hour) });
    const path = `/api/v1/logs${query({ since: ago(5 * 24 * hour), until: ago(hour), limit: '9' })}`;
    const events = (await allPages(client, path)).flat();
    const published = events.map((event) => event.published);
    expect(published).toEqual([...published].sort());
    expect(uuids(events)).toContain(late[0]);
    expect(published.every((time) => time < ago(hour))).toBe(true);
    expect(new Set(uuids(events)).size).toBe(events.length);
  });

  it('stays exact when an event arrives in the middle of the pages', async () => {
    const range = { since: ago(6 * 24 * hour), until: ago(0), limit: '10' };
    for (const sortOrder of ['ASCENDING', 'DESCENDING']) {
      const whole = (await logs({ ...range, sortOrder, limit: '1000' })).body;
      const first = await logs({ ...range, sortOrder });
      await add({ published: ago(5.5 * 24 * hour) }, { published: ago(1000) });
      const rest = (await allPages(client, first.next as string)).flat();
      const seen = [...uuids(first.body), ...uuids(rest)];
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(expect.arrayContaining(uuids(whole)));
    }
  });

  it('can go backwards', async () => {
    const forward = (await logs({ since: ago(24 * hour * 6), until: ago(0), limit: '1000' })).body;
    const path = `/api/v1/logs${query({ since: ago(24 * hour * 6), until: ago(0), sortOrder: 'DESCENDING', limit: '10' })}`;
    expect((await allPages(client, path)).flat()).toEqual(forward.reverse());
    const [newest] = await add({ eventType: 'user.session.end' });
    expect((await logs({ sortOrder: 'DESCENDING', limit: '1' })).body[0].uuid).toBe(newest);
  });
});

describe('filter and q', () => {
  it.each([
    [
      'eventType eq "user.session.start" and outcome.result eq "FAILURE"',
      (e: Event) => e.outcome.result === 'FAILURE',
    ],
    ['client.ipAddress eq "203.0.113.9"', (e: Event) => e.client.ipAddress === '203.0.113.9'],
    ['target.type eq "AppInstance"', (e: Event) => e.eventType === 'user.authentication.sso'],
    ['not (eventType sw "user.session")', (e: Event) => e.eventType === 'user.authentication.sso'],
    ['client.geographicalContext.city eq "toronto"', (e: Event) => e.client.ipAddress === '198.51.100.7'],
  ])('%s', async (filter, test) => {
    const all = (await logs({ limit: '1000' })).body;
    const found = (await logs({ limit: '1000', filter })).body;
    expect(found.length).toBeGreaterThan(0);
    expect(uuids(found)).toEqual(uuids(all.filter(test)));
  });

  it('q wants every keyword, in any case', async () => {
    const found = (await logs({ q: 'LOGIN invalid_credentials', limit: '1000' })).body;
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((event: Event) => event.outcome.result === 'FAILURE')).toBe(true);
  });

  it.each([
    ['E0000053', { filter: 'eventType eq' }],
    ['E0000053', { filter: 'published gt "2020-01-01T00:00:00Z"' }],
    ['E0000053', { filter: 'nothing eq "x"' }],
    ['E0000031', { filter: 'debugContext.debugData.requestUri co "/api"' }],
    ['E0000053', { q: Array(11).fill('a').join(' ') }],
    ['E0000053', { q: 'x'.repeat(41) }],
    ['E0000053', { since: 'yesterday' }],
    ['E0000053', { sortOrder: 'asc' }],
    ['E0000001', { limit: '-3' }],
  ])('%s for %j', async (errorCode, parameters) => {
    expect(await logs(parameters as Record<string, string>)).toMatchObject({
      status: 400,
      body: { errorCode },
    });
  });
});

it('keeps events for 90 days', async () => {
  const all = { since: ago(24 * hour * 7), until: new Date(Date.now() + 400 * 24 * hour).toISOString() };
  const before = (await logs({ ...all, limit: '1000' })).body.length;
  expect(before).toBeGreaterThan(40);
  await client.control('POST', '/clock', { advanceMs: 91 * 24 * hour });
  expect((await logs({ ...all, limit: '1000' })).body).toEqual([]);
});

it('fills in what an appended event leaves out', async () => {
  const [uuid] = await add({
    eventType: 'user.lifecycle.create',
    uuid: 'own-uuid',
    actor: { id: 'x', type: 'User' },
  });
  expect(uuid).toBe('own-uuid');
  const [event] = await client.events('user.lifecycle.create');
  expect(event).toMatchObject({
    uuid,
    displayMessage: 'Create Okta user',
    actor: { id: 'x' },
    severity: 'INFO',
    version: '0',
    outcome: { result: 'SUCCESS' },
    debugContext: { debugData: {} },
  });
  expect((await client.control('POST', '/events', { published: 'soon' })).status).toBe(400);
});

it('F1 shows an appended event as odd as it is asked for, and finds it all the same', async () => {
  const odd = { omit: ['uuid', 'published'], show: { target: { id: 'x' }, actor: 'Okta', severity: 7 } };
  const [uuid] = await add({ eventType: 'user.lifecycle.create', outcome: null, ...odd });
  const [event] = await client.events('user.lifecycle.create');
  expect(event).toMatchObject({ eventType: 'user.lifecycle.create', outcome: null, ...odd.show });
  expect(Object.keys(event).filter((name) => ['uuid', 'published', 'omit', 'show'].includes(name))).toEqual(
    [],
  );
  const found = async (filter: string) => (await logs({ since: ago(hour), filter })).body.length;
  expect(await found('target.id eq "x" and actor.id eq "Okta"')).toBe(0);
  expect(await found('target.id eq "x"')).toBe(1);
  expect(uuid).toMatch(/^[0-9a-f-]{36}$/);
  const at = (path: string) => client.control('POST', path, { omit: 'uuid' });
  expect((await at('/events')).status).toBe(400);
});

describe('the store', () => {
  const record = (store: LogStore, published: number) =>
    store.append({ eventType: 'x', fields: {}, published });

  it('tells its listeners of every event until they leave', () => {
    const store = new LogStore(new OrgClock(() => 0));
    const heard: number[] = [];
    const leave = store.onEvent((event) => heard.push(event.published));
    record(store, 1);
    record(store, 2);
    leave();
    record(store, 3);
    expect(heard).toEqual([1, 2]);
  });

  it('orders very many events among those it has', () => {
    const store = new LogStore(new OrgClock(() => 1000));
    for (const published of [5, 1, 9]) record(store, published);
    store.appendAll([7, 2, 9, 1].map((published) => ({ eventType: 'x', fields: {}, published })));
    store.appendAll([]);
    store.appendAll([{ eventType: 'x', fields: {}, published: 12 }]);
    const found = [...store.publishedBetween(0, 100, false)].map(([, place]) => place);
    expect(found).toEqual([
      [1, 1],
      [1, 6],
      [2, 4],
      [5, 0],
      [7, 3],
      [9, 2],
      [9, 5],
      [12, 7],
    ]);
  });

  it('never goes back in time', () => {
    let now = 1000;
    const store = new LogStore(new OrgClock(() => now));
    record(store, 1);
    now = 500;
    expect(store.append({ eventType: 'x', fields: {} })).toMatchObject({ published: 500, persisted: 1000 });
  });

  it('takes a million events and finds its way in them', () => {
    const store = new LogStore(new OrgClock(() => 5_000_000));
    for (let i = 0; i < 1_000_000; i++) record(store, i);
    const begun = performance.now();
    const [first] = store.publishedBetween(500_000, 600_000, false);
    expect(first?.[0].published).toBe(500_000);
    expect([...store.persistedFrom(999_999)]).toHaveLength(1);
    expect(performance.now() - begun).toBeLessThan(100);
  });
});

interface Event {
  eventType: string;
  outcome: { result: string };
  client: { ipAddress: string };
}
