import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { entriesOf } from '../support/state-file.ts';
import { cli, control as controlOf, errorOf, run, start, startOnTerminal, until } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-command-'));
let sandbox: Sandbox;
let env: Record<string, string>;

const control = controlOf(() => sandbox);

/** A connection file for a sign-in at the native app. */
function signInFile(name: string, more: object = {}): string[] {
  const auth = {
    type: 'authorization_code',
    clientId: sandbox.nativeApp.clientId,
    scopes: ['okta.users.read'],
    redirectUri: sandbox.nativeApp.redirectUris[0],
    ...more,
  };
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify({ orgUrl: sandbox.orgUrl, auth }));
  return ['--connection', file, '--tokens', join(folder, `${name}-tokens.json`)];
}

beforeAll(async () => {
  sandbox = await startSandbox();
  env = { OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken };
});
afterEach(() => control('faults', undefined, 'DELETE'));
afterAll(() => sandbox.close());

describe('wrong usage ends with 2 and says what is wrong', () => {
  const getMe = ['run', 'get_user', '--input', '{"userId":"me"}'];
  const poll = ['poll', 'new_event', '--state', join(folder, 'state.json')];
  it.each([
    ['--timeout', [...getMe, '--timeout', 'soon']],
    ['--timeout', [...getMe, '--timeout', '0']],
    ['--interval', [...poll, '--interval', 'often']],
    ['--cron', [...poll, '--cron', 'every day']],
    ['--max-pages', [...poll, '--max-pages', 'all']],
    ['--state', ['poll', 'new_event']],
    ['--port', ['sandbox', '--port', 'abc']],
    ['--port', ['sandbox', '--port', '70000']],
    ['not valid JSON', ['run', 'get_user', '--input', 'me']],
    ['cannot be read', ['run', 'get_user', '--input', '@/nowhere.json']],
    ['not return a list', [...getMe, '--ndjson']],
  ])('%s: %j', async (text, args) => {
    const ended = await run(args, env);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(errorOf(ended)).toMatchObject({ code: 'invalid_input', message: expect.stringContaining(text) });
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('but an input that does not fit the action ends with 1, and so does a wrong connection file', async () => {
    expect((await run(['run', 'get_user', '--input', '{}'], env)).code).toBe(1);
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{"orgUrl":');
    const ended = await run([...getMe, '--connection', broken]);
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({ code: 'invalid_connection' });
  });
});

describe('the sandbox says why it does not start', () => {
  it('a port that is taken', async () => {
    const ended = await run(['sandbox', '--port', new URL(sandbox.orgUrl).port]);
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('EADDRINUSE'),
      hint: expect.stringContaining('port'),
    });
  });

  it.each([
    ['a seed that is not there', undefined, 'ENOENT'],
    ['a seed that is no JSON', '{"users": [', 'not JSON'],
    ['a seed with something unknown', '{"people": []}', 'people'],
    ['a seed that does not fit together', '{"users": [{"groups": ["Nobody"]}]}', 'no group Nobody'],
  ])('%s', async (name, text, reason) => {
    const file = join(folder, `${name.replaceAll(' ', '-')}.json`);
    if (text !== undefined) writeFileSync(file, text);
    const ended = await run(['sandbox', '--seed', file]);
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining(reason),
      hint: expect.any(String),
    });
  });
});

describe('output', () => {
  it.skipIf(!existsSync('/dev/full'))('that cannot be written is one error', async () => {
    const args = ['-c', '"$0" "$1" run search_users > /dev/full', process.execPath, cli];
    const child = spawn('sh', args, { env: { PATH: process.env.PATH, ...env } });
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += chunk;
    });
    const [code] = await once(child, 'close');
    expect(text.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(text).error).toMatchObject({
      message: expect.stringContaining('ENOSPC'),
      actor: 'caller',
    });
    expect(code).toBe(1);
  });
});

/** What the sandbox was asked. */
async function asked(): Promise<unknown[]> {
  return ((await (await control('requests', undefined, 'GET')).json()) as { requests: unknown[] }).requests;
}

describe('F1.12 a destructive action where nobody can be asked', () => {
  const leaver = { userId: "o'neil@acme.test", mode: 'deactivate_and_delete' };
  const replaced = {
    userId: 'ana@acme.test',
    profile: { login: 'ana@acme.test' },
    replace: true,
    credentials: {
      password: { value: 's3cr3t-word' },
      recovery_question: { question: 'Car?', answer: "it's" },
    },
  };
  const api = (method: string, path: string, body?: unknown) => ({ method, path, body });

  it.each<[string, string, object]>([
    ['delete_user', 'delete_user', leaver],
    ['delete_user without a mode', 'delete_user', { userId: 'bo@acme.test' }],
    ['deactivate_user', 'deactivate_user', { userId: 'bo@acme.test' }],
    ['update_user with replace', 'update_user', replaced],
    ['DELETE', 'call_api', api('DELETE', '/api/v1/groups/00g1')],
    ['PUT with a body', 'call_api', api('PUT', '/api/v1/groups/00g1', { profile: { name: 'x' } })],
    ['POST deactivate', 'call_api', api('POST', '/api/v1/users/00u1/lifecycle/deactivate')],
  ])('%s: 2, what to type, and no request', async (_, action, input) => {
    await control('requests', undefined, 'DELETE');
    const ended = await run(['run', action, '--input', JSON.stringify(input)], env);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    const { code, message, hint = '' } = errorOf(ended);
    expect(code).toBe('invalid_input');
    expect(message).toBe(
      `${action} removes something that cannot be restored. There is no terminal to confirm it on, so --yes is needed`,
    );
    expect(hint).toMatch(new RegExp(`^If intended: okta-connector run ${action} --input '.*' --yes$`));
    expect(ended.stderr).not.toMatch(/s3cr3t|it's/);
    expect(await asked()).toEqual([]);
  });

  it('what it says to type is what a shell takes', async () => {
    const { hint = '' } = errorOf(await run(['run', 'delete_user', '--input', JSON.stringify(leaver)], env));
    const typed = hint.slice(hint.indexOf('okta-connector ') + 'okta-connector '.length);
    const script = `"$0" "$1" ${typed}`;
    const child = spawn('sh', ['-c', script, process.execPath, cli], {
      env: { PATH: process.env.PATH, ...env },
    });
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += chunk;
    });
    const [code] = await once(child, 'close');
    // It is run, and there is no such user.
    expect([code, JSON.parse(text).error.code]).toEqual([1, 'not_found']);
  });

  it.each<[string, object]>([
    ['update_user', { userId: 'nobody@acme.test', profile: { city: 'Bonn' } }],
    ['call_api', api('GET', '/api/v1/groups/00g1')],
    ['call_api', api('PUT', '/api/v1/groups/00g1/users/00u1')],
    ['remove_user_from_group', { userId: 'nobody@acme.test', groupId: 'Sales' }],
    ['suspend_user', { userId: 'nobody@acme.test' }],
  ])('%s %j takes nothing away and needs no --yes', async (action, input) => {
    const ended = await run(['run', action, '--input', JSON.stringify(input)], env);
    expect([ended.code, errorOf(ended).code]).toEqual([1, 'not_found']);
  });

  it('--yes runs it', async () => {
    const args = ['run', 'delete_user', '--input', '-', '--yes'];
    const ended = await run(args, env, JSON.stringify({ userId: 'nobody@acme.test' }));
    expect([ended.code, errorOf(ended).code]).toEqual([1, 'not_found']);
  });

  it('an input that does not fit is said first', async () => {
    const ended = await run(['run', 'delete_user', '--input', '{"mode":"soon"}'], env);
    expect([ended.code, errorOf(ended).code]).toEqual([1, 'invalid_input']);
  });

  it.skipIf(!existsSync('/usr/bin/script'))('a terminal in a CI job is no place to ask', async () => {
    await control('requests', undefined, 'DELETE');
    const args = `run delete_user --input '{"userId":"00u1"}'`;
    const { closed, text } = startOnTerminal(args, { ...env, CI: 'true' });
    const [code] = await closed;
    expect(code, text()).toBe(2);
    expect(text()).toContain('--yes is needed');
    expect(await asked()).toEqual([]);
  });
});

describe.skipIf(!existsSync('/usr/bin/script'))('the question before a destructive action', () => {
  it.each(['y', 'yes', 'Y', 'YES', ' y '])('F1.12 %s is yes', async (answer) => {
    const { child, closed, text } = startOnTerminal(`run delete_user --input '{"userId":"00u1"}'`, env);
    await until(() => (text().includes('[y/N]') ? true : undefined));
    child.stdin.write(`${answer}\r`);
    expect((await closed)[0]).toBe(1);
    expect(text()).toContain('"code": "not_found"');
  });

  it('F1.12 is asked on the terminal when only stdout is a pipe', async () => {
    const file = join(folder, 'piped.json');
    const args = `run delete_user --input '{"userId":"00u1"}' > ${file}`;
    const { child, closed, text } = startOnTerminal(args, env);
    await until(() => (text().includes('[y/N]') ? true : undefined));
    child.stdin.write('n\r');
    expect((await closed)[0]).toBe(1);
    expect(text()).toContain('"code": "aborted"');
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  it('F1.12 is not asked where the input was typed to its end', async () => {
    const { child, closed, text } = startOnTerminal('run delete_user --input -', env);
    child.stdin.write('{"userId":"00u1"}\r');
    await until(() => (text().includes('00u1') ? true : undefined));
    child.stdin.write('\x04');
    expect((await closed)[0], text()).toBe(2);
    expect(text()).toContain('--yes is needed');
  });

  it.each([
    ['stderr goes elsewhere', `2> ${join(folder, 'asked.err')}`],
    ['stdin goes elsewhere', '< /dev/null'],
  ])('F1.12 is not asked where %s', async (_, redirection) => {
    const args = `run delete_user --input '{"userId":"00u1"}' ${redirection}`;
    const { closed, text } = startOnTerminal(args, env);
    expect((await closed)[0], text()).toBe(2);
  });

  it.each([
    ['anything else', 'yess\r'],
    ['sure', 'sure\r'],
    ['an empty line', '\r'],
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
    ['n', 'n\r'],
  ])('%s ends it as aborted, and nothing is sent', async (_, keys) => {
    await control('requests', undefined, 'DELETE');
    const args = `run delete_user --input '{"userId":"00u1","mode":"deactivate_and_delete"}'`;
    const { child, closed, text } = startOnTerminal(args, env);
    await until(() => (text().includes('[y/N]') ? true : undefined));
    child.stdin.write(keys);
    const [code] = await closed;
    expect(text()).toContain('"code": "aborted"');
    expect(code).toBe(1);
    expect(await asked()).toEqual([]);
  });
});

it('a time-out below a millisecond is one millisecond', async () => {
  await control('faults', { path: '/api/v1/users', times: 10, fault: { kind: 'hang' } });
  const ended = await run(['run', 'get_user', '--input', '{"userId":"me"}', '--timeout', '0.0001'], env);
  expect(errorOf(ended)).toMatchObject({ code: 'timeout' });
});

it('--rate-limit-share: no more is used, and a bulk run tells how long that takes', async () => {
  await control('reset');
  await control('limits', { '/api/v1/users/{id:.+}': 10 }, 'PUT');
  const [input, results] = [join(folder, 'share.ndjson'), join(folder, 'share.results')];
  writeFileSync(input, `{"userId":"${sandbox.admin.id}"}\n`.repeat(20));
  const args = ['bulk', 'get_user', '--input', input, '--results', results, '--rate-limit-share'];
  expect(await run([...args, '80'], env)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('at most 1'),
  });
  const { child, done, output } = start([...args, '0.5'], env);
  await until(() => (output.stderr.includes('left,') ? true : undefined), 20_000);
  // Three windows of five rows each, the first of them behind what is left of this one.
  expect(output.stderr).toMatch(/5 of 20 rows, .*, 3 min left/);
  child.kill('SIGKILL');
  await done;
  await control('reset');
}, 30_000);

describe('--budget', () => {
  it.each(['the flag', 'OKTA_CONNECTOR_BUDGET'])('%s: commands count in one file', async (way) => {
    await control('reset');
    const file = join(folder, `budget-${way.length}.json`);
    const flags = way === 'the flag' ? ['--budget', file] : [];
    const more = way === 'the flag' ? env : { ...env, OKTA_CONNECTOR_BUDGET: file };
    const command = () => run(['run', 'get_user', '--input', '{"userId":"me"}', ...flags], more);
    const taken = () => {
      const [key, text] = Object.entries(entriesOf(file))[0]!;
      const { host } = new URL(sandbox.orgUrl);
      expect(key).toMatch(new RegExp(`^budget /api/v1/users/me@${host} [\\w-]{12}$`));
      return JSON.parse(text).taken as number;
    };
    expect(await command()).toMatchObject({ code: 0, stderr: '' });
    expect(taken()).toBe(1);
    expect(await command()).toMatchObject({ code: 0, stderr: '' });
    expect(taken()).toBe(2);
  });
});

describe('login', () => {
  it('HALO-1 works with the redirect URI that the sandbox prints', async () => {
    expect(sandbox.webApp.redirectUris[0]).toBe('http://127.0.0.1:8484/callback');
    expect(sandbox.nativeApp.redirectUris[0]).toBe('http://127.0.0.1:8484/callback');
    const login = start(['login', '--no-open', ...signInFile('printed')]);
    const url = await until(() => /https?:\/\/\S+\/authorize\S+/.exec(login.output.stderr)?.[0]);
    const page = await fetch(url);
    expect(await page.text()).toContain('Done');
    expect((await login.done).code).toBe(0);
  });

  it('waits on when the answer belongs to another sign-in', async () => {
    const login = start([
      'login',
      '--no-open',
      ...signInFile('state', { redirectUri: 'http://127.0.0.1:18487/callback' }),
    ]);
    const url = await until(() => /https?:\/\/\S+\/authorize\S+/.exec(login.output.stderr)?.[0]);
    for (const query of ['code=x&state=<b>other</b>', 'error=access_denied&state=other', 'code=x']) {
      const page = await fetch(`http://127.0.0.1:18487/callback?${query}`);
      expect(page.status).toBe(400);
      const text = await page.text();
      expect(text).toContain('another sign-in');
      expect(text).not.toContain('other</b>');
    }
    expect((await fetch(url)).status).toBe(200);
    expect((await login.done).code).toBe(0);
  });

  it('shows on the page that Okta refused', async () => {
    const login = start([
      'login',
      '--no-open',
      ...signInFile('refused', { redirectUri: 'http://127.0.0.1:18488/callback' }),
    ]);
    const url = await until(() => /https?:\/\/\S+\/authorize\S+/.exec(login.output.stderr)?.[0]);
    const page = await (await fetch(`${url}&login_hint=denied@acme.test`)).text();
    expect(page).toContain('Okta refused the sign-in');
    expect(page).not.toContain('assigned');
    const ended = await login.done;
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({ oktaCode: 'access_denied' });
  });

  it('says that another kind of connection has no sign-in', async () => {
    const ended = await run(['login', '--no-open'], env);
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({
      code: 'invalid_connection',
      hint: expect.stringContaining('authorization_code'),
    });
  });

  it('is named when the stored key of the tokens is broken', async () => {
    const args = signInFile('dpop', { dpop: true, redirectUri: 'http://127.0.0.1:18489/callback' });
    const login = start(['login', '--no-open', ...args]);
    await fetch(await until(() => /https?:\/\/\S+\/authorize\S+/.exec(login.output.stderr)?.[0]));
    expect((await login.done).code).toBe(0);
    const file = args.at(-1) as string;
    const tokens = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...tokens, dpopKey: { ...tokens.dpopKey, d: 'broken' } }));
    const ended = await run(['run', 'get_user', '--input', '{"userId":"me"}', ...args]);
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({
      code: 'invalid_connection',
      hint: expect.stringContaining('login'),
    });
  });
});

describe('fields', () => {
  it('fail for a wrong token, a wrong type and without a connection', async () => {
    const wrong = await run(['fields'], { ...env, OKTA_CLIENT_TOKEN: 'wrong-token-value' });
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(errorOf(wrong).code).toBe('authentication_failed');
    const unknown = await run(['fields', '--type', 'oty0nothing'], env);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(errorOf(unknown).code).toBe('not_found');
    const nowhere = await run(['fields'], { ...env, OKTA_CLIENT_ORGURL: 'http://127.0.0.1:9' });
    expect(nowhere).toMatchObject({ code: 1, stdout: '' });
    expect(errorOf(nowhere).code).toBe('network_error');
  });

  it('are empty where a scope is missing', async () => {
    const { clientId, privateKey, keyId } = sandbox.serviceApp;
    const ended = await run(['fields'], {
      OKTA_CLIENT_ORGURL: sandbox.orgUrl,
      OKTA_CLIENT_CLIENTID: clientId,
      OKTA_CLIENT_PRIVATEKEY: privateKey,
      OKTA_CLIENT_KEYID: keyId,
      OKTA_CLIENT_SCOPES: 'okta.users.read',
    });
    expect(ended).toMatchObject({ code: 0, stdout: '[]\n' });
    expect(ended.stderr).toContain('okta.schemas.read');
  });
});

describe('check', () => {
  it('hands a fault that passes on as it is', async () => {
    await control('faults', {
      path: 'okta-organization',
      times: 10,
      fault: { kind: 'rate_limit', resetInSeconds: 600 },
    });
    const ended = await run(['check'], env);
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({
      code: 'rate_limited',
      actor: 'okta',
      retryable: true,
      retryAfterMs: expect.any(Number),
    });
    expect(JSON.parse(ended.stdout).problems).toMatchObject([
      { code: 'rate_limited', actor: 'okta', retryable: true },
    ]);
  });

  it('names who must mend a wrong token', async () => {
    const ended = await run(['check'], { ...env, OKTA_CLIENT_TOKEN: 'wrong-token-value' });
    expect(errorOf(ended)).toMatchObject({ code: 'authentication_failed', actor: 'admin', retryable: false });
  });
});

it('nothing of plain http on this machine goes through a proxy', async () => {
  const seen: string[] = [];
  const proxy = createServer((request, response) => {
    seen.push(request.url ?? '');
    response.writeHead(502).end();
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const ended = await run(['run', 'get_user', '--input', '{"userId":"me"}'], {
    ...env,
    HTTP_PROXY,
    http_proxy: HTTP_PROXY,
  });
  proxy.close();
  expect(ended.code, ended.stderr).toBe(0);
  expect(seen).toEqual([]);
});
