import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client.ts';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import { entriesOf, recordsOf } from '../support/state-file.ts';
import { clockOff, ids, jumpClock, take, useOrg } from './support.ts';

const org = useOrg();
const LOGS = '/api/v1/logs';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TYPE = 'user.account.update_profile';
const input = { eventTypes: [TYPE] };
const folder = mkdtempSync(join(tmpdir(), 'okta-connector-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

let state: StateStore;
let client: Client;
let told: string[];
beforeEach(() => {
  // For one connection: its record is under the plain key.
  state = { ...memoryStateStore(), perConnection: true };
  told = [];
  client = org.connect({ progress: (message) => told.push(message) });
});

const poll = (more: { maxPages?: number } = {}, by = client, what: object = input) =>
  take(by.poll('new_event', what, { state, ...more }));
const logRequests = async () => (await org.asked(LOGS)).map(({ query }) => new URLSearchParams(query));
const generate = async (count: number): Promise<string[]> =>
  (await org.control('POST', '/events', { generate: { count, eventTypes: [TYPE] } })).body.uuids;
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

describe('the first run', () => {
  it('begins now and delivers what comes after it', async () => {
    expect(await poll({}, client, {})).toEqual([]);
    const uuids = await org.append(3);
    const items = await poll({}, client, {});
    expect(ids(items)).toEqual(uuids);
    expect(await poll({}, client, {})).toEqual([]);
  });

  it('loses nothing when the local clock is an hour ahead', async () => {
    const fast = org.connect({ clock: clockOff(HOUR) });
    expect(await poll({}, fast)).toEqual([]);
    const uuids = await org.append(2, TYPE);
    expect(ids(await poll({}, fast))).toEqual(uuids);
  });

  it('loses nothing when the local clock is an hour behind', async () => {
    const slow = org.connect({ clock: clockOff(-HOUR) });
    await poll({}, slow);
    const uuids = await org.append(2, TYPE);
    expect(ids(await poll({}, slow))).toEqual(uuids);
  });

  // Regression: the first page was requested from the local clock, and only a fast clock was corrected.
  it('delivers nothing from before it when the local clock is an hour behind', async () => {
    await org.append(2, TYPE);
    await org.control('POST', '/clock', { advanceMs: 10 * 60_000 });
    expect(await poll({}, org.connect({ clock: clockOff(-HOUR) }))).toEqual([]);
  });

  it('begins at a time in the past when asked to, with everything since then once', async () => {
    const all = (await org.get(`${LOGS}?limit=1000&since=${ago(6 * DAY)}`)).body;
    expect(all.length).toBeGreaterThan(40);
    const items = await poll({}, client, { since: ago(6 * DAY) });
    expect(ids(items)).toEqual(all.map((event: { uuid: string }) => event.uuid));
    const [more] = await org.append(1);
    expect(ids(await poll({}, client, { since: ago(6 * DAY) }))).toEqual([more]);
  });

  it('says that what is older than 90 days is gone', async () => {
    await poll({}, client, { since: ago(120 * DAY) });
    expect(told.join()).toMatch(/90 days/);
  });
});

describe('a page', () => {
  it('goes on with the item at which the consumer left in its middle', async () => {
    await poll();
    const uuids = await org.append(5, TYPE);
    const first: string[] = [];
    for await (const item of client.poll('new_event', input, { state })) {
      first.push((item as { id: string }).id);
      if (first.length === 2) break;
    }
    expect(first).toEqual(uuids.slice(0, 2));
    expect(ids(await poll())).toEqual(uuids.slice(1));
    expect(await poll()).toEqual([]);
  });

  it('that was finished never comes again, whatever happens on the next', async () => {
    await poll();
    const uuids = await generate(2_500);
    const first: string[] = [];
    for await (const item of client.poll('new_event', input, { state })) {
      first.push((item as { id: string }).id);
      if (first.length === 1_700) break;
    }
    expect(first).toEqual(uuids.slice(0, 1_700));
    expect(ids(await poll())).toEqual(uuids.slice(1_699));
  });

  it('is delivered while the next one is on its way, also to a consumer that waits for nothing', async () => {
    await poll();
    await generate(1_500);
    const sent: string[] = [];
    const note = (message: unknown) => sent.push((message as { request: { path: string } }).request.path);
    subscribe('undici:client:sendHeaders', note);
    for await (const _ of client.poll('new_event', input, { state })) break;
    unsubscribe('undici:client:sendHeaders', note);
    expect(sent.filter((path) => path.startsWith(LOGS))).toHaveLength(2);
  });

  it('goes on with the item at which the consumer threw', async () => {
    await poll();
    const uuids = await org.append(3, TYPE);
    const failing = async () => {
      for await (const _ of client.poll('new_event', input, { state })) throw new Error('disk full');
    };
    await expect(failing()).rejects.toThrow('disk full');
    expect(ids(await poll())).toEqual(uuids);
  });

  it('that is not full ends the run, one that is full does not', async () => {
    await poll();
    const uuids = await generate(1_000);
    await org.control('DELETE', '/requests');
    expect(ids(await poll())).toEqual(uuids);
    expect(await logRequests()).toHaveLength(2);
    await poll();
    expect(await logRequests()).toHaveLength(3);
  });

  it('follows the next link as Okta wrote it, without since', async () => {
    await poll();
    await org.control('DELETE', '/requests');
    await poll();
    const [request] = await logRequests();
    expect(request?.has('after')).toBe(true);
    expect(request?.has('since')).toBe(false);
    expect(request?.get('filter')).toBe(`eventType eq "${TYPE}"`);
    expect(request?.get('limit')).toBe('1000');
  });

  it('is the last one of a run when maxPages says so; the rest follows', async () => {
    await poll();
    const uuids = await generate(2_200);
    expect(ids(await poll({ maxPages: 1 }))).toEqual(uuids.slice(0, 1_000));
    expect(ids(await poll({ maxPages: 1 }))).toEqual(uuids.slice(1_000, 2_000));
    expect(ids(await poll({ maxPages: 5 }))).toEqual(uuids.slice(2_000));
  });
});

describe('events that are late or out of order', () => {
  it('are delivered in the order in which the log took them up', async () => {
    await poll();
    const uuids = await Promise.all(
      [3 * HOUR, 0, 2 * DAY, 60_000].map((ms) => org.append(1, TYPE, { published: ago(ms) })),
    );
    expect(new Set(ids(await poll()))).toEqual(new Set(uuids.flat()));
    expect(await poll()).toEqual([]);
  });

  it('are delivered once, however late the log takes them up', async () => {
    await poll();
    const [late] = await org.append(1, TYPE, { delayMs: 20 * 60_000 });
    const [early] = await org.append(1, TYPE);
    expect(ids(await poll())).toEqual([early]);
    await org.control('POST', '/clock', { advanceMs: 21 * 60_000 });
    expect(ids(await poll())).toEqual([late]);
    expect(await poll()).toEqual([]);
  });
});

describe('changed conditions', () => {
  it('start anew a little earlier, say so, and deliver nothing twice', async () => {
    await poll({}, client, {});
    const before = await org.append(3, TYPE);
    expect(ids(await poll({}, client, {}))).toEqual(before);
    const after = await org.append(2, TYPE);
    expect(ids(await poll())).toEqual(after);
    expect(told.join()).toMatch(/starting again at \d{4}-.*skipped/);
    told = [];
    expect(await poll()).toEqual([]);
    expect(told).toEqual([]);
  });
});

describe('a refused cursor', () => {
  const refusals: [string, () => Promise<unknown>][] = [
    [
      '400',
      () => org.fault({ kind: 'status', status: 400, body: { errorCode: 'E0000054' } }, { path: LOGS }),
    ],
    [
      '404',
      () => org.fault({ kind: 'status', status: 404, body: { errorCode: 'E0000007' } }, { path: LOGS }),
    ],
    [
      'its age',
      async () => {
        await org.control('PUT', '/settings', { logCursorLifetimeMs: 1_000 });
        await org.control('POST', '/clock', { advanceMs: 2_000 });
      },
    ],
  ];

  it.each(refusals)('by %s is replaced: aloud, nothing twice, nothing lost', async (_, refuse) => {
    await poll();
    const before = await org.append(3, TYPE);
    expect(ids(await poll())).toEqual(before);
    const between = await org.append(2, TYPE, { published: ago(5 * 60_000) });
    await refuse();
    expect(ids(await poll())).toEqual(between);
    expect(told.join('\n')).toMatch(/refused the cursor.*\n.*starting again/);
    const after = await org.append(1, TYPE);
    expect(ids(await poll())).toEqual(after);
  });

  it('that was taken up minutes late by the log is within the overlap', async () => {
    await poll();
    await org.append(1, TYPE);
    expect(await poll()).toHaveLength(1);
    await org.control('POST', '/clock', { advanceMs: 9 * 60_000 });
    await poll();
    const late = await org.append(1, TYPE, { published: ago(0) });
    await org.fault({ kind: 'status', status: 400 }, { path: LOGS });
    expect(ids(await poll())).toEqual(late);
  });

  it('in the middle of a run falls back like at its beginning', async () => {
    await poll();
    const uuids = await generate(2_500);
    await org.fault(
      { kind: 'status', status: 400, body: { errorCode: 'E0000054' } },
      { path: LOGS, after: 1 },
    );
    expect(ids(await poll())).toEqual(uuids);
  });

  it('that is refused again and again loses nothing: a later run falls back', async () => {
    await poll();
    const uuids = await generate(2_500);
    await org.fault(
      { kind: 'status', status: 400, body: { errorCode: 'E0000054' } },
      { path: LOGS, after: 1, times: 2 },
    );
    const got: string[] = [];
    const run = async () => {
      for await (const item of client.poll('new_event', input, { state }))
        got.push((item as { id: string }).id);
    };
    await run().catch(() => {});
    await run().catch(() => {});
    await run();
    expect(got).toEqual(uuids);
  });

  it('other than that is an error of the request, not of the cursor', async () => {
    await poll();
    await org.fault(
      { kind: 'status', status: 403, body: { errorCode: 'E0000006' } },
      { path: LOGS, times: 5 },
    );
    await expect(poll()).rejects.toMatchObject({ code: 'permission_denied' });
    expect(told).toEqual([]);
  });

  it('after 90 days starts at the oldest event there is, and says so', async () => {
    await poll();
    await org.control('POST', '/clock', { advanceMs: 100 * DAY });
    const uuids = await org.append(2, TYPE);
    await org.fault({ kind: 'status', status: 400 }, { path: LOGS });
    const later = org.connect({ clock: clockOff(100 * DAY), progress: (message) => told.push(message) });
    expect(ids(await poll({}, later))).toEqual(uuids);
    expect(told.join()).toMatch(/90 days/);
  });

  // Regression: the watermark followed `published` beyond the current time, so a device with a wrong clock moved it ahead.
  it('loses nothing after an event that claims to be of tomorrow', async () => {
    await poll();
    await org.append(1, TYPE, { published: new Date(Date.now() + DAY).toISOString() });
    await poll();
    const uuids = await org.append(2, TYPE);
    await org.fault({ kind: 'status', status: 400 }, { path: LOGS });
    expect(ids(await poll())).toEqual(uuids);
  });

  async function saveCursor(cursor: string): Promise<void> {
    const key = `new_event@${new URL(org.sandbox.orgUrl).host}`;
    const text = await state.get(key);
    const stored = JSON.parse(text as string);
    stored.value.cursor = cursor;
    await state.compareAndSet(key, text, JSON.stringify(stored));
  }

  it('F1.8 of another path is refused, and nothing is sent', async () => {
    await poll();
    await saveCursor('/api/v1/users/00u1abcdefghijklmnop?after=1');
    await expect(poll()).rejects.toMatchObject({
      code: 'invalid_input',
      message: 'The cursor does not belong to this list',
    });
  });

  it('as text that nobody wrote falls back too', async () => {
    await poll();
    await saveCursor(`${LOGS}?after=garbage&limit=1000`);
    const uuids = await org.append(1, TYPE);
    expect(ids(await poll())).toEqual(uuids);
  });
});

describe('trouble in the middle of a run', () => {
  it.each([
    ['a rate limit', { kind: 'rate_limit', resetInSeconds: 2 }],
    ['a concurrency limit', { kind: 'concurrency' }],
    ['a 503', { kind: 'status', status: 503 }],
    ['a 500', { kind: 'status', status: 500 }],
    ['a reset', { kind: 'reset' }],
    ['a truncated body', { kind: 'truncate' }],
  ])('%s is overcome', async (_, fault) => {
    await poll();
    const uuids = await generate(2_500);
    for (const after of [0, 2]) await org.fault(fault, { path: LOGS, after });
    const patient = org.connect({ clock: jumpClock() });
    expect(ids(await poll({}, patient))).toEqual(uuids);
    expect(await poll()).toEqual([]);
  });

  it('that lasts ends the run; what was finished never comes again, the rest does', async () => {
    await poll();
    const uuids = await generate(2_500);
    await org.fault({ kind: 'status', status: 503 }, { path: LOGS, after: 1, times: 20 });
    const impatient = org.connect({ clock: jumpClock(), maxRetries: 1 });
    const got: string[] = [];
    const run = async () => {
      for await (const item of impatient.poll('new_event', input, { state }))
        got.push((item as { id: string }).id);
    };
    await expect(run()).rejects.toMatchObject({ code: 'okta_unavailable', retryable: true });
    expect(got).toEqual(uuids.slice(0, 1_000));
    await org.control('DELETE', '/faults');
    expect(ids(await poll())).toEqual(uuids.slice(1_000));
  });
});

describe('what a run keeps to itself', () => {
  it('one at a time has the state', async () => {
    await poll();
    await org.append(2, TYPE);
    const first = client.poll('new_event', input, { state });
    await first.next();
    await expect(poll()).rejects.toMatchObject({ code: 'state_locked', retryable: true });
    await first.return();
    expect(await poll()).toHaveLength(2);
  });

  it('triggers of one state do not disturb each other', async () => {
    for (const key of ['new_event', 'user_created', 'user_suspended'])
      await take(client.poll(key, {}, { state }));
    const [created] = await org.append(1, 'user.lifecycle.create');
    const [suspended] = await org.append(1, 'user.lifecycle.suspend');
    expect(ids(await take(client.poll('user_created', {}, { state })))).toEqual([created]);
    expect(ids(await take(client.poll('user_suspended', {}, { state })))).toEqual([suspended]);
    expect(ids(await poll({}, client, {}))).toEqual([created, suspended]);
  });

  it('a file has neither events nor people in it, and is for its owner alone', async () => {
    const file = join(folder, 'state.json');
    await take(client.poll('new_event', { since: ago(6 * DAY) }, { state: file }));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const text = Object.values(entriesOf(file)).join();
    const events = (await org.get(`${LOGS}?limit=1000`)).body as {
      uuid: string;
      actor?: { id?: string; alternateId?: string };
      client?: { ipAddress?: string };
    }[];
    const cursor = decodeURIComponent(/after=([\w%-]+)/.exec(text)?.[1] ?? '');
    const all = `${text} ${Buffer.from(cursor, 'base64url')}`;
    for (const event of events) {
      for (const word of [event.uuid, event.actor?.alternateId, event.actor?.id, event.client?.ipAddress])
        if (word && word !== 'system') expect(all).not.toContain(word);
    }
    expect(text).not.toContain(org.sandbox.apiToken);
    expect(recordsOf(file).map(({ lease }) => lease)).toEqual([undefined]);
  });

  it.each([
    ['no JSON', 'not json'],
    ['half a file', '{"new_event@127.0.0.1": {"te'],
    ['other JSON', '[1, 2, 3]'],
    ['a list of what is no state', '{"a": 1}'],
  ])('%s in the file is a clear error, and stays there', async (name, content) => {
    const file = join(folder, `broken ${name}.json`);
    writeFileSync(file, content);
    const error = await take(client.poll('new_event', {}, { state: file })).catch((reason) => reason);
    expect(error).toMatchObject({
      code: 'invalid_input',
      hint: expect.stringContaining('another state file'),
    });
    expect(error.message).toContain(file);
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  // Regression: only the outer file was parsed with care.
  it('a broken record within a good file is a clear error, too', async () => {
    const file = join(folder, 'inner.json');
    await take(client.poll('new_event', {}, { state: file }));
    const [key = ''] = Object.keys(entriesOf(file));
    const broken = join(folder, 'broken inner.json');
    writeFileSync(broken, JSON.stringify({ [key]: { text: '{oops' } }));
    await expect(take(client.poll('new_event', {}, { state: broken }))).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});

describe('a sample', () => {
  it('is the newest events, newest first, and leaves the state alone', async () => {
    await org.append(3, TYPE);
    const [, , newest] = await org.append(3, TYPE);
    const items = await client.sample('new_event', input);
    expect(items).toHaveLength(3);
    expect(items[0]?.id).toBe(newest);
    expect(await client.sample('new_event', input, { limit: 5 })).toHaveLength(5);
    expect(await client.sample('search_events', input, { limit: 2 })).toMatchObject([
      { count: 2, events: [{}, { id: newest }] },
    ]);
    expect(await state.get(`new_event@${new URL(org.sandbox.orgUrl).host}`)).toBeUndefined();
  });
});

describe('wrong use is refused before anything is sent', () => {
  it.each([
    ['an unknown trigger', 'no_such_event', {}, 'unknown_operation'],
    [
      'a trigger that Okta calls',
      'new_event_instant',
      { eventTypes: ['user.lifecycle.create'] },
      'invalid_input',
    ],
    ['an unknown field', 'new_event', { eventType: 'a.b' }, 'invalid_input'],
    ['a wrong time', 'new_event', { since: 'yesterday' }, 'invalid_input'],
    ['too many keywords', 'new_event', { keyword: 'x '.repeat(11) }, 'invalid_input'],
    ['an event type with a quote', 'new_event', { eventTypes: ['a" or "'] }, 'invalid_input'],
  ])('%s', async (_, key, what, code) => {
    const run = async () => take(client.poll(key, what, { state }));
    await expect(run()).rejects.toMatchObject({ code });
    expect(await org.asked(LOGS)).toEqual([]);
  });
});
