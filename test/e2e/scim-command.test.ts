import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { httpServer, type Received } from '../support/server.ts';

// Each test starts several processes.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-scim-cli-'));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Runs the command from its source, at a free port. */
function started(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, 'scim', '--port', '0', ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  children.push(child);
  const output = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.err += text;
  });
  const lines = () =>
    output.out
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const ready = async () => {
    await expect.poll(() => output.out + output.err, { timeout: 20_000 }).toMatch(/scim\/v2/);
    return (/http[^\s"]+\/scim\/v2/.exec(output.out + output.err) ?? [''])[0];
  };
  return { child, output, lines, ready };
}

const send = (baseUrl: string, token: string, method: string, path: string, body?: object) =>
  fetch(baseUrl + path, {
    ...{ method, headers: { authorization: token, 'content-type': 'application/scim+json' } },
    body: body && JSON.stringify(body),
  });

it('serves, prints events, is killed, goes on with the same token, and stops in an orderly way', async () => {
  const state = join(folder, 'people.db');
  const first = started(['--state', state, '--log', join(folder, 'log')]);
  const url = await first.ready();
  const [, token = ''] = /Authorization\s+(\S+)/.exec(first.output.err) ?? [];
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(first.output.err).toMatch(
    /base URL\s+http:\/\/127\.0\.0\.1:\d+\/scim\/v2\n.*userName\n.*Push Groups\n.*HTTP Header/,
  );
  const made = await send(url, token, 'POST', '/Users', { userName: 'ana@acme.test', password: 'not-kept' });
  expect(made.status).toBe(201);
  const { id } = (await made.json()) as { id: string };
  await expect.poll(first.lines).toMatchObject([{ seq: 1, kind: 'user.provisioned', resourceId: id }]);
  expect((await send(url, `${token}x`, 'GET', '/Users')).status).toBe(401);
  // The line of a request is there when its answer is.
  expect(
    readFileSync(join(folder, 'log'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).status),
  ).toEqual([201, 401]);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');

  const second = started(['--state', state]);
  const again = await second.ready();
  expect(second.output.err).not.toContain(token);
  expect(second.output.err).toContain('the token of this server');
  expect((await send(again, token, 'GET', `/Users/${id}`)).status).toBe(200);
  await send(again, token, 'PATCH', `/Users/${id}`, {
    Operations: [{ op: 'replace', value: { active: false } }],
  });
  await expect.poll(() => second.lines().map(({ kind }) => kind)).toContain('user.deactivated');
  second.child.kill('SIGTERM');
  const [code] = await once(second.child, 'exit');
  expect(code).toBe(0);
  const everything = [first.output.out, second.output.out, readFileSync(state, 'latin1')].join();
  expect(everything).not.toContain(token);
  expect(everything).not.toContain('not-kept');
  expect(second.lines().filter(({ kind }) => kind === 'user.deactivated')).toHaveLength(1);
});

it('ends when nobody reads its lines any more, and tells the next run what it could not', async () => {
  const state = join(folder, 'reader.db');
  const env = { OKTA_CONNECTOR_SCIM_TOKEN: 'a-token' };
  const first = started(['--state', state], env);
  const url = await first.ready();
  first.child.stdout?.destroy();
  expect((await send(url, 'a-token', 'POST', '/Users', { userName: 'ana' })).status).toBe(201);
  const [code] = await once(first.child, 'exit');
  expect(code).toBe(1);
  expect(first.output.err).toContain('The reading program has ended');
  const second = started(['--state', state], env);
  await expect.poll(second.lines, { timeout: 20_000 }).toMatchObject([{ kind: 'user.provisioned' }]);
});

it('takes the token of the environment, and says in JSON where it is', async () => {
  const schemas = join(folder, 'schemas.json');
  writeFileSync(
    schemas,
    JSON.stringify([{ id: 'urn:acme:User', attributes: [{ name: 'badge', type: 'string' }] }]),
  );
  const args = ['--state', join(folder, 'json.db'), '--json', '--schemas', schemas];
  const { ready, lines, output } = started([...args, '--public-url', ' https://scim.acme.test/ '], {
    OKTA_CONNECTOR_SCIM_TOKEN: 'from-the-environment',
  });
  await ready();
  expect(lines()).toEqual([{ baseUrl: 'https://scim.acme.test/scim/v2' }]);
  expect(output.err).toBe('');
});

/** Runs another command beside the server, without a connection. */
async function beside(...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], { env: { PATH: process.env.PATH ?? '' } });
  children.push(child);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, err, code: child.exitCode ?? (await once(child, 'exit'))[0] };
}

it('OIN-7 OIN-10 OIN-18 actions and triggers work on its state while it runs, without a connection', async () => {
  const state = join(folder, 'beside.db');
  const server = started(['--state', state], { OKTA_CONNECTOR_SCIM_TOKEN: 'a-token' });
  const url = await server.ready();
  await send(url, 'a-token', 'GET', '/Users?startIndex=1&count=2');
  const poll = () =>
    beside('poll', 'scim_user_changed', `scimState=${state}`, '--state', join(folder, 'place.json'));
  expect(await poll()).toMatchObject({ code: 0, out: '' });
  const made = await send(url, 'a-token', 'POST', '/Users', { userName: 'ana@acme.test' });
  const { id } = (await made.json()) as { id: string };
  const title = { Operations: [{ op: 'replace', value: { title: 'Lead' } }] };
  await send(url, 'a-token', 'PATCH', `/Users/${id}`, title);
  const found = await beside('run', 'find_scim_user', `state=${state}`, 'user=ANA@acme.test');
  expect(JSON.parse(found.out)).toMatchObject({ found: true, user: { id, title: 'Lead' } });
  expect(JSON.parse((await poll()).out)).toMatchObject({ resourceId: id, changed: ['title'] });
  await beside('run', 'set_scim_user_status', `state=${state}`, 'user=ana@acme.test', 'active=false');
  expect(await (await send(url, 'a-token', 'GET', `/Users/${id}`)).json()).toMatchObject({ active: false });
  expect(await poll()).toMatchObject({ code: 0, out: '' });
  expect(server.lines().map(({ kind }) => kind)).toEqual(['user.provisioned', 'user.changed']);
  const typo = await beside('run', 'find_scim_user', `state=${state}x`, 'user=ana');
  expect(JSON.parse(typo.err).error).toMatchObject({
    code: 'not_found',
    hint: expect.stringContaining('--state'),
  });
});

it('OIN-18 OIN-14 posts events to a workflow, and asks it before it stores', async () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const workflow = await httpServer((request, response) => {
    const isAsked = request.url === '/ask' && String(request.body).includes('eve');
    response.end(isAsked ? '{"refuse":"Not eve"}' : '');
  });
  const urls = ['--post', `${workflow.origin}/events`, '--ask', `${workflow.origin}/ask`];
  const env = { OKTA_CONNECTOR_SCIM_TOKEN: 'a-token', OKTA_CONNECTOR_WEBHOOK_SECRET: secret };
  const server = started(['--state', join(folder, 'post.db'), ...urls], env);
  const url = await server.ready();
  const refused = await send(url, 'a-token', 'POST', '/Users', { userName: 'eve' });
  expect(await refused.json()).toMatchObject({ detail: 'Not eve', status: '400' });
  expect((await send(url, 'a-token', 'POST', '/Users', { userName: 'ana' })).status).toBe(201);
  const events = () => workflow.requests.filter(({ url }) => url === '/events');
  await expect.poll(() => events().length, { timeout: 10_000 }).toBe(1);
  const { body, headers } = events()[0] as Received;
  expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
    type: 'user.provisioned',
    data: { after: { userName: 'ana' } },
  });
  server.child.kill('SIGTERM');
  expect((await once(server.child, 'exit'))[0]).toBe(0);
  expect(server.output.out).toBe('');
});

it('OIN-12 posts a password once, where that is asked for, and says so to clients', async () => {
  const workflow = await httpServer((_, response) => response.end());
  const state = join(folder, 'passwords.db');
  const env = {
    OKTA_CONNECTOR_SCIM_TOKEN: 'a-token',
    OKTA_CONNECTOR_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  };
  const server = started(
    ['--state', state, '--passwords', `${workflow.origin}/passwords`, '--log', '-'],
    env,
  );
  const url = await server.ready();
  const ana = { userName: 'ana', password: 'told-once' };
  expect((await send(url, 'a-token', 'POST', '/Users', ana)).status).toBe(201);
  const [request] = workflow.requests as [Received];
  expect([workflow.requests.length, request.url]).toEqual([1, '/passwords']);
  expect(JSON.parse(String(request.body))).toMatchObject({
    ...{ type: 'user.password', data: { userName: 'ana', password: 'told-once' } },
  });
  const config = await send(url, 'a-token', 'GET', '/ServiceProviderConfig');
  expect(await config.json()).toMatchObject({ changePassword: { supported: true } });
  await expect.poll(server.lines).toMatchObject([{ kind: 'user.provisioned' }]);
  const everything = [server.output.out, server.output.err, readFileSync(state, 'latin1')];
  expect(everything.join()).not.toContain('told-once');
});

it.each([
  ['a redirect', 302],
  ['410', 410],
])('goes on serving when the workflow answers %s to an event', async (_, status) => {
  const workflow = await httpServer((_, response) => {
    response.writeHead(status, { location: 'https://elsewhere.acme.test/' }).end();
  });
  const env = {
    OKTA_CONNECTOR_SCIM_TOKEN: 'a-token',
    OKTA_CONNECTOR_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  };
  const args = ['--state', join(folder, `goes-on-${status}.db`), '--post', `${workflow.origin}/events`];
  const server = started(args, env);
  const url = await server.ready();
  await send(url, 'a-token', 'POST', '/Users', { userName: 'ana' });
  await expect
    .poll(() => server.output.err, { timeout: 10_000 })
    .toContain('the event is kept and tried again');
  expect((await send(url, 'a-token', 'GET', '/Users')).status).toBe(200);
  server.child.kill('SIGTERM');
  expect((await once(server.child, 'exit'))[0]).toBe(0);
});

it('answers the longest filter, and its log has no character that moves a cursor', async () => {
  const { ready, output } = started(['--state', join(folder, 'long.db'), '--log', '-'], {
    OKTA_CONNECTOR_SCIM_TOKEN: 'a-token',
  });
  const url = await ready();
  const name = '名'.repeat(8_192 - 'userName eq ""'.length);
  const found = await send(
    url,
    'a-token',
    'GET',
    `/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}`,
  );
  expect([found.status, await found.json()]).toMatchObject([200, { totalResults: 0 }]);
  await send(url, 'a-token', 'GET', '/Users?sortBy=%C2%9B31m%0A');
  await expect.poll(() => output.err).toContain('31m');
  expect(output.err).not.toMatch(/[\x7f-\x9f]/);
  expect(output.err).toContain('\\u009b31m\\n');
});

it.each([
  ['a workflow that is nowhere', ['--post', 'nowhere'], /The workflow needs a URL/],
  ['a password without protection', ['--passwords', 'http://n8n.acme.test'], /protects nothing/],
  ['a list that is none', ['--schemas', 'none.json'], /none\.json/],
  ['a public URL that is none', ['--public-url', 'nowhere'], /public URL/],
  ['a public URL with a password', ['--public-url', 'https://a:b@scim.acme.test'], /public URL/],
  ['a host that is not here', ['--host', '192.0.2.1'], /Cannot listen at 192\.0\.2\.1/],
  ['a folder that does not exist', ['--state', '/none/x.db'], /folder .none does not exist/],
])('refuses %s', async (_, args, message) => {
  const { child, output } = started(['--state', join(folder, 'refused.db'), ...args]);
  const [code] = await once(child, 'exit');
  expect([1, 2]).toContain(code);
  expect(JSON.parse(output.err).error).toMatchObject({
    message: expect.stringMatching(message),
    hint: expect.any(String),
  });
  expect(output.out).toBe('');
});
