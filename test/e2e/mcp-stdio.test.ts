import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { called, environmentOf, main, overStdio, yes } from '../hosts/mcp/support.ts';

// Each test starts processes.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-mcp-'));
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command with lines on stdin, to its end. */
function ran(args: string[], env: Record<string, string>, lines: object[] = [], node: string[] = []) {
  const child = spawn(process.execPath, [...node, main, 'mcp', ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    output.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.err += chunk;
  });
  for (const line of lines) child.stdin.write(`${JSON.stringify(line)}\n`);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, output, ended };
}

const hello = [
  {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } },
  },
  { jsonrpc: '2.0', method: 'notifications/initialized' },
  { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'search_users', arguments: { limit: 1 } } },
];

it('L1 story: a new hire, from the account to the mail of the link, by stdio', async () => {
  const { client, asked, close } = await overStdio(environmentOf(sandbox), [], { answer: yes });
  const login = 'new.hire@acme.test';
  const group = (await called(client, 'create_group', { profile: { name: 'New hires' } })).answer.result.id;
  const user = await called(client, 'create_user', {
    profile: { login, email: login, firstName: 'New', lastName: 'Hire' },
    activate: false,
  });
  const userId = user.answer.result.id;
  expect(
    (await called(client, 'add_user_to_group', { userId, groupId: 'New hires' })).answer.result,
  ).toMatchObject({ changed: true });
  const [app] = (await called(client, 'list_options', { list: 'apps' })).answer.result.items;
  expect((await called(client, 'assign_group_to_app', { appId: app.value, groupId: group })).isError).toBe(
    false,
  );
  expect((await called(client, 'activate_user', { userId, sendEmail: true })).isError).toBe(false);
  const apps = await called(client, 'list_user_apps', { userId, fields: 'appName,label' });
  expect(apps).toMatchObject({ isError: false });
  expect((await called(client, 'get_user', { userId: login })).answer.result.status).toBe('PROVISIONED');
  expect((await called(client, 'delete_user', { userId, mode: 'deactivate_and_delete' })).isError).toBe(
    false,
  );
  expect(asked).toHaveLength(1);
  await close();
});

it('mcp-field 6: stdout has nothing but the protocol, however much is logged', async () => {
  const noisy = join(import.meta.dirname, '../hosts/mcp/noisy.ts');
  const { child, output, ended } = ran(
    ['--verbose', '--log', '-', '--log-personal-data'],
    environmentOf(sandbox),
    hello,
    ['--import', noisy],
  );
  await expect.poll(() => output.out, { timeout: 60_000 }).toContain('"id":2');
  child.stdin.end();
  expect(await ended).toBe(0);
  const lines = output.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ jsonrpc }) => jsonrpc)).toEqual(['2.0', '2.0']);
  expect(output.err).toContain('/api/v1/users');
  expect(output.err).toContain('a line of a library');
});

describe('mcp-field 14: a setting that is missing', () => {
  const key = {
    OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey',
    OKTA_CLIENT_CLIENTID: '0oa1',
    OKTA_CLIENT_SCOPES: 'okta.users.read',
  };
  it.each([
    [{}, 'OKTA_CLIENT_ORGURL'],
    [{ OKTA_CLIENT_ORGURL: 'https://acme.okta.com' }, 'token'],
    [{ OKTA_CLIENT_ORGURL: 'https://acme.okta.com', ...key }, 'privateKey'],
  ])('%o is named at the start, which ends', async (env, name) => {
    const { output, ended } = ran([], env);
    expect(await ended).toBe(1);
    expect(output.err).toContain(name);
    expect(output.out).toBe('');
  });
});

it('mcp-field 15: a service app opens no keyring and keeps no token on the disk', async () => {
  const { clientId, privateKey, keyId } = sandbox.serviceApp as unknown as Record<string, string>;
  const env = {
    OKTA_CLIENT_ORGURL: sandbox.orgUrl,
    OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey',
    OKTA_CLIENT_CLIENTID: clientId ?? '',
    OKTA_CLIENT_KEYID: keyId ?? '',
    OKTA_CLIENT_PRIVATEKEY: typeof privateKey === 'string' ? privateKey : JSON.stringify(privateKey),
    OKTA_CLIENT_SCOPES: 'okta.users.read',
    ...{ HOME: folder, XDG_STATE_HOME: join(folder, 'state'), XDG_CONFIG_HOME: join(folder, 'config') },
  };
  const { child, output, ended } = ran([], env, hello, [
    '--import',
    join(import.meta.dirname, '../hosts/mcp/noisy.ts'),
  ]);
  await expect.poll(() => output.out, { timeout: 60_000 }).toContain('"id":2');
  child.stdin.end();
  await ended;
  expect(output.out).toContain('partial');
  expect(output.err).not.toContain('keyring was opened');
  expect(existsSync(join(folder, 'state'))).toBe(false);
});

it('L1 ends when the client goes, and on a signal', async () => {
  const one = ran([], environmentOf(sandbox), hello);
  await expect.poll(() => one.output.out, { timeout: 60_000 }).toContain('"id":2');
  one.child.kill('SIGTERM');
  expect(await one.ended).toBe(0);
});

it('L1 over HTTP from the command line: a key is made and shown once, settings that do not fit are refused', async () => {
  const { child, output, ended } = ran(['--http', '0', '--toolsets', 'user'], environmentOf(sandbox));
  await expect.poll(() => output.err, { timeout: 60_000 }).toMatch(/MCP at/);
  const [, url = ''] = /MCP at (\S+);/.exec(output.err) ?? [];
  const [, key = ''] = /Bearer (\S+)"/.exec(output.err) ?? [];
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  const ask = (more: object) => fetch(url, { method: 'POST', headers: { ...headers, ...more }, body });
  expect((await ask({})).status).toBe(401);
  const listed = await ask({ authorization: `Bearer ${key}` });
  expect(await listed.text()).toContain('create_user');
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(output.out).toBe('');
  const half = ran(['--http', '0', '--issuer', 'https://acme.okta.com'], environmentOf(sandbox));
  expect(await half.ended).toBe(1);
  expect(half.output.err).toContain('--audience');
});
