import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { control as controlOf, errorOf, run } from './command.ts';

let sandbox: Sandbox;
let env: Record<string, string>;

const control = controlOf(() => sandbox);

const asked = async (): Promise<{ method: string; path: string; status: number }[]> => {
  const answer = (await (await fetch(`${sandbox.orgUrl}/__sandbox__/requests`)).json()) as unknown;
  return Array.isArray(answer) ? answer : (answer as { requests: never[] }).requests;
};

const act = (action: string, input: unknown, ...args: string[]) =>
  run(['run', action, '--input', '-', '--yes', ...args], env, JSON.stringify(input));

const profile = (name: string) => ({
  profile: { login: `${name}@acme.test`, email: `${name}@acme.test`, firstName: name, lastName: 'Fault' },
});

beforeAll(async () => {
  sandbox = await startSandbox();
  env = { OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken };
});
afterEach(async () => {
  await control('faults', undefined, 'DELETE');
  await control('requests', undefined, 'DELETE');
});
afterAll(() => sandbox.close());

describe('bad input is refused before anything is sent', () => {
  it.each([
    ['a wrong type', 'get_user', { userId: 5 }],
    ['an unknown field', 'get_user', { userId: '00u1', userid: 'x' }],
    ['an empty id', 'get_user', { userId: '' }],
    ['dot segments', 'get_user', { userId: '../groups' }],
    ['two dots', 'suspend_user', { userId: '..' }],
    ['a query in a path', 'call_api', { path: '/api/v1/users?limit=1' }],
    ['encoded dots in a path', 'call_api', { path: '/api/v1/%2e%2e/users' }],
    ['another host in a path', 'call_api', { path: '//evil.example/api' }],
    ['an authorization header', 'call_api', { path: '/api/v1/users', headers: { Authorization: 'x' } }],
    [
      'a 5 MB string',
      'create_user',
      { ...profile('big'), credentials: { recovery_question: { question: 'q', answer: 'x'.repeat(5e6) } } },
    ],
    ['a 5 MB attribute', 'update_user', { userId: '00u1', profile: { department: 'x'.repeat(5e6) } }],
    ['a 5 MB search', 'search_users', { search: 'x'.repeat(5e6) }],
    ['nextLogin without a password', 'create_user', { ...profile('nl'), nextLogin: 'changePassword' }],
    [
      'an attribute that the org does not have',
      'create_user',
      { profile: { ...profile('x').profile, nope: 1 } },
    ],
    ['an address that is none', 'list_logons_by_ip', { ipAddress: '300.1.1.1' }],
  ])('%s', async (_, action, input) => {
    const ended = await act(action, input);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toBe('');
    expect(errorOf(ended)).toMatchObject({ name: 'InputError', code: 'invalid_input' });
    expect(ended.stderr.length).toBeLessThan(3_000);
    const requests = (await asked()).filter(({ path }) => !path.includes('/meta/'));
    expect(requests).toEqual([]);
  });

  it('quotes and backslashes in a value stay a value', async () => {
    const ended = await act('search_users', {
      conditions: [{ attribute: 'profile.lastName', operator: 'eq', value: '" or status eq "ACTIVE' }],
    });
    expect(JSON.parse(ended.stdout)).toEqual([]);
  });

  it('text that is no JSON, a missing file, wrong usage', async () => {
    const garbled = await run(['run', 'get_user', '--input', '{"userId": "secret-thing'], env);
    expect(errorOf(garbled).message).toContain('not valid JSON');
    expect(garbled.stderr).not.toContain('secret-thing');
    expect((await run(['run', 'get_user', '--input', '@/nowhere.json'], env)).code).toBe(2);
    expect((await run(['run'], env)).code).toBe(2);
    expect((await run(['run', 'no_such_action'], env)).code).toBe(2);
    expect((await run(['run', 'get_user', '--no-such-flag'], env)).code).toBe(2);
    expect((await run(['--help'])).code).toBe(0);
  });
});

describe('a connection that cannot work says so', () => {
  it.each([
    ['no connection at all', {}, 'invalid_connection'],
    [
      'plain http to another machine',
      { OKTA_CLIENT_ORGURL: 'http://acme.okta.com', OKTA_CLIENT_TOKEN: 't' },
      'invalid_connection',
    ],
    [
      'a typing mistake',
      { OKTA_CLIENT_ORGURL: 'https://acme.otka.com', OKTA_CLIENT_TOKEN: 't' },
      'invalid_connection',
    ],
    [
      'an org that does not exist',
      { OKTA_CLIENT_ORGURL: 'https://acme.invalid', OKTA_CLIENT_TOKEN: 't' },
      'network_error',
    ],
  ])('%s', async (_, environment, code) => {
    const ended = await run(
      ['run', 'get_user', '--input', '{"userId":"me"}'],
      environment as Record<string, string>,
    );
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({ code, hint: expect.any(String) });
  });

  it('a wrong token', async () => {
    const ended = await run(['check'], { ...env, OKTA_CLIENT_TOKEN: 'wrong-token-value' });
    expect(ended.code).toBe(1);
    expect(errorOf(ended).code).toBe('authentication_failed');
    expect(JSON.parse(ended.stdout).actions.every((one: { can: boolean }) => !one.can)).toBe(true);
    expect(ended.stdout + ended.stderr).not.toContain('wrong-token-value');
  });

  it('a host that is no Okta org gets no credential', async () => {
    const heard: unknown[] = [];
    const other = createServer((request, response) => {
      heard.push(request.headers.authorization);
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Welcome</h1>');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const ended = await run(['check'], { ...env, OKTA_CLIENT_ORGURL: `http://127.0.0.1:${port}` });
    other.close();
    expect(errorOf(ended)).toMatchObject({
      code: 'invalid_connection',
      message: expect.stringContaining('not like an Okta org'),
    });
    expect(heard).toEqual([undefined]);
  });

  it('a missing scope is named', async () => {
    const { clientId, privateKey, keyId } = sandbox.serviceApp;
    const service = {
      OKTA_CLIENT_ORGURL: sandbox.orgUrl,
      OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey',
      OKTA_CLIENT_CLIENTID: clientId,
      OKTA_CLIENT_PRIVATEKEY: privateKey,
      OKTA_CLIENT_KEYID: keyId,
      OKTA_CLIENT_SCOPES: 'okta.users.read',
    };
    const ended = await run(['run', 'find_groups_by_name', '--input', '{"name":"Sales"}'], service);
    expect(errorOf(ended)).toMatchObject({
      code: 'insufficient_scope',
      message: expect.stringContaining('okta.groups.read'),
    });
    const report = JSON.parse((await run(['check'], service)).stdout);
    expect(report.actions.find((one: { key: string }) => one.key === 'find_groups_by_name')).toEqual({
      key: 'find_groups_by_name',
      can: false,
      reason: 'scope okta.groups.read is not granted',
    });
    expect(report.actions.find((one: { key: string }) => one.key === 'get_user').can).toBe(true);
  });

  it('a role that only reads', async () => {
    await control('settings', { role: 'READ_ONLY_ADMIN' }, 'PUT');
    const ended = await act('create_user', profile('role'));
    await control('settings', { role: 'SUPER_ADMIN' }, 'PUT');
    expect(errorOf(ended)).toMatchObject({
      code: 'permission_denied',
      actor: 'admin',
      status: 403,
      oktaCode: 'E0000006',
    });
  });
});

describe('faults on the way', () => {
  const fault = (fault: object, more: object = {}) =>
    control('faults', { path: '/api/v1/users', ...more, fault });
  const sent = async (method: string) =>
    (await asked()).filter((one) => one.method === method && one.path.startsWith('/api/v1/users')).length;

  it.each([
    ['HTML instead of JSON', { kind: 'html', status: 200 }, 'unexpected_response'],
    [
      'a redirect to another host',
      { kind: 'redirect', location: 'https://evil.example/' },
      'redirect_refused',
    ],
    [
      'a next link to another host',
      { kind: 'next_link', link: 'https://evil.example/api/v1/users?after=1' },
      'next_link_refused',
    ],
    ['a next link to itself', { kind: 'next_link', link: 'self' }, 'next_link_refused'],
  ])('%s ends a list with a typed error', async (_, what, code) => {
    await fault(what, { times: 10 });
    const ended = await act('search_users', {});
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({ code, hint: expect.any(String) });
  });

  it.each([
    ['a reset', { kind: 'reset' }],
    ['a truncated body', { kind: 'truncate' }],
    ['a 503', { kind: 'status', status: 503 }],
    ['a rate limit', { kind: 'rate_limit', resetInSeconds: 1 }],
    ['a concurrency limit', { kind: 'concurrency' }],
  ])('%s is overcome by reading again', async (_, what) => {
    await fault(what, { times: 1 });
    const ended = await act('search_users', { limit: 3 });
    expect(ended.code, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout)).toHaveLength(3);
  });

  it.each([
    ['a reset before the answer', { kind: 'reset' }, 0],
    ['a reset after the work', { kind: 'reset_after' }, 1],
    ['a truncated answer', { kind: 'truncate' }, 1],
    ['a 500', { kind: 'status', status: 500 }, 0],
  ])('%s to a creation is not repeated', async (name, what, created) => {
    const login = name.replaceAll(' ', '-');
    await fault(what, { method: 'POST', times: 1 });
    const ended = await act('create_user', profile(login));
    expect(errorOf(ended)).toMatchObject({ code: 'outcome_unknown', retryable: false });
    expect(await sent('POST')).toBe(1);
    const there = await act('search_users', { search: `profile.login eq "${login}@acme.test"` });
    expect(JSON.parse(there.stdout)).toHaveLength(created);
  });

  it('a rate limit on a creation is waited for, and it happens once', async () => {
    await fault({ kind: 'rate_limit', resetInSeconds: 1 }, { method: 'POST', times: 1 });
    const ended = await act('create_user', profile('limited'));
    expect(ended.code, ended.stderr).toBe(0);
    expect(await sent('POST')).toBe(2);
  });

  it('a rate limit beyond the cap is handed to the caller', async () => {
    await fault({ kind: 'rate_limit', resetInSeconds: 600 }, { times: 5 });
    const error = errorOf(await act('search_users', { limit: 1 }));
    expect(error).toMatchObject({ code: 'rate_limited', retryable: true });
    expect(error.retryAfterMs).toBeGreaterThan(500_000);
    expect(await sent('GET')).toBe(1);
  });

  it.each([
    ['drips', { kind: 'slow', bytesPerSecond: 5 }],
    ['hangs', { kind: 'hang' }],
  ])('a server that %s does not hold the caller', async (_, what) => {
    await fault(what, { times: 10 });
    const started = Date.now();
    const ended = await act('search_users', { limit: 3 }, '--timeout', '0.5');
    expect(errorOf(ended)).toMatchObject({ code: 'timeout', retryable: true });
    expect(Date.now() - started).toBeLessThan(8_000);
  });

  it('a suspension whose answer was lost is repeated, and is one change', async () => {
    const { id } = JSON.parse(
      (
        await act('create_user', {
          ...profile('lost'),
          credentials: { password: { value: 'Temp-83x!Quartz' } },
        })
      ).stdout,
    );
    await fault({ kind: 'reset_after' }, { method: 'POST', times: 1 });
    const ended = await act('suspend_user', { userId: id });
    expect(JSON.parse(ended.stdout)).toMatchObject({ status: 'SUSPENDED' });
  });

  it('the request log has no secrets and no personal data', async () => {
    const ended = await act('get_user', { userId: sandbox.admin.login }, '--log', '-');
    const line = JSON.parse(ended.stderr.trim());
    expect(line).toMatchObject({
      method: 'GET',
      pathTemplate: '/api/v1/users/{userId}',
      status: 200,
      bucket: '/api/v1/users/{id}',
    });
    expect(line).toMatchObject({
      requestId: expect.any(String),
      durationMs: expect.any(Number),
      remaining: expect.any(Number),
    });
    expect(ended.stderr).not.toContain(sandbox.admin.login.split('@')[0]);
    expect(ended.stderr).not.toContain(sandbox.apiToken);
  });
});
