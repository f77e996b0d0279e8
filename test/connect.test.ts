import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../src/client.ts';
import { connect } from '../src/connect.ts';
import type { TransportRequest, TransportResponse } from '../src/http/types.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/index.ts';
import { memoryStateStore } from '../src/state/store.ts';
import type { PollOptions } from '../src/triggers/follow.ts';

let sandbox: Sandbox;
let client: Client;

const control = (path: string, method: string, body?: unknown) =>
  fetch(`${sandbox.orgUrl}/__sandbox__/${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });

const service = (scopes: string[]) =>
  connect({ orgUrl: sandbox.orgUrl, auth: { type: 'client_credentials', ...sandbox.serviceApp, scopes } });

beforeAll(async () => {
  sandbox = await startSandbox();
  client = connect({ orgUrl: sandbox.orgUrl, auth: { type: 'api_token', token: sandbox.apiToken } });
});
afterAll(async () => {
  client.close();
  await sandbox.close();
});

describe('options that would wait for ever, or keep to no limit, are refused', () => {
  it.each([
    [{ concurrency: 0 }, 'concurrency'],
    [{ concurrency: Number.NaN }, 'concurrency'],
    [{ rateLimitShare: 0 }, 'rateLimitShare'],
    [{ rateLimitShare: 80 }, 'rateLimitShare'],
    [{ maxRetries: -1 }, 'maxRetries'],
    [{ maxRetries: Number.NaN }, 'maxRetries'],
    [{ maxWaitMs: Number.NaN }, 'maxWaitMs'],
    [{ attemptTimeoutMs: 0 }, 'attemptTimeoutMs'],
    [{ attemptTimeoutMs: Number.NaN }, 'attemptTimeoutMs'],
    [{ deadlineMs: Number.NaN }, 'deadlineMs'],
    [{ budget: '' }, 'budget'],
  ])('%j', (options, name) => {
    const connection = { orgUrl: sandbox.orgUrl, auth: { type: 'api_token', token: 'x' } } as const;
    expect(() => connect(connection, options)).toThrow(name);
  });

  it('of a bulk run too', async () => {
    const rows = client.bulk('get_user', [{ userId: 'me' }], { concurrency: 0 });
    await expect(rows.next()).rejects.toThrow('concurrency');
  });

  it('of following a trigger too: NaN would poll a thousand times a second', () => {
    const state = memoryStateStore();
    for (const interval of [Number.NaN, 0, -5]) {
      expect(() => client.follow('user_created', {}, { state, interval })).toThrow('interval');
    }
  });

  it('and a trigger without a state says what it lacks, in JavaScript', () => {
    const lacking = client as unknown as { poll(...args: unknown[]): unknown; follow: typeof client.poll };
    expect(() => lacking.poll('user_created', {})).toThrow('state must be');
    expect(() => lacking.follow('user_created', {}, {} as PollOptions)).toThrow('state must be');
  });
});

describe('drop-downs', () => {
  it.each(['users', 'groups', 'apps'])(
    '%s: pages hold every entry once, and the last has no cursor',
    async (key) => {
      for (let at = 0; at < 60; at++) {
        if (key === 'groups')
          await client.run('call_api', {
            method: 'POST',
            path: '/api/v1/groups',
            body: { profile: { name: `Team ${at}` } },
          });
      }
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await client.options(key, { cursor });
        seen.push(...page.items.map((item) => item.value));
        for (const item of page.items) expect(item.label).toMatch(/\S/);
        cursor = page.cursor;
      } while (cursor);
      expect(seen.length).toBeGreaterThan(key === 'groups' ? 60 : 2);
      expect(new Set(seen).size).toBe(seen.length);
    },
  );

  it('search in what they show', async () => {
    const groups = await client.options('groups', { search: 'engin' });
    expect(groups.items.map((item) => item.label)).toEqual(['Engineering']);
    const users = await client.options('users', { search: 'Alex' });
    expect(users.items[0]?.label).toContain(sandbox.admin.login);
  });

  it('refuse a cursor of another list, and an unknown list', async () => {
    await expect(client.options('users', { cursor: '/api/v1/groups?after=1' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await expect(client.options('users', { cursor: 'https://evil.example/' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await expect(client.options('nothing')).rejects.toMatchObject({ code: 'unknown_operation' });
  });
});

describe('profile fields', () => {
  it('have type, choices and flags of the org', async () => {
    const fields = await client.fields();
    const of = (name: string) => fields?.find((field) => field.name === name);
    expect(of('login')).toMatchObject({ type: 'string', required: true, custom: false });
    expect(of('shirtSize')).toMatchObject({
      custom: true,
      choices: expect.arrayContaining([{ value: 'S', label: 'Small' }]),
    });
    expect(of('skills')).toMatchObject({ type: 'array', itemType: 'string' });
    expect(of('badgeId')).toMatchObject({ unique: true });
    expect(of('payrollId')).toMatchObject({ readOnly: true });
  });

  it('check a profile before it is sent', async () => {
    const login = 'checked@acme.test';
    const profile = {
      login,
      email: login,
      firstName: 'C',
      lastName: 'D',
      shirtSize: 'XXXL',
      deskNumber: 'four',
      payrollId: 'x',
      shirtsize: 'S',
    };
    await expect(client.run('create_user', { profile })).rejects.toMatchObject({
      code: 'invalid_input',
      causes: expect.arrayContaining([
        'profile.payrollId: is read-only',
        'profile.shirtsize: is not an attribute of this org; did you mean shirtSize?',
        expect.stringContaining('profile.shirtSize: must be one of S, M'),
        expect.stringContaining('profile.deskNumber: must be integer'),
      ]),
    });
  });

  it('are free form where the connection may not read them', async () => {
    const narrow = service(['okta.users.manage']);
    expect(await narrow.fields()).toBeUndefined();
    const profile = {
      login: 'free@acme.test',
      email: 'free@acme.test',
      firstName: 'F',
      lastName: 'F',
      nope: 1,
    };
    await expect(narrow.run('create_user', { profile })).rejects.toMatchObject({
      code: 'validation_failed',
      oktaCode: 'E0000001',
    });
  });
});

describe('lists', () => {
  it('read only the pages that are consumed', async () => {
    await control('requests', 'DELETE');
    for await (const _ of client.stream('search_users', {})) break;
    const { requests } = (await (await control('requests', 'GET')).json()) as { requests: unknown[] };
    expect(requests).toHaveLength(1);
  });

  it('refuse to stream what is no list', async () => {
    await expect(client.stream('get_user' as string, { userId: 'me' }).next()).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });

  it('stop when the signal says so', async () => {
    for (let at = 0; at < 3; at++) {
      await client.run('call_api', {
        method: 'POST',
        path: '/api/v1/groups',
        body: { profile: { name: `Stop ${at}` } },
      });
    }
    const stop = new AbortController();
    stop.abort();
    const input = { path: '/api/v1/groups', query: { limit: 1 }, allPages: true };
    await expect(client.run('call_api', input, { signal: stop.signal })).rejects.toBe(stop.signal.reason);
  });

  it('end on the System Log, whose next link never does', async () => {
    const events = (await client.run('call_api', { path: '/api/v1/logs', allPages: true })) as {
      body: { uuid: string }[];
    };
    expect(events.body.length).toBeGreaterThan(10);
    expect(new Set(events.body.map((event) => event.uuid)).size).toBe(events.body.length);
  });
});

describe('logins that a path cannot carry', () => {
  it.each(['sales/ana@acme.test', 'what?@acme.test', 'back\\slash@acme.test', 'semi;colon@acme.test'])(
    '%s',
    async (login) => {
      const profile = { login, email: 'odd@acme.test', firstName: 'Odd', lastName: 'Login' };
      const created = await client.run('create_user', { profile, activate: false });
      expect(await client.run('get_user', { userId: login })).toMatchObject({ id: created.id });
      expect(await client.run('delete_user', { userId: login, mode: 'deactivate_and_delete' })).toMatchObject(
        { deleted: true },
      );
      await expect(client.run('get_user', { userId: login })).rejects.toMatchObject({ code: 'not_found' });
    },
  );
});

describe('a membership that the connection may not read', () => {
  it('is changed all the same', async () => {
    const login = 'narrow@acme.test';
    const created = await client.run('create_user', {
      profile: { login, email: login, firstName: 'N', lastName: 'R' },
      activate: false,
    });
    const groups = await client.run('find_groups_by_name', { name: 'Sales' });
    const input = { userId: created.id, groupId: String(groups[0]?.id) };
    expect(await service(['okta.groups.manage']).run('add_user_to_group', input)).toMatchObject({
      changed: true,
    });
    expect(await client.run('add_user_to_group', input)).toMatchObject({ changed: false });
  });
});

describe('"me"', () => {
  it.each([
    ['suspend_user', {}],
    ['delete_user', { mode: 'deactivate_and_delete' }],
    ['add_user_to_group', { groupId: 'Sales' }],
    ['update_user', { profile: { city: 'Rome' } }],
  ])('%s refuses it, because it is the admin of the connection', async (key, more) => {
    await expect(client.run(key, { userId: 'me', ...more })).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('can be read', async () => {
    expect(await client.run('get_user', { userId: 'me' })).toMatchObject({
      id: sandbox.admin.id,
      status: 'ACTIVE',
    });
  });
});

describe('a change whose first answer was lost', () => {
  const fault = (path: string) =>
    control('faults', 'POST', { method: 'POST', path, times: 1, fault: { kind: 'reset_after' } });
  const newUser = async (login: string, credentials?: object) =>
    (await client.run('create_user', {
      profile: { login, email: login, firstName: 'L', lastName: 'A' },
      credentials,
      activate: credentials !== undefined,
    })) as { id: string };

  it('is a change all the same', async () => {
    const { id } = await newUser('lost@acme.test', { password: { value: 'Temp-83x!Quartz' } });
    await fault('/lifecycle/suspend');
    expect(await client.run('suspend_user', { userId: id })).toMatchObject({
      changed: true,
      status: 'SUSPENDED',
    });
  });

  it('is unknown where its answer held a link', async () => {
    const { id } = await newUser('link@acme.test');
    await fault('/lifecycle/activate');
    await expect(client.run('activate_user', { userId: id, sendEmail: false })).rejects.toMatchObject({
      code: 'outcome_unknown',
    });
  });

  it('never deletes who should only be deactivated', async () => {
    const { id } = await newUser('half@acme.test');
    await control('faults', 'POST', { method: 'DELETE', path: id, times: 1, fault: { kind: 'reset_after' } });
    await expect(
      client.run('call_api', { method: 'DELETE', path: `/api/v1/users/${id}` }),
    ).rejects.toMatchObject({ code: 'outcome_unknown' });
    expect(await client.run('get_user', { userId: id })).toMatchObject({ status: 'DEPROVISIONED' });
  });
});

describe('the connection test', () => {
  it('HALO-1 an org URL and a token or key are enough: tells org, principal, scopes and what can be run', async () => {
    expect(await client.test()).toMatchObject({
      ok: true,
      org: { id: expect.stringMatching(/^00o/), name: expect.any(String), pipeline: 'idx' },
      auth: { type: 'api_token', tokenType: 'SSWS' },
      principal: { type: 'user', login: sandbox.admin.login, roles: ['SUPER_ADMIN'] },
    });
    const report = await service(['okta.groups.read']).test();
    expect(report).toMatchObject({
      ok: true,
      principal: { type: 'service_app', id: sandbox.serviceApp.clientId },
    });
    expect(report.actions.filter((one) => one.can).map((one) => one.key)).toEqual(
      expect.arrayContaining(['find_groups_by_name', 'list_group_members']),
    );
    expect(report.actions.find((one) => one.key === 'create_user')).toMatchObject({
      can: false,
      reason: expect.stringContaining('okta.users.manage'),
    });
  });

  it('HALO-2 HALO-4 tells for each scope what it can read, with the scopes of users and groups alone', async () => {
    expect(await service(['okta.users.read', 'okta.groups.read']).test()).toMatchObject({
      ok: true,
      problems: [],
      reads: [
        { scope: 'okta.users.read', can: true },
        { scope: 'okta.groups.read', can: true },
        { scope: 'okta.apps.read', can: false, reason: 'the scope is not granted' },
        { scope: 'okta.logs.read', can: false, reason: 'the scope is not granted' },
      ],
    });
  });

  it.each([
    ['a role that allows only some lists', '^/api/v1/(apps|logs)', true],
    ['a role that allows none', '^/api/v1/(apps|logs|groups|users$)', false],
  ])('HALO-2 HALO-4 is right about %s', async (_, path, ok) => {
    const body = { errorCode: 'E0000006', errorSummary: 'You do not have permission', errorCauses: [] };
    await control('faults', 'POST', { path, times: 99, fault: { kind: 'status', status: 403, body } });
    const report = await client.test();
    await control('faults', 'DELETE');
    expect(report).toMatchObject({ ok, problems: ok ? [] : [{ code: 'permission_denied', actor: 'admin' }] });
    expect(report.reads.map(({ scope, can }) => [scope, can])).toEqual([
      ['okta.users.read', ok],
      ['okta.groups.read', ok],
      ['okta.apps.read', false],
      ['okta.logs.read', false],
    ]);
    expect(report.reads[2]?.reason).toContain('You do not have permission');
  });

  it.each([
    ['the token is restricted to other zones', '^/api/v1/', { errorCode: 'E0000006', errorSummary: 'No' }],
    ['the address is blocked', '^/api/v1/', ''],
    ['the address is blocked for everything', '', ''],
  ])('HALO-3 tells that %s from a missing role', async (_, path, body) => {
    await control('faults', 'POST', { path, times: 99, fault: { kind: 'status', status: 403, body } });
    const report = await client.test();
    await control('faults', 'DELETE');
    expect(report).toMatchObject({
      ok: false,
      problems: [{ hint: expect.stringContaining('address of this machine') }],
    });
    expect(report.problems).toHaveLength(1);
  });

  it('HALO-4 is right the first time, when Okta is slow to know a new token', async () => {
    await control('faults', 'POST', { path: '^/api/v1/', times: 2, fault: { kind: 'status', status: 503 } });
    const report = await service(['okta.users.read']).test();
    await control('faults', 'DELETE');
    expect(report).toMatchObject({
      ok: true,
      problems: [],
      reads: [{ scope: 'okta.users.read', can: true }, {}, {}, {}],
    });
  });

  it('names scopes that the app was not granted', async () => {
    const report = await service(['okta.users.read', 'okta.captchas.manage']).test();
    expect(report).toMatchObject({
      ok: true,
      scopes: { missing: ['okta.captchas.manage'] },
      problems: [{ code: 'insufficient_scope' }],
    });
  });

  it('knows that a reading role cannot write', async () => {
    await control('settings', 'PUT', { role: 'READ_ONLY_ADMIN' });
    const report = await client.test();
    await control('settings', 'PUT', { role: 'SUPER_ADMIN' });
    expect(report.actions.find((one) => one.key === 'suspend_user')).toMatchObject({
      can: false,
      reason: expect.stringContaining('READ_ONLY_ADMIN'),
    });
    expect(report.actions.find((one) => one.key === 'get_user')?.can).toBe(true);
  });
});

describe('the budget', () => {
  it('is empty before the first call, then shows the buckets that were used', async () => {
    await control('limits', 'PUT', { '/api/v1/logs': 100 });
    const fresh = connect({ orgUrl: sandbox.orgUrl, auth: { type: 'api_token', token: sandbox.apiToken } });
    expect(fresh.budget()).toEqual([]);
    const logs = () => fresh.run('call_api', { method: 'GET', path: '/api/v1/logs' });
    await logs();
    const before = fresh.budget()[0]?.others ?? 0;
    await fetch(`${sandbox.orgUrl}/api/v1/logs`, { headers: { Authorization: `SSWS ${sandbox.apiToken}` } });
    await logs();
    const [budget] = fresh.budget();
    expect(fresh.budget()).toHaveLength(1);
    expect(budget).toMatchObject({ bucket: '/api/v1/logs', limit: 100, used: 2, others: before + 1 });
    expect(budget?.remaining).toBe(100 - 2 - before - 1);
    expect(budget?.resetAt).toBeGreaterThan(Date.now() + 50_000);
    expect(budget?.resetAt).toBeLessThan(Date.now() + 63_000);
    fresh.close();
  });
});

describe('a transport of the host', () => {
  it('puts every request on the wire, with its credential, and its answers and errors are read as any', async () => {
    const sent: TransportRequest[] = [];
    const answers: (TransportResponse | Error)[] = [
      {
        status: 200,
        headers: { 'content-type': 'application/json' },
        text: '{"id":"00u1","status":"ACTIVE"}',
      },
      { status: 404, headers: { 'content-type': ['application/json'] }, text: '{"errorCode":"E0000007"}' },
      Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }),
      { status: 200, headers: { 'content-type': 'application/json' }, text: '{}', encrypted: false },
    ];
    const client = connect(
      { orgUrl: 'https://acme.okta.com', auth: { type: 'api_token', token: 'secret-token' } },
      {
        maxRetries: 0,
        async transport(request) {
          sent.push(request);
          const answer = answers.shift() as TransportResponse;
          if (answer instanceof Error) throw answer;
          return answer;
        },
      },
    );
    const run = () => client.run('get_user', { userId: '00u1abcdefghijklmnop' });
    await expect(run()).resolves.toMatchObject({ id: '00u1' });
    await expect(run()).rejects.toMatchObject({ code: 'not_found' });
    await expect(run()).rejects.toMatchObject({ code: 'network_error', sent: false });
    await expect(run()).rejects.toMatchObject({ message: expect.stringContaining('proxy') });
    expect(sent[0]).toMatchObject({
      method: 'GET',
      url: 'https://acme.okta.com/api/v1/users/00u1abcdefghijklmnop',
      body: undefined,
      headers: { authorization: 'SSWS secret-token', accept: 'application/json' },
    });
    expect(sent).toHaveLength(4);
    client.close();
  });
});
