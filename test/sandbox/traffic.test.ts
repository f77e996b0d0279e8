import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { newProfile, useSandbox } from './support.ts';

const client = useSandbox();

/** A request below fetch: raw header lines, and headers that fetch wouldn't leave out. */
function raw(method: string, path: string, headers: Record<string, string> = {}, body = '') {
  const { hostname, port } = new URL(client.sandbox.orgUrl);
  const authorization = `SSWS ${client.sandbox.apiToken}`;
  return new Promise<{ status?: number; lines: string[]; text: string }>((resolve, reject) => {
    const sent = request(
      { hostname, port, path, method, headers: { authorization, ...headers } },
      (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode, lines: response.rawHeaders, text }));
      },
    );
    sent.on('error', reject).end(body);
  });
}

describe('headers', () => {
  it('are on every answer, with the time of the org', async () => {
    await client.control('POST', '/clock', { nowMs: Date.parse('2031-02-03T04:05:06.000Z') });
    const { headers } = await client.get('/api/v1/users/me');
    expect(headers.get('date')).toBe('Mon, 03 Feb 2031 04:05:06 GMT');
    expect(headers.get('x-okta-request-id')).toMatch(/^[\w-]{20,}$/);
    expect(headers.get('x-rate-limit-limit')).toBe('600');
    expect(headers.get('x-rate-limit-remaining')).toBe('599');
    const reset = Number(headers.get('x-rate-limit-reset')) - Date.parse('2031-02-03T04:05:06Z') / 1000;
    expect([60, 61]).toContain(reset);
    expect(headers.get('content-type')).toBe('application/json');
  });

  it('have a line of its own for each link', async () => {
    const { lines } = await raw('GET', '/api/v1/users?limit=1');
    const links = lines.filter((_, i) => lines[i - 1]?.toLowerCase() === 'link');
    expect(links).toHaveLength(2);
    expect(links[0]).toMatch(/^<.*limit=1>; rel="self"$/);
    expect(links[1]).toMatch(/^<.*after=.*>; rel="next"$/);
  });

  it('can carry links to another host', async () => {
    await client.control('PUT', '/settings', { adminHostLinks: true });
    expect((await client.get('/api/v1/users?limit=1')).next).toMatch(
      /^https:\/\/sandbox-admin\.okta\.test\/api\/v1\/users/,
    );
  });
});

describe('paths and bodies that Okta refuses', () => {
  it.each([
    ['GET', '/api/v1/unheard-of', 404, 'E0000008'],
    ['DELETE', '/api/v1/users', 405, 'E0000022'],
    ['PUT', '/api/v1/logs', 405, 'E0000022'],
  ])('%s %s: %i %s', async (method, path, status, errorCode) => {
    expect(await client.call(method, path)).toMatchObject({ status, body: { errorCode } });
  });

  it('shows a page outside of the API', async () => {
    const page = await client.get('/login/default');
    expect(page.status).toBe(404);
    expect(page.headers.get('content-type')).toContain('text/html');
  });

  it('malformed, mistyped, empty, huge', async () => {
    const json = { 'content-type': 'application/json' };
    expect((await client.post('/api/v1/users', '{"profile":', json)).body.errorCode).toBe('E0000003');
    expect((await client.post('/api/v1/users', '[]', json)).body.errorCode).toBe('E0000003');
    expect((await client.post('/api/v1/users')).body.errorCode).toBe('E0000003');
    expect((await client.post('/api/v1/users', 'a=b', { 'content-type': 'text/plain' })).body.errorCode).toBe(
      'E0000021',
    );
    expect((await client.post('/api/v1/groups', `"${'x'.repeat(1024 * 1024)}"`, json)).status).toBe(413);
  });

  it('wants to know the length of a body', async () => {
    const path = `/api/v1/users/${client.sandbox.admin.id}/lifecycle/reset_factors`;
    expect((await raw('POST', path, { 'content-length': '0' })).status).toBe(200);
    const { hostname, port } = new URL(client.sandbox.orgUrl);
    const { connect } = await import('node:net');
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        const auth = `Authorization: SSWS ${client.sandbox.apiToken}`;
        socket.write(
          `POST ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${auth}\r\nConnection: close\r\n\r\n`,
        );
      });
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 411 /);
  });
});

describe('rate limits', () => {
  it('count by bucket, refuse what is too much, and open again after a minute', async () => {
    await client.control('PUT', '/limits', { '/api/v1/users': 2 });
    for (const remaining of ['1', '0']) {
      const { status, headers } = await client.get('/api/v1/users?limit=1');
      expect([status, headers.get('x-rate-limit-remaining')]).toEqual([200, remaining]);
    }
    for (let i = 0; i < 2; i++) {
      const refused = await client.post('/api/v1/users', { profile: newProfile('limited') });
      expect(refused).toMatchObject({ status: 429, body: { errorCode: 'E0000047' } });
      expect(refused.headers.get('x-rate-limit-remaining')).toBe('0');
    }
    expect((await client.get('/api/v1/users/limited@sandbox.example')).status).toBe(404);
    expect((await client.control('GET', '/limits')).body['/api/v1/users']).toEqual({ limit: 2, used: 4 });
    await client.control('POST', '/clock', { advanceMs: 60_000 });
    expect((await client.get('/api/v1/users?limit=1')).status).toBe(200);
    expect(await client.events('system.org.rate_limit.violation')).toHaveLength(1);
  });

  it.each([
    ['GET', '/api/v1/users?limit=1', '/api/v1/users'],
    ['GET', '/api/v1/users/x/groups', '/api/v1/users'],
    ['GET', '/api/v1/users/x', '/api/v1/users/{id:.+}'],
    ['DELETE', '/api/v1/users/x', '/api/v1/users/{id}'],
    ['GET', '/api/v1/users/me', '/api/v1/users/me'],
    ['GET', '/api/v1/groups/rules', '/api/v1/groups'],
    ['GET', '/api/v1/groups/x', '/api/v1/groups/{id}'],
    ['GET', '/api/v1/apps/x/users', '/api/v1/apps'],
    ['GET', '/api/v1/apps/x', '/api/v1/apps/{id}'],
    ['GET', '/api/v1/logs', '/api/v1/logs'],
    ['GET', '/api/v1/meta/types/user', '/api/v1'],
    ['POST', '/oauth2/v1/token', '/oauth2/v1/token'],
    ['GET', '/oauth2/v1/keys', '/oauth2/v1'],
  ])('%s %s counts for %s', async (method, path, bucket) => {
    await client.call(method, path);
    const limits = (await client.control('GET', '/limits')).body;
    const used = Object.entries<{ used: number }>(limits).filter(([, state]) => state.used > 0);
    expect(used.map(([name]) => name)).toEqual([bucket]);
  });

  it('warn once a minute when a bucket is nearly empty', async () => {
    await client.control('PUT', '/limits', { '/api/v1/users': 10 });
    const warnings = () => client.events('system.org.rate_limit.warning');
    for (let i = 0; i < 8; i++) await client.get('/api/v1/users?limit=1');
    expect(await warnings()).toEqual([]);
    for (let i = 0; i < 4; i++) await client.get('/api/v1/users?limit=1');
    const [warning] = await warnings();
    expect(warning).toMatchObject({
      severity: 'WARN',
      target: [{ id: '/api/v1/users' }],
      debugContext: { debugData: { threshold: '10' } },
    });
    expect(await client.events('system.org.rate_limit.violation')).toHaveLength(1);
    await client.control('POST', '/clock', { advanceMs: 61_000 });
    for (let i = 0; i < 12; i++) await client.get('/api/v1/users?limit=1');
    expect(await warnings()).toHaveLength(2);
    expect(await client.events('system.org.rate_limit.violation')).toHaveLength(2);
  });

  it('refuse too many requests at the same time with zeros', async () => {
    await client.control('PUT', '/limits', { concurrency: 2 });
    await client.control('POST', '/faults', { times: 2, fault: { kind: 'delay', ms: 150 } });
    const answers = await Promise.all([1, 2, 3].map(() => client.get('/api/v1/users/me')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429]);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('x-rate-limit-limit')).toBe('0');
    expect((await client.control('GET', '/requests')).body.maxInFlight).toBe(3);
  });

  it('know only their own buckets', async () => {
    expect((await client.control('PUT', '/limits', { '/api/v1/nothing': 3 })).status).toBe(400);
  });
});

describe('faults', () => {
  const plan = (fault: Record<string, unknown>, rest: Record<string, unknown> = {}) =>
    client.control('POST', '/faults', { path: '/users', ...rest, fault });
  const me = () => client.get('/api/v1/users/me');

  it('strike the requests they were meant for, as often as told', async () => {
    await plan(
      { kind: 'status', status: 503, body: { errorCode: 'E0000010' }, headers: { 'x-a': 'b' } },
      { method: 'GET', times: 2, after: 1 },
    );
    expect((await client.get('/api/v1/groups')).status).toBe(200);
    const answers = [await me(), await me(), await me(), await me()];
    expect(answers.map(({ status }) => status)).toEqual([200, 503, 503, 200]);
    expect(answers[1]?.body.errorCode).toBe('E0000010');
    expect(answers[1]?.headers.get('x-a')).toBe('b');
    expect(answers[1]?.headers.get('x-okta-request-id')).toBeTruthy();
    expect((await client.control('GET', '/faults')).body).toEqual([]);
  });

  it('strike only requests with a query that matches', async () => {
    await plan({ kind: 'reset' }, { query: '[?&]after=' });
    expect((await client.get('/api/v1/users?limit=1')).status).toBe(200);
    await expect(client.get('/api/v1/users?limit=1&after=x')).rejects.toThrow();
  });

  it('reset cuts before the work, reset_after after it', async () => {
    const post = (name: string) => client.post('/api/v1/users', { profile: newProfile(name) });
    await plan({ kind: 'reset' }, { method: 'POST' });
    await expect(post('cut')).rejects.toThrow();
    await plan({ kind: 'reset_after' }, { method: 'POST' });
    await expect(post('done')).rejects.toThrow();
    expect((await client.get('/api/v1/users/cut@sandbox.example')).status).toBe(404);
    expect((await client.get('/api/v1/users/done@sandbox.example')).status).toBe(200);
    const { requests } = (await client.control('GET', '/requests?method=POST')).body;
    expect(requests.map((record: { status: number }) => record.status)).toEqual([0, 0]);
  });

  it('truncate promises more than it sends', async () => {
    await plan({ kind: 'truncate' });
    await expect(me()).rejects.toThrow();
  });

  it('html and redirect come from in between', async () => {
    await plan({ kind: 'html' });
    const page = await me();
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html']);
    await plan({ kind: 'redirect', location: 'https://elsewhere.example/' });
    const moved = await me();
    expect([moved.status, moved.headers.get('location')]).toEqual([302, 'https://elsewhere.example/']);
  });

  it('slow drips, delay waits, hang says nothing', async () => {
    await plan({ kind: 'slow', bytesPerSecond: 8000 });
    const begun = Date.now();
    expect((await me()).body.id).toBe(client.sandbox.admin.id);
    expect(Date.now() - begun).toBeGreaterThan(150);
    await plan({ kind: 'delay', ms: 100 });
    const delayed = Date.now();
    expect((await me()).status).toBe(200);
    expect(Date.now() - delayed).toBeGreaterThanOrEqual(95);
    await plan({ kind: 'hang' });
    const signal = AbortSignal.timeout(100);
    await expect(fetch(`${client.sandbox.orgUrl}/api/v1/users/me`, { signal })).rejects.toThrow(/timeout/);
  });

  it('next_link sends a pager astray', async () => {
    await plan({ kind: 'next_link', link: 'https://evil.example/steal' });
    expect((await client.get('/api/v1/users?limit=1')).next).toBe('https://evil.example/steal');
    await plan({ kind: 'next_link', link: 'self' });
    const path = '/api/v1/users?limit=1';
    expect((await client.get(path)).next).toBe(client.sandbox.orgUrl + path);
  });

  it('rate_limit and concurrency look like the real ones', async () => {
    await plan({ kind: 'rate_limit', resetInSeconds: 7 });
    const limited = await me();
    expect(limited).toMatchObject({ status: 429, body: { errorCode: 'E0000047' } });
    expect(limited.headers.get('x-rate-limit-remaining')).toBe('0');
    const seconds =
      Number(limited.headers.get('x-rate-limit-reset')) -
      Date.parse(limited.headers.get('date') as string) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(7);
    expect(seconds).toBeLessThanOrEqual(8);
    await plan({ kind: 'concurrency' });
    expect((await me()).headers.get('x-rate-limit-limit')).toBe('0');
  });

  it('F1 error is an Okta error under 200', async () => {
    await plan({ kind: 'error' });
    const { status, headers, body } = await me();
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(body).toEqual({
      errorCode: 'E0000009',
      errorSummary: 'Internal Server Error',
      errorLink: 'E0000009',
      errorId: expect.stringMatching(/^oae/),
      errorCauses: [],
    });
    await plan({ kind: 'error', status: 201 });
    expect((await me()).status).toBe(201);
    expect((await me()).body.id).toBe(client.sandbox.admin.id);
  });

  it('F1 empty keeps the headers, links among them, and loses the body', async () => {
    await plan({ kind: 'empty' }, { path: '/users$' });
    const empty = await client.get('/api/v1/users?limit=1');
    expect(empty).toMatchObject({ status: 200, body: '', next: expect.stringContaining('after=') });
    expect((await client.get('/api/v1/users?limit=1')).body).toHaveLength(1);
  });

  it('F1 partial is a 206 with the first half of a list', async () => {
    const whole = await client.get('/api/v1/users?limit=5');
    await plan({ kind: 'partial' }, { path: '/users$' });
    const half = await client.get('/api/v1/users?limit=5');
    expect([half.status, half.headers.get('content-range')]).toEqual([206, 'items 0-1/5']);
    expect([half.body, half.next]).toEqual([whole.body.slice(0, 2), whole.next]);
    await plan({ kind: 'partial' });
    expect(await me()).toMatchObject({ status: 206, body: { id: client.sandbox.admin.id } });
  });

  it.each([-3_600_000, 86_400_000])('F1 date is off by %i ms', async (offsetMs) => {
    await client.control('POST', '/clock', { nowMs: Date.parse('2031-02-03T04:05:06.000Z') });
    await plan({ kind: 'date', offsetMs }, { times: 2 });
    const dates = [];
    for (let i = 0; i < 3; i++) dates.push(Date.parse((await me()).headers.get('date') as string));
    const now = Date.parse('2031-02-03T04:05:06Z');
    expect(dates.map((date) => date - now)).toEqual([offsetMs, offsetMs, 0]);
  });

  it('F1 rate_reset changes the reset and, where given, what remains, of an answer that is fine', async () => {
    const now = Date.parse('2031-02-03T04:05:06.000Z');
    await client.control('POST', '/clock', { nowMs: now });
    const limits = async () => {
      const { status, headers } = await me();
      const read = (name: string) => Number(headers.get(`x-rate-limit-${name}`));
      return [status, read('remaining'), read('reset')];
    };
    const close = (value: number) => expect.closeTo(value, -3);
    await plan({ kind: 'rate_reset', resetInSeconds: 60, unit: 'milliseconds' });
    expect(await limits()).toEqual([200, 599, close(now + 60_000)]);
    await plan({ kind: 'rate_reset', resetInSeconds: 86_400, remaining: 0 });
    expect(await limits()).toEqual([200, 0, expect.closeTo(now / 1000 + 86_400, -1)]);
    await plan({ kind: 'rate_reset', resetInSeconds: -3600 });
    expect(await limits()).toEqual([200, 597, expect.closeTo(now / 1000 - 3600, -1)]);
    await plan({ kind: 'rate_limit', resetInSeconds: 1, unit: 'milliseconds' });
    expect(await limits()).toEqual([429, 0, close(now + 1000)]);
  });

  it('F1 can strike a share of the requests, the same ones for the same seed', async () => {
    const run = async (seed: number) => {
      await client.control('DELETE', '/faults');
      await plan({ kind: 'status', status: 503 }, { rate: 0.3, times: 1000, seed });
      const statuses = [];
      for (let i = 0; i < 60; i++) statuses.push((await me()).status);
      return statuses;
    };
    const first = await run(1);
    const struck = first.filter((status) => status === 503).length;
    expect(struck).toBeGreaterThan(8);
    expect(struck).toBeLessThan(30);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
    expect((await plan({ kind: 'hang' }, { rate: 0 })).status).toBe(400);
  });

  it('can be called off, and have to make sense', async () => {
    await plan({ kind: 'hang' });
    await client.control('DELETE', '/faults');
    expect((await me()).status).toBe(200);
    expect((await plan({ kind: 'earthquake' })).status).toBe(400);
    expect((await plan({ kind: 'hang' }, { path: '(' })).status).toBe(400);
    expect((await client.control('POST', '/faults', { fault: { kind: 'slow' } })).status).toBe(400);
  });
});

describe('the record of requests', () => {
  it('tells what was asked, without credentials', async () => {
    await client.get('/api/v1/users?limit=1', { 'user-agent': 'tester/2', cookie: 'sid=1', 'x-own': 'yes' });
    await client.get('/api/v1/groups', { authorization: 'Bearer abc' });
    const { requests } = (await client.control('GET', '/requests?path=users')).body;
    expect(requests).toEqual([
      expect.objectContaining({
        method: 'GET',
        path: '/api/v1/users',
        query: 'limit=1',
        status: 200,
        auth: 'SSWS',
        userAgent: 'tester/2',
      }),
    ]);
    expect(requests[0].headers).toMatchObject({ 'x-own': 'yes' });
    const all = JSON.stringify((await client.control('GET', '/requests')).body);
    expect(all).not.toContain(client.sandbox.apiToken);
    expect(all).not.toMatch(/sid=1|Bearer abc/);
    await client.control('DELETE', '/requests');
    expect((await client.control('GET', '/requests')).body.requests).toEqual([]);
  });
});

describe('control', () => {
  it('resets to the seed and keeps the credentials', async () => {
    const before = (await client.get('/api/v1/users')).body;
    await client.post('/api/v1/users', { profile: newProfile('extra') });
    await client.control('PUT', '/settings', { searchLagMs: 5 });
    await client.control('POST', '/clock', { advanceMs: 1e9 });
    await client.control('POST', '/reset');
    expect((await client.get('/api/v1/users')).body.map((u: { id: string }) => u.id)).toEqual(
      before.map((u: { id: string }) => u.id),
    );
    expect((await client.control('GET', '/settings')).body.searchLagMs).toBe(0);
    expect(Math.abs((await client.control('GET', '/clock')).body.nowMs - Date.now())).toBeLessThan(5000);
  });

  it.each([
    ['PUT', '/settings', { nothing: 1 }],
    ['PUT', '/settings', { searchLagMs: 'long' }],
    ['PUT', '/settings', { role: 'KING' }],
    ['POST', '/clock', { forward: 1 }],
    ['POST', '/tokens/revoke', { everything: true }],
    ['PUT', '/limits', { '/api/v1/users': -1 }],
  ])('refuses %s %s %j with a reason', async (method, path, body) => {
    const refused = await client.control(method, path, body);
    expect(refused).toMatchObject({ status: 400, body: { error: expect.any(String) } });
  });
});
