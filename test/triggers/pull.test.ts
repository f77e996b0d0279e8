import { beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client.ts';
import { isOktaError } from '../../src/errors/errors.ts';
import type { Pulled, PullOptions } from '../../src/triggers/pull.ts';
import { seeded } from '../support/seeded.ts';
import { ALL_CASES } from '../support/share.ts';
import { SP } from '../support/sso.ts';
import { clockOff, ids, jumpClock, useOrg } from './support.ts';

const org = useOrg();
const LOGS = '/api/v1/logs';
const TYPE = 'user.account.update_profile';
const MINUTE = 60_000;
const input = { eventTypes: [TYPE] };

let client: Client;
let told: string[];
beforeEach(() => {
  told = [];
  client = org.connect({ notice: (message) => told.push(message) });
});

const pull = (options: PullOptions = {}, { key = 'new_event', what = input as object, by = client } = {}) =>
  by.pull(key as string, what, options) as Promise<Pulled<{ id: string }>>;
const start = async (...rest: Parameters<typeof pull>) => (await pull(...rest)).cursor;
const generate = async (count: number): Promise<string[]> =>
  (await org.control('POST', '/events', { generate: { count, eventTypes: [TYPE] } })).body.uuids;
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

/** Pulls as long as there is more. */
async function pullAll(cursor: string | undefined, options: PullOptions = {}, ...rest: [{ what?: object }?]) {
  const all: string[] = [];
  let sizes: number[] = [];
  for (let more = true; more; ) {
    const pulled = await pull({ ...options, cursor }, ...rest);
    all.push(...ids(pulled.items as never));
    sizes = [...sizes, pulled.items.length];
    ({ cursor, more } = pulled);
  }
  return { all, sizes, cursor };
}

describe('L pull: the first call', () => {
  it('begins now, with nothing from before', async () => {
    await org.append(2, TYPE);
    const first = await pull();
    expect(first).toEqual({ items: [], cursor: expect.stringMatching(/^[\w-]{50,600}$/), more: false });
    const uuids = await org.append(3, TYPE);
    const second = await pull({ cursor: first.cursor });
    expect(second).toMatchObject({ items: uuids.map((id) => ({ id })), more: false });
    expect((await pull({ cursor: second.cursor })).items).toEqual([]);
  });

  it('begins at since, in pages of any size, each event once', async () => {
    const what = { since: ago(6 * 24 * 60 * MINUTE) };
    const expected = (await org.get(`${LOGS}?limit=1000&since=${what.since}`)).body as { uuid: string }[];
    expect(expected.length).toBeGreaterThan(40);
    const first = await pull({}, { what });
    expect(first).toMatchObject({ items: [], more: true });
    for (const limit of [1_000, 7]) {
      const { all, sizes } = await pullAll(first.cursor, { limit }, { what });
      expect(all).toEqual(expected.map(({ uuid }) => uuid));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
    }
  });

  it('looks up a name once; later calls use its id, whatever it is called then', async () => {
    const { body: group } = await org.post('/api/v1/groups', { profile: { name: 'Pullers' } });
    const more = { key: 'user_added_to_group', what: { group: 'Pullers' } };
    const cursor = await start({}, more);
    await org.put(`/api/v1/groups/${group.id}`, { profile: { name: 'Others' } });
    const [user] = (await org.get('/api/v1/users?limit=1')).body;
    await org.put(`/api/v1/groups/${group.id}/users/${user.id}`);
    await org.control('DELETE', '/requests');
    const { items } = await pull({ cursor }, more);
    expect(items).toMatchObject([{ groupId: group.id, userId: user.id }]);
    expect(await org.asked('/api/v1/groups')).toEqual([]);
    await expect(pull({}, { ...more, what: { group: 'Nobody' } })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('L pull: a limit', () => {
  it('asks Okta for pages of this size, and reads each once', async () => {
    let cursor = await start({ limit: 200 });
    const uuids = await generate(500);
    await org.control('DELETE', '/requests');
    const got = await pullAll(cursor, { limit: 200 });
    expect(got).toMatchObject({ all: uuids, sizes: [200, 200, 100] });
    expect(await org.asked(LOGS)).toHaveLength(3);
    // Another limit later on.
    cursor = got.cursor as string;
    const further = await generate(450);
    expect(await pullAll(cursor, { limit: 130 })).toMatchObject({ all: further });
    expect(await pullAll(cursor, { limit: 1_000 })).toMatchObject({ all: further });
  });

  it.each([0, 1_001, 1.5, Number.NaN, '5'])('of %s is refused', async (limit) => {
    await expect(pull({ limit: limit as number })).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('L pull: a cursor', () => {
  it('delivers the same again when the answer was lost', async () => {
    const cursor = await start();
    const uuids = await generate(25);
    for (let again = 0; again < 3; again += 1) {
      const { items, more } = await pull({ cursor, limit: 10 });
      expect(ids(items as never)).toEqual(uuids.slice(0, 10));
      expect(more).toBe(true);
    }
    expect((await pullAll(cursor, { limit: 10 })).all).toEqual(uuids);
  });

  it('is refused when damaged, and with another trigger, input or org', async () => {
    const cursor = await start();
    const refused = { code: 'invalid_input', message: expect.stringMatching(/^cursor: it /) };
    const changed = cursor.at(40) === 'A' ? 'B' : 'A';
    for (const text of [
      '',
      'abc',
      cursor.slice(0, -1),
      `${cursor}A`,
      ` ${cursor}`,
      `${cursor.slice(0, 40)}${changed}${cursor.slice(41)}`,
      null as never,
      { cursor } as never,
    ]) {
      await expect(pull({ cursor: text })).rejects.toMatchObject(refused);
    }
    await expect(pull({ cursor }, { what: { eventTypes: ['user.session.start'] } })).rejects.toMatchObject(
      refused,
    );
    await expect(pull({ cursor }, { key: 'user_created', what: {} })).rejects.toMatchObject(refused);
    const { connect } = await import('../../src/connect.ts');
    const other = connect({ orgUrl: 'https://other.okta.com', auth: { type: 'api_token', token: 'x' } });
    await expect(pull({ cursor }, { by: other })).rejects.toMatchObject(refused);
    other.close();
  });

  it('survives a new token, and the order of the members of the input', async () => {
    const what = { eventTypes: [TYPE], outcome: 'SUCCESS' };
    const cursor = await start({}, { what });
    expect(await pull({ cursor }, { what: { outcome: 'SUCCESS', eventTypes: [TYPE] } })).toMatchObject({
      items: [],
    });
  });

  it('stays small: it forgets what is older than the overlap of a restart', async () => {
    let cursor = await start();
    await generate(1_000);
    ({ cursor } = await pull({ cursor }));
    expect(cursor.length).toBeLessThan(13_000);
    let offset = 0;
    for (let minutes = 0; minutes < 30; minutes += 3) {
      offset += 3 * MINUTE;
      await org.control('POST', '/clock', { advanceMs: 3 * MINUTE });
      await org.append(10, TYPE);
      const by = org.connect({ clock: clockOff(offset) });
      const pulled = await pull({ cursor }, { by });
      expect(pulled.items).toHaveLength(10);
      cursor = pulled.cursor;
    }
    expect(cursor.length).toBeLessThan(1_500);
  });

  it('that Okta no longer accepts is replaced: aloud, nothing lost, nothing twice', async () => {
    let cursor = await start();
    await org.append(3, TYPE);
    ({ cursor } = await pull({ cursor }));
    const between = await org.append(2, TYPE, { published: ago(5 * MINUTE) });
    await org.fault({ kind: 'status', status: 400, body: { errorCode: 'E0000054' } }, { path: LOGS });
    const { items } = await pull({ cursor });
    expect(ids(items as never)).toEqual(between);
    expect(told.join('\n')).toMatch(/refused the cursor.*\n.*starting again/);
  });
});

describe('L pull: an error', () => {
  it('after some items does not hold them back; the next call meets it', async () => {
    const cursor = await start({}, { key: 'user_created', what: { include: true } });
    const made: string[] = [];
    for (const name of ['One', 'Two', 'Three']) {
      const login = `${name}@pull.test`;
      const profile = { firstName: 'P', lastName: name, login, email: login };
      made.push((await org.post('/api/v1/users?activate=false', { profile })).body.id);
    }
    const fault = { kind: 'status', status: 503 };
    await org.fault(fault, { path: '/api/v1/users/', after: 2, times: 8 });
    const by = org.connect({ clock: jumpClock(), maxRetries: 0 });
    const more = { key: 'user_created', what: { include: true }, by };
    const first = await pull({ cursor }, more);
    expect(first.items.map((item) => (item as never as { userId: string }).userId)).toEqual(made.slice(0, 2));
    expect(first.more).toBe(true);
    await expect(pull({ cursor: first.cursor }, more)).rejects.toMatchObject({ code: 'okta_unavailable' });
    await org.control('DELETE', '/faults');
    const last = await pull({ cursor: first.cursor }, more);
    expect(last).toMatchObject({ items: [{ userId: made[2], user: { id: made[2] } }], more: false });
  });

  it('of a webhook trigger or an unknown one says so', async () => {
    await expect(pull({}, { key: 'new_event_instant', what: input })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await expect(pull({}, { key: 'nothing', what: {} })).rejects.toMatchObject({ code: 'unknown_operation' });
  });

  it('of a signal ends it', async () => {
    await expect(pull({ signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });
});

describe('L pull: sources other than the log', () => {
  it('a schedule delivers each window once, and the same window again for the same cursor', async () => {
    const what = { eventTypes: [TYPE], lastMinutes: 10, settleSeconds: 0 };
    const more = { key: 'search_events', what };
    const first = await pull({}, more);
    expect(first).toMatchObject({ items: [], more: true });
    const one = await pull({ cursor: first.cursor }, more);
    expect(one.items).toHaveLength(1);
    await org.append(2, TYPE);
    // The answer was lost, and time went by.
    expect((await pull({ cursor: first.cursor }, more)).items[0]?.id).toBe(one.items[0]?.id);
    await org.control('POST', '/clock', { advanceMs: MINUTE });
    const by = org.connect({ clock: clockOff(MINUTE) });
    const prepared = await pull({ cursor: one.cursor }, { ...more, by });
    expect(prepared).toMatchObject({ items: [], more: true });
    const two = await pull({ cursor: prepared.cursor }, { ...more, by });
    expect(two.items).toMatchObject([
      { since: (one.items[0] as never as { until: string }).until, count: 2 },
    ]);
  });

  it('a directory journals its changes in the cursor before it delivers them', async () => {
    const more = { key: 'directory_changed', what: {} };
    const first = await pull({}, more);
    expect(first).toMatchObject({ items: [], more: false });
    const profile = (login: string) => ({ firstName: 'D', lastName: 'One', login, email: login });
    await org.post('/api/v1/users', { profile: profile('one@pull.test') });
    const found = await pull({ cursor: first.cursor }, more);
    expect(found).toMatchObject({ items: [], more: true });
    await org.post('/api/v1/users', { profile: profile('two@pull.test') });
    const told = await pull({ cursor: found.cursor }, more);
    expect(told.items).toMatchObject([{ kind: 'user.created', after: { login: 'one@pull.test' } }]);
    expect((await pull({ cursor: found.cursor }, more)).items).toEqual(told.items);
    const rest: string[] = [];
    for (let { cursor, more: again } = told; again; ) {
      const pulled = await pull({ cursor }, more);
      rest.push(...pulled.items.map((item) => (item as never as { after: { login: string } }).after.login));
      ({ cursor, more: again } = pulled);
    }
    expect(rest).toEqual(['two@pull.test']);
  });

  it('credentials that end soon come in parts, each once', async () => {
    for (const label of ['CRM', 'Wiki']) {
      const signOn = {
        ssoAcsUrl: `${SP}/acs`,
        recipient: `${SP}/acs`,
        destination: `${SP}/acs`,
        audience: SP,
      };
      const { body } = await org.post('/api/v1/apps', {
        label,
        signOnMode: 'SAML_2_0',
        settings: { signOn },
      });
      const path = `/api/v1/apps/${body.id}/credentials/keys/generate?validityYears=2`;
      const { kid } = (await org.post(path)).body;
      await org.put(`/api/v1/apps/${body.id}`, { ...body, credentials: { signing: { kid } } });
    }
    const more = { key: 'credential_expiring', what: { days: 1_000, kinds: ['saml_certificate'] } };
    const all: string[] = [];
    const first = await pull({}, more);
    expect(first.items).toEqual([]);
    let { cursor, more: again } = first;
    while (again) {
      const pulled = await pull({ cursor, limit: 1 }, more);
      all.push(...pulled.items.map(({ id }) => id));
      ({ cursor, more: again } = pulled);
    }
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength(2);
    expect((await pull({ cursor }, more)).items).toEqual([]);
  });
});

describe('L pull: nothing is lost, nothing repeated', () => {
  it.each(ALL_CASES ? [1, 2, 3, 4, 5, 6] : [4])('seed %i', { timeout: 60_000 }, async (seed) => {
    const random = seeded(seed);
    const chance = (share: number) => random() < share;
    const below = (count: number) => Math.floor(random() * count);
    let offset = 0;
    const by = org.connect({
      maxRetries: 1,
      clock: { now: () => Date.now() + offset, sleep: async () => {} },
    });
    let cursor = await start({}, { by });
    const expected: string[] = [];
    const got: string[] = [];
    let lost = 0;
    let failed = 0;
    const step = async (limit: number) => {
      const pulled = await pull({ cursor, limit }, { by });
      const had = ids(pulled.items as never);
      expect(had.length).toBeLessThanOrEqual(limit);
      if (chance(0.2)) {
        lost += 1;
        const again = await pull({ cursor, limit }, { by });
        expect(ids(again.items as never).slice(0, had.length)).toEqual(had);
        return true;
      }
      got.push(...had);
      cursor = pulled.cursor;
      return pulled.more;
    };
    for (let round = 0; round < 60; round += 1) {
      if (chance(0.6)) expected.push(...(await org.append(1 + below(12), TYPE)));
      if (chance(0.3))
        expected.push(...(await org.append(1, TYPE, { published: ago(below(20) * MINUTE - offset) })));
      if (chance(0.2))
        expected.push(...(await org.append(1 + below(3), TYPE, { delayMs: below(15) * MINUTE + 1 })));
      if (chance(0.05)) expected.push(...(await generate(150 + below(200))));
      if (chance(0.3)) {
        const advanceMs = below(6) * MINUTE;
        await org.control('POST', '/clock', { advanceMs });
        offset += advanceMs;
      }
      if (chance(0.35)) {
        const faults = [
          { kind: 'status', status: 500 },
          { kind: 'status', status: 503 },
          { kind: 'reset' },
          { kind: 'truncate' },
          { kind: 'rate_limit', resetInSeconds: 2 },
          { kind: 'status', status: 400, body: { errorCode: 'E0000054' } },
        ];
        await org.fault(faults[below(faults.length)] as object, { path: LOGS, times: 1 + below(3) });
      }
      await step(1 + below(chance(0.3) ? 1_000 : 20)).catch((error: unknown) => {
        if (!isOktaError(error)) throw error;
        failed += 1;
      });
    }
    await org.control('DELETE', '/faults');
    await org.control('POST', '/clock', { advanceMs: 16 * MINUTE });
    offset += 16 * MINUTE;
    for (let more = true; more; ) more = await step(500);
    expect(got.toSorted()).toEqual(expected.toSorted());
    expect([lost, failed].every((count) => count > 2)).toBe(true);
  });
});
