import { once } from 'node:events';
import { get } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { json } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveHttp } from '../../../src/cli/http-server.ts';
import { connect } from '../../../src/connect.ts';
import { unreadableAnswer } from '../../../src/hosts/gateway/errors.ts';
import type { GatewayLogEntry } from '../../../src/hosts/gateway/log.ts';
import { manifest } from '../../../src/manifest/manifest.ts';
import { closedPort } from '../../support/server.ts';
import { type TestGateway, useGateway } from './support.ts';

const { org, start } = useGateway();

async function listening({ gateway }: TestGateway) {
  const server = await serveHttp(gateway.fetch, { port: 0, host: '127.0.0.1', unreadable: unreadableAnswer });
  onTestFinished(() => server.stop());
  return server;
}

/** Bytes as they are, and what came back. */
async function raw(url: string, text: string): Promise<string> {
  const socket = connectTcp(Number(new URL(url).port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    answer += part;
  });
  socket.end(text);
  await once(socket, 'close');
  return answer;
}

describe('L4 the server', () => {
  it('L4 answers JSON to what is no request, and minds no Host header', async () => {
    const server = await start();
    const { url } = await listening(server);
    for (const [text, status] of [
      ['nonsense\r\n\r\n', 400],
      ['GET /health HTTP/1.1\r\nHost: a\r\nBad header\r\n\r\n', 400],
      [`GET /health HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(140_000)}\r\n\r\n`, 431],
      ['POST /v1/actions/get_user HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n', 400],
      ['GET /health HTTP/1.1\r\nHost: a\r\nExpect: cake\r\nConnection: close\r\n\r\n', 417],
      ['GET http://[ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
    ] as const) {
      const answer = await raw(url, text);
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(JSON.parse(/\{.*\}/s.exec(answer)?.[0] ?? '')).toMatchObject({
        error: { code: 'invalid_request', message: expect.any(String) },
      });
    }
    for (const host of ['', 'gateway.acme.test', 'a b', '[']) {
      const answer = await raw(url, `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 200 /);
    }
  });

  it('L4 says where it is by the address at which it was reached, whatever the Host header says', async () => {
    const server = await start();
    const { url } = await listening(server);
    // fetch sets the Host header itself.
    const described = async (path: string) => {
      const [answer] = await once(get(`${url}${path}`, { headers: { Host: 'evil.test' } }), 'response');
      return json(answer) as Promise<{ servers: unknown; host: unknown }>;
    };
    expect((await described('/openapi.json?operations=get_user')).servers).toEqual([{ url }]);
    expect((await described('/swagger.json?operations=get_user')).host).toBe(new URL(url).host);
  });

  it('M typed: tells what events of a type carry, to those with a key', async () => {
    const { send } = await start();
    const { status, body } = await send('/v1/event-types/user.account.privilege.grant');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      known: true,
      sample: { debugContext: { debugData: { privilegeGranted: 'Help Desk Administrator' } } },
    });
    expect(await send('/v1/event-types/user.future.thing')).toMatchObject({
      status: 200,
      body: { known: false },
    });
  });

  it('L4 says which methods a path takes, and what kind of body', async () => {
    const { send } = await start();
    const wrong = await send('/v1/actions/get_user');
    expect(wrong).toMatchObject({ status: 405, body: { error: { code: 'method_not_allowed' } } });
    expect(wrong.headers.get('allow')).toBe('POST, OPTIONS');
    const options = await send('/v1/schema/get_user', undefined, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
    expect(options.headers.has('access-control-allow-origin')).toBe(false);
    expect(await send('/v1/schema/get_user', undefined, { method: 'HEAD' })).toMatchObject({
      status: 200,
      body: '',
    });
    expect(await send('/nothing')).toMatchObject({ status: 404, body: { error: { code: 'unknown_path' } } });
    const run = (body: string, headers = {}) => send('/v1/actions/get_user', body, { headers });
    expect((await run('{}', { 'Content-Type': 'text/plain' })).status).toBe(415);
    expect((await run('{}', { 'Content-Encoding': 'gzip' })).status).toBe(415);
    expect((await run('{"a":')).status).toBe(400);
    expect((await run('[]')).status).toBe(400);
    expect((await run(`{"userId":${'['.repeat(300_000)}${']'.repeat(300_000)}}`)).status).toBe(400);
    expect((await run(`{"userId":"${'x'.repeat(1_100_000)}"}`)).status).toBe(413);
    expect((await run('{"userId":"\\ud800"}')).status).toBeLessThan(500);
  });

  it('L4 a body that is too large is answered whole, and the same client goes on', async () => {
    const server = await start();
    const { url } = await listening(server);
    const headers = { Authorization: `Bearer ${server.key}`, 'Content-Type': 'application/json' };
    for (const bytes of [1_100_000, 5_000_000, 1_100_000]) {
      const body = 'x'.repeat(bytes);
      const large = await fetch(`${url}/v1/actions/get_user`, { method: 'POST', headers, body });
      expect([
        large.status,
        large.headers.get('connection'),
        ((await large.json()) as { error: { code: string } }).error.code,
      ]).toEqual([...[413, 'close', 'too_large']]);
      expect((await fetch(`${url}/health`)).headers.get('connection')).toBe('keep-alive');
    }
    // A client that reads only once all is sent would meet a closed connection instead of the answer.
    const body = 'x'.repeat(6_000_000);
    const head = `POST /v1/actions/get_user HTTP/1.1\r\nHost: a\r\nX-API-Key: ${server.key}\r\nContent-Length: ${body.length}`;
    expect(await raw(url, `${head}\r\n\r\n${body}`)).toMatch(/^HTTP\/1.1 413 .*too_large/s);
    const small = await fetch(`${url}/v1/actions/get_user`, { method: 'POST', headers, body: '{}' });
    expect([small.status, small.headers.get('connection')]).toEqual([400, 'keep-alive']);
  });

  it('L4 a caller that goes away ends a read, not a write', async () => {
    const server = await start();
    const { url } = await listening(server);
    const post = (action: string, input: object) => {
      const gone = AbortSignal.timeout(250);
      const headers = { Authorization: `Bearer ${server.key}`, 'Content-Type': 'application/json' };
      const request = { method: 'POST', headers, body: JSON.stringify(input), signal: gone };
      return expect(fetch(`${url}/v1/actions/${action}`, request)).rejects.toThrow();
    };
    await org.fault({ kind: 'delay', ms: 600 }, { method: 'POST', path: '/api/v1/groups$' });
    await post('create_group', { profile: { name: 'Nobody waits' } });
    await expect
      .poll(
        async () => (await server.run('find_groups_by_name', { name: 'Nobody waits' })).body.result.length,
      )
      .toBe(1);
    await org.fault({ kind: 'hang' }, { method: 'GET', path: '/api/v1/users$' });
    await post('search_users', {});
    const metrics = async () => (await server.send('/metrics')).body as string;
    await expect.poll(metrics).toContain('operation="search_users",status="503"');
  });

  it('L4 health says that it lives, ready that Okta answers', async () => {
    const { send } = await start();
    expect(await send('/ready', undefined, { key: null })).toMatchObject({ status: 200, body: { ok: true } });
    const orgUrl = `http://127.0.0.1:${await closedPort()}`;
    const auth = { type: 'api_token', token: org.sandbox.apiToken } as const;
    const lost = await start({ client: connect({ orgUrl, auth }, { maxRetries: 0 }) });
    expect(await lost.send('/health', undefined, { key: null })).toMatchObject({ status: 200 });
    const ready = await lost.send('/ready', undefined, { key: null });
    expect(ready).toMatchObject({ status: 503, body: { ok: false, problem: 'network_error' } });
    expect(await lost.run('search_users')).toMatchObject({
      status: 502,
      body: { error: { code: 'network_error' } },
    });
  });

  it('L4 metrics count by operation and status, and tell what is left of the rate limit', async () => {
    const { run, send } = await start();
    await run('search_users', { limit: 1 });
    await run('search_users', { limit: 0 });
    await run('no_such_action');
    expect((await send('/metrics', undefined, { key: null })).status).toBe(401);
    const { body, headers } = await send('/metrics');
    expect(headers.get('content-type')).toContain('text/plain');
    expect(body).toContain('okta_gateway_requests_total{operation="search_users",status="200"} 1');
    expect(body).toContain('okta_gateway_requests_total{operation="search_users",status="400"} 1');
    expect(body).toContain('okta_gateway_requests_total{operation="",status="404"} 1');
    expect(body).toMatch(/okta_rate_limit_remaining\{bucket="[^"]+"\} \d+/);
    expect(body).toContain('okta_gateway_request_duration_seconds_bucket{le="0.1",operation="search_users"}');
  });

  it('L4 the log has one line per request, without key, input or result; names of objects by choice', async () => {
    const lines: GatewayLogEntry[] = [];
    const log = (entry: GatewayLogEntry) => lines.push(entry);
    const { run, send, key } = await start({ log });
    await run('get_user', { userId: 'ana.ruiz@acme.test' }, { headers: { 'X-Request-Id': 'trace-1' } });
    await run(
      'create_group',
      { profile: { name: 'Logged name' } },
      { headers: { 'Idempotency-Key': 'secret-name' } },
    );
    await send('/v1/options/users?search=ana');
    await send('/v1/nothing', undefined, { key: `${key}x` });
    expect(lines).toMatchObject([
      { requestId: 'trace-1', method: 'POST', route: '/v1/actions/:action', operation: 'get_user' },
      { status: 200, operation: 'create_group', key: expect.stringContaining('test-') },
      { route: '/v1/options/:list' },
      { status: 401, error: 'key_required' },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/ana|Logged|secret-name|okgw_/);
    const told = await start({ log, logPersonalData: true });
    await told.run('get_user', { userId: 'ana.ruiz@acme.test' });
    expect(lines.at(-1)).toMatchObject({ objects: { userId: 'ana.ruiz@acme.test' } });
  });

  it('L4 two servers on one file: the second is refused in words', async () => {
    const { file } = await start();
    await expect(start({ state: file })).rejects.toMatchObject({
      ...{ code: 'state_locked', message: expect.stringContaining('in use by another process') },
    });
  });

  it('L4 what works on files of its machine is refused', async () => {
    const { run } = await start();
    for (const { key, sample } of manifest().actions.filter(({ offline }) => offline)) {
      const answer = await run(key, sample.input, { headers: { 'X-Confirm': 'destructive' } });
      expect(answer).toMatchObject({ status: 422, body: { error: { code: 'not_supported' } } });
    }
    const placed = manifest().actions.filter(({ local }) => local.length > 0);
    expect(placed.length).toBeGreaterThan(0);
    for (const { key, local } of placed) {
      for (const name of local) {
        const answer = await run(key, { [name]: '/etc/passwd' });
        expect({ key, ...answer }).toMatchObject({ body: { error: { actor: 'caller' } } });
        expect(answer.body.error.message).toMatch(/over HTTP|machine of the gateway/);
      }
    }
  });

  it('L4 an answer that is no JSON is an error in JSON; after a write, none that tools repeat', async () => {
    const circle = {
      get self() {
        return this;
      },
    };
    const odd = Object.assign(Object.create(org.connect()), { run: async () => circle });
    const notes: string[] = [];
    const { run } = await start({ client: odd, notice: (text) => notes.push(text) });
    const read = await run('get_user', { userId: 'x' });
    expect(read).toMatchObject({ status: 502, body: { error: { code: 'internal_error' } } });
    expect((await run('create_group', { profile: { name: 'Odd' } })).status).toBe(409);
    expect(notes[0]).toContain('circular');
  });

  it('L4 a gateway that only reads refuses every write', async () => {
    const { run } = await start({ readOnly: true });
    expect(await run('create_group', { profile: { name: 'No' } })).toMatchObject({ status: 403 });
    expect((await run('list_groups')).status).toBe(200);
  });
});
