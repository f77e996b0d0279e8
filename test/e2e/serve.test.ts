import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { freePort } from '../support/free-port.ts';
import { expectNewHire, newHire, orgBeforeNewHire, tellNewHire } from '../support/new-hire.ts';
import { blocksOf, control, errorOf, pathWithCommand, run, start, until } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-serve-'));
const state = join(folder, 'gateway.db');
const children: ChildProcess[] = [];
let sandbox: Sandbox;
let env: Record<string, string>;
const fault = control(() => sandbox);

beforeAll(async () => {
  sandbox = await startSandbox();
  env = { OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken };
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'close');
  }
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A server that listens. */
async function serve({ args = [] as string[], env: own = env } = {}) {
  const server = start(['serve', '--state', state, '--port', '0', '--json', ...args], own);
  children.push(server.child);
  const line = await until(() => /\{"url":.*\}/.exec(server.output.stdout)?.[0], 20_000);
  return { ...server, url: JSON.parse(line).url as string };
}

async function keyOf(name: string, ...args: string[]): Promise<string> {
  const { stdout, code } = await run(['serve', 'keys', 'add', name, '--state', state, ...args], env);
  expect(code).toBe(0);
  return JSON.parse(stdout).key;
}

/** Runs an action as any tool would. */
const caller =
  (url: string, key: string) =>
  async (action: string, input: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}/v1/actions/${action}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(input),
    });
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    return { status: response.status, ...((await response.json()) as any) };
  };

it('L4 story: a new hire over HTTP, with the result that every host has', async () => {
  const org = await orgBeforeNewHire();
  const { orgUrl, apiToken } = org.sandbox;
  const here = { OKTA_CLIENT_ORGURL: orgUrl, OKTA_CLIENT_TOKEN: apiToken };
  const few =
    'create_user,create_group,add_user_to_group,list_apps,assign_user_to_app,activate_user,delete_user';
  const key = await keyOf('people', '--operations', few);
  const { url, child, done } = await serve({ args: ['--log', join(folder, 'gateway.log')], env: here });
  const call = caller(url, key);
  let writes = 0;
  await tellNewHire(async (action, input) => {
    writes += 1;
    const mark = { 'Idempotency-Key': `story-${writes}` };
    const answer = await call(action, input, mark);
    expect({ action, ...answer }).toMatchObject({ status: 200 });
    // A tool that lost the answer sends it again.
    expect((await call(action, input, mark)).result).toEqual(answer.result);
    return answer.result;
  });
  await expectNewHire(org);
  const userId = newHire.profile.login;
  expect(await call('delete_user', { userId })).toMatchObject({ status: 428 });
  expect(await call('list_zones', {})).toMatchObject({ status: 403 });

  const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1_024;
  console.log(`serve: ${Math.round(rss)} MB after the story`);
  expect(rss).toBeLessThan(220);
  child.kill('SIGTERM');
  expect((await done).code).toBe(0);
  const log = readFileSync(join(folder, 'gateway.log'), 'utf8');
  expect(log).toContain('"operation":"create_user"');
  expect(log).not.toContain(newHire.profile.login);
  expect(log).not.toContain(key);
  await org.sandbox.close();
}, 90_000);

it('L4 a kill between request and answer: the next server says that the outcome is unknown', async () => {
  const key = await keyOf('killed');
  const first = await serve();
  await fault('faults', { method: 'POST', path: '/api/v1/groups$', fault: { kind: 'delay', ms: 1_500 } });
  const write = { profile: { name: 'Begun' } };
  const lost = caller(first.url, key)('create_group', write, { 'Idempotency-Key': 'g-1' });
  const settled = expect(lost).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 700));
  first.child.kill('SIGKILL');
  await settled;
  const next = await serve();
  const repeated = await caller(next.url, key)('create_group', write, { 'Idempotency-Key': 'g-1' });
  expect(repeated).toMatchObject({ status: 409, error: { code: 'outcome_unknown' } });
}, 60_000);

it('L4 a stop lets a write end, and another server on the file is refused', async () => {
  const key = await keyOf('stopped');
  const { url, child, done } = await serve();
  const second = await run(['serve', '--state', state, '--port', '0'], env);
  expect(second.code).toBe(1);
  expect(errorOf(second)).toMatchObject({ code: 'state_locked', message: expect.stringContaining('in use') });
  await fault('faults', { method: 'POST', path: '/api/v1/groups$', fault: { kind: 'delay', ms: 1_000 } });
  const write = caller(url, key)('create_group', { profile: { name: 'Last' } });
  await new Promise((resolve) => setTimeout(resolve, 400));
  child.kill('SIGTERM');
  expect(await write).toMatchObject({ status: 200, result: { profile: { name: 'Last' } } });
  expect((await done).code).toBe(0);
}, 60_000);

it('L4 an address that others reach is warned of, and wrong words are refused', async () => {
  const open = await serve({ args: ['--host', '0.0.0.0'] });
  await expect.poll(() => open.output.stderr).toContain('TLS');
  open.child.kill('SIGTERM');
  await open.done;
  for (const [args, code] of [
    [['add', 'x', '--operations', 'get_usr'], 1],
    [['add', 'x y'], 1],
    [['add'], 2],
    [['add', 'x', '--rate', 'many'], 2],
    [['add', 'x', '--expires', 'soon'], 1],
    [['revoke', 'nobody'], 1],
  ] as const) {
    const ended = await run(['serve', 'keys', ...args, '--state', state]);
    expect({ args, code: ended.code }).toEqual({ args, code });
  }
}, 60_000);

/** A shell as the reader of a page has it. */
function readersShell() {
  const PATH = pathWithCommand(folder);
  return (text: string, more: Record<string, string> = {}) => {
    const child = spawn('sh', ['-c', `exec ${text}`], {
      ...{ cwd: folder, env: { PATH, ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] },
    });
    children.push(child);
    let out = '';
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      out += part;
    });
    return { child, done: once(child, 'close').then(([code]) => ({ code, out })) };
  };
}

/** Waits until a server lives. */
const lives = (gateway: string) =>
  expect
    .poll(
      () =>
        fetch(`${gateway}/health`).then(
          (one) => one.status,
          () => 0,
        ),
      { timeout: 60_000 },
    )
    .toBe(200);

/** The body that curl printed, behind the headers of `-i`. */
const bodyOf = (out: string) => JSON.parse(out.replace(/^HTTP.*?\r\n\r\n/s, ''));

it('L4 the commands of the page', async () => {
  const shell = readersShell();
  const blocks = blocksOf('gateway.md');
  const block = (part: string) => blocks.find((lines) => lines.join('\n').includes(part)) ?? [];
  const port = await freePort();
  const gateway = `http://127.0.0.1:${port}`;
  rmSync(state, { force: true });
  const [add = '', begin = ''] = block('keys add first');
  const made = await shell(add).done;
  expect(made.code).toBe(0);
  const key = JSON.parse(made.out).key;
  for (const line of block('keys add power-automate')) expect((await shell(line).done).code).toBe(0);
  const server = shell(begin.replace('8080', String(port)));
  await lives(gateway);
  const ana = 'ana.ruiz@acme.test';
  const create = { profile: { login: ana, email: ana, firstName: 'Ana', lastName: 'Ruiz' }, activate: false };
  expect((await caller(gateway, key)('create_user', create)).status).toBe(200);
  const answers = [];
  for (const line of blocks.flat().filter((one) => one.startsWith('curl'))) {
    const { out, code } = await shell(line.replaceAll('8080', String(port)), { KEY: key, GATEWAY: gateway })
      .done;
    expect({ line, code }).toEqual({ line, code: 0 });
    answers.push(bodyOf(out));
    expect(answers.at(-1)).not.toHaveProperty('error');
  }
  const [user, group, options, pulled, subscription, ...others] = answers;
  expect([user.result.profile.login, group.result.profile.name]).toEqual([ana, 'Night shift']);
  expect(options.items).toMatchObject([{ label: expect.stringContaining('Ana') }]);
  expect(pulled).toMatchObject({ items: [], cursor: expect.any(String), more: false });
  expect(subscription).toMatchObject({
    trigger: 'user_deactivated',
    secret: expect.stringMatching(/^whsec_/),
  });
  expect(others).toEqual([]);
  server.child.kill('SIGTERM');
  expect((await server.done).code).toBe(0);
}, 180_000);

it('L4 the commands and addresses of the page on platforms', async () => {
  const shell = readersShell();
  const lines = blocksOf('gateway-platforms.md').flatMap((block) => block.map((line) => line.trim()));
  const page = readFileSync(join(import.meta.dirname, '../../docs/gateway-platforms.md'), 'utf8');
  const port = await freePort();
  const gateway = `http://127.0.0.1:${port}`;
  const here = (text: string) =>
    text.replaceAll('https://okta-gateway.acme.example', gateway).replaceAll('8080', String(port));
  rmSync(state, { force: true });
  const made: Record<string, string> = {};
  for (const line of lines.filter((one) => one.includes('serve keys add'))) {
    const { code, out } = await shell(line).done;
    expect({ line, code }).toEqual({ line, code: 0 });
    made[/keys add (\S+)/.exec(line)?.[1] ?? ''] = JSON.parse(out).key;
  }
  expect(Object.keys(made)).toEqual(['power-automate', 'gpt']);
  const server = shell(
    (lines.find((one) => one.includes('--public-url')) ?? '').replace('8080', String(port)),
  );
  await lives(gateway);
  const [save = '', subscribe = '', ...others] = lines.filter((one) => one.startsWith('curl'));
  expect(others).toEqual([]);
  expect((await shell(here(save)).done).code).toBe(0);
  const document = JSON.parse(readFileSync(join(folder, 'okta.swagger.json'), 'utf8'));
  expect(document).toMatchObject({ swagger: '2.0', host: 'okta-gateway.acme.example', schemes: ['https'] });
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/v1/actions/create_user', '/v1/triggers/user_created/poll']),
  );
  const subscribed = await shell(here(subscribe), { KEY: made['power-automate'] ?? '' }).done;
  expect(JSON.parse(subscribed.out)).toMatchObject({ trigger: 'user_created', status: 'active' });
  const [forGpt = ''] = /https:\/\/\S+openapi\.json\?operations=get_user\S+(?=`)/.exec(page) ?? [];
  const gpt = (await (await fetch(here(forGpt))).json()) as { paths: Record<string, object> };
  expect(Object.keys(gpt.paths)).toContain('/v1/actions/list_user_groups');
  expect(Object.values(gpt.paths).flatMap((path) => Object.keys(path)).length).toBeLessThanOrEqual(30);
  const ask = caller(gateway, made.gpt ?? '');
  expect(await ask('find_user', { login: 'nobody@acme.test' })).not.toMatchObject({ status: 403 });
  expect(await ask('create_user', {})).toMatchObject({ status: 403 });
  server.child.kill('SIGTERM');
  expect((await server.done).code).toBe(0);
}, 180_000);
