import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { InputError, NetworkError, OktaError } from '../../src/errors/errors.ts';
import { httpClient } from '../../src/http/client.ts';
import { closedPort, httpServer, json, rejection, request, tcpServer } from '../support/server.ts';
import { SELF_SIGNED } from '../support/tls.ts';

const TOKEN = '00s3cr3tT0kenOfTheConnection-0123456789abc';
const PASSWORD = 'Tr0ub4dor&3';

function client(orgUrl: string, attemptTimeoutMs = 5_000) {
  const send = httpClient({ orgUrl, userAgent: 'test/1', attemptTimeoutMs });
  onTestFinished(() => send.close());
  return send;
}

const write = (parts: object = {}) =>
  request({
    method: 'POST',
    idempotent: false,
    headers: { Authorization: `SSWS ${TOKEN}` },
    body: { profile: { login: 'ana@acme.test' }, credentials: { password: { value: PASSWORD } } },
    ...parts,
  });

/** Everything that people and log libraries do with an error. */
const allTextsOf = (error: Error) =>
  [
    JSON.stringify(error),
    error.message,
    error.stack,
    String(error),
    inspect(error, { depth: 20, showHidden: true }),
    inspect(error.cause, { depth: 20 }),
    JSON.stringify(Object.getOwnPropertyDescriptors(error)),
  ].join('\n');

describe('an answer', () => {
  it('is handed back whole: status, headers in small letters, text and parsed JSON', async () => {
    const { origin, requests } = await httpServer((_, response) =>
      json(response, 201, { id: '00u1' }, { 'X-Okta-Request-Id': 'req1' }),
    );
    const response = await client(origin)(request({ path: '/api/v1/users?q=a%20b' }));
    expect(response).toMatchObject({ status: 201, text: '{"id":"00u1"}', json: { id: '00u1' } });
    expect(response.headers).toMatchObject({
      'x-okta-request-id': 'req1',
      'content-type': 'application/json',
    });
    expect(requests[0]).toMatchObject({ method: 'GET', url: '/api/v1/users?q=a%20b', body: '' });
    expect(requests[0]?.headers).toMatchObject({ accept: 'application/json', 'user-agent': 'test/1' });
    expect(requests[0]?.headers['content-type']).toBeUndefined();
  });

  it.each([400, 401, 404, 429, 500, 503])('with status %i is an answer too', async (status) => {
    const { origin, requests } = await httpServer((_, response) =>
      json(response, status, { errorCode: 'x' }),
    );
    expect(await client(origin)(request())).toMatchObject({ status, json: { errorCode: 'x' } });
    expect(requests).toHaveLength(1);
  });

  it('joins header lines of the same name', async () => {
    const { origin } = await httpServer((_, response) => {
      response.setHeader('Link', ['<https://a/1>; rel="self"', '<https://a/2>; rel="next"']);
      response.setHeader('Set-Cookie', ['a=1', 'b=2']);
      response.end('[]');
    });
    const { headers } = await client(origin)(request());
    expect(headers.link).toBe('<https://a/1>; rel="self", <https://a/2>; rel="next"');
    expect(headers['set-cookie']).toBe('a=1, b=2');
  });

  it.each([
    ['204 without a body', 204, '', {}, undefined],
    ['200 without a body', 200, '', { 'Content-Type': 'application/json' }, undefined],
    ['HTML with 200', 200, '<html>{}</html>', { 'Content-Type': 'text/html' }, undefined],
    ['HTML that calls itself JSON', 200, '<html>', { 'Content-Type': 'application/json' }, undefined],
    ['JSON without a type', 200, '[1]', {}, [1]],
    ['JSON with a charset', 200, '{"a":1}', { 'Content-Type': 'application/json;charset=UTF-8' }, { a: 1 }],
    ['hal+json', 200, '{"a":1}', { 'Content-Type': 'application/hal+json' }, { a: 1 }],
    ['JSON that calls itself text', 200, '{"a":1}', { 'Content-Type': 'text/plain' }, undefined],
    ['JSON that is cut inside', 200, '{"a":', { 'Content-Type': 'application/json' }, undefined],
  ])('%s', async (_, status, text, headers, parsed) => {
    const { origin } = await httpServer((__, response) => response.writeHead(status, headers).end(text));
    const response = await client(origin)(request());
    expect(response.status).toBe(status);
    expect(response.text).toBe(text);
    expect(response.json).toEqual(parsed);
  });

  it('begins behind a byte order mark', async () => {
    const { origin } = await httpServer((_, response) => response.end('\ufeff[1]'));
    expect(await client(origin)(request())).toMatchObject({ text: '[1]', json: [1] });
  });

  it('keeps 4-byte characters and long numbers of the text', async () => {
    const { origin } = await httpServer((_, response) => json(response, 200, { name: 'Zoë 😀' }));
    expect((await client(origin)(request())).json).toEqual({ name: 'Zoë 😀' });
  });
});

describe('a long list', () => {
  const items = Array.from({ length: 500 }, (_, at) => ({ id: `00u${at}`, filler: 'x'.repeat(200) }));

  it('is parsed as it is taken', async () => {
    const { origin } = await httpServer((_, response) => json(response, 200, items));
    const { list } = await client(origin)(request());
    expect([...(list ?? [])]).toEqual(items);
  });

  it('that is damaged inside ends in an error without a word of it', async () => {
    const text = JSON.stringify(items).replace('"00u7"', '"s3cr3t');
    const { origin } = await httpServer((_, response) =>
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(text),
    );
    const { list } = await client(origin)(request());
    const error = await rejection((async () => [...(list ?? [])])());
    expect(error).toMatchObject({ code: 'unexpected_response', message: expect.stringContaining('JSON') });
    expect(allTextsOf(error)).not.toContain('s3cr3t');
  });

  it('in something else than JSON is none', async () => {
    const { origin } = await httpServer((_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/plain' }).end(JSON.stringify(items)),
    );
    expect((await client(origin)(request())).list).toBeUndefined();
  });

  it('looks for the elements of a long list once, whoever asks for them', async () => {
    const { origin } = await httpServer((_, response) => json(response, 200, items));
    const answer = await client(origin)(request());
    expect(answer.list).toBeDefined();
    expect(answer.list).toBe(answer.list);
  });
});

describe('a request', () => {
  it('goes over a connection that is kept alive', async () => {
    const server = await httpServer((_, response) => json(response, 200, []));
    const send = client(server.origin);
    for (let i = 0; i < 5; i += 1) await send(request());
    expect(server.requests).toHaveLength(5);
    expect(server.connections()).toBe(1);
  });

  it.each(['POST', 'PUT'] as const)('%s without a body has Content-Length: 0', async (method) => {
    const { origin, requests } = await httpServer((_, response) => response.writeHead(204).end());
    await client(origin)(request({ method }));
    expect(requests[0]?.headers['content-length']).toBe('0');
    expect(requests[0]?.headers['transfer-encoding']).toBeUndefined();
  });

  it.each(['GET', 'DELETE', 'HEAD'] as const)('%s without a body has no body headers', async (method) => {
    const { origin, requests } = await httpServer((_, response) => response.writeHead(204).end());
    await client(origin)(request({ method }));
    expect(requests[0]?.headers['content-type']).toBeUndefined();
    expect(requests[0]?.headers['transfer-encoding']).toBeUndefined();
    expect(requests[0]?.method).toBe(method);
  });

  it('PATCH without a body has a length too', async () => {
    const { origin, requests } = await httpServer((_, response) => response.writeHead(204).end());
    await client(origin)(request({ method: 'PATCH' }));
    expect(requests[0]?.headers['content-length'] ?? 'none').toBe('0');
  });

  it('sends a body as JSON, with its length', async () => {
    const { origin, requests } = await httpServer((_, response) => response.writeHead(204).end());
    await client(origin)(request({ method: 'POST', body: { name: 'Zoë', gone: undefined, none: null } }));
    expect(requests[0]?.body).toBe('{"name":"Zoë","none":null}');
    expect(requests[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': '27',
    });
  });

  it.each([null, false, 0, '', 'text', []])('sends %j as JSON too', async (body) => {
    const { origin, requests } = await httpServer((_, response) => response.writeHead(204).end());
    await client(origin)(request({ method: 'PUT', body }));
    expect(requests[0]?.body).toBe(JSON.stringify(body));
  });

  it('sends a form as a form', async () => {
    const { origin, requests } = await httpServer((_, response) => response.writeHead(204).end());
    const form = new URLSearchParams({ grant_type: 'x', scope: 'a b' });
    await client(origin)(request({ method: 'POST', form }));
    expect(requests[0]?.body).toBe('grant_type=x&scope=a+b');
    expect(requests[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  it("its own headers win over the client's, in any capitals", async () => {
    const { origin, requests } = await httpServer((_, response) => response.writeHead(204).end());
    await client(origin)(
      request({ method: 'POST', body: {}, headers: { accept: 'text/csv', 'If-Match': '"1"' } }),
    );
    expect(requests[0]?.headers).toMatchObject({ accept: 'text/csv', 'if-match': '"1"' });
    expect(requests[0]?.rawHeaders.filter((name) => /^accept$/i.test(name))).toHaveLength(1);
  });

  it('with a body of 5 MB is refused before anything is sent', async () => {
    const { origin, requests, connections } = await httpServer((_, response) =>
      response.writeHead(204).end(),
    );
    const error = await rejection(client(origin)(write({ body: { text: 'x'.repeat(5 * 1024 * 1024) } })));
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ message: expect.stringContaining('larger than 4 MB'), retryable: false });
    expect(requests).toHaveLength(0);
    expect(connections()).toBe(0);
  });

  it('with 4-byte characters is measured in bytes, not in characters', async () => {
    const { origin } = await httpServer((_, response) => response.writeHead(204).end());
    expect(await rejection(client(origin)(write({ body: '😀'.repeat(1_100_000) })))).toBeInstanceOf(
      InputError,
    );
  });

  it.each([
    '@evil.example/',
    '.evil.example/',
    ':1@evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/\t/evil.example/',
    'https://evil.example/',
    '/api/v1/users/../groups',
    '/api/v1/users/%2E%2e/groups',
    '/api/v1/users/.',
    '',
  ])('with a path like %j is refused: it would leave the org or its route', async (path) => {
    expect(await rejection(client('https://acme.invalid', 500)(write({ path })))).toBeInstanceOf(InputError);
  });
});

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])(
    '%i is an answer, and the other origin is never contacted',
    async (status) => {
      const other = await httpServer((_, response) => response.writeHead(204).end());
      const { origin, requests } = await httpServer((_, response) =>
        response.writeHead(status, { Location: `${other.origin}/steal` }).end(),
      );
      const response = await client(origin)(write());
      expect(response.status).toBe(status);
      expect(response.headers.location).toBe(`${other.origin}/steal`);
      expect(requests).toHaveLength(1);
      expect(other.connections()).toBe(0);
    },
  );

  it('within the org is not followed either', async () => {
    const { origin, requests } = await httpServer((_, response) =>
      response.writeHead(302, { Location: '/x' }).end(),
    );
    expect((await client(origin)(request())).status).toBe(302);
    expect(requests).toHaveLength(1);
  });
});

describe('when no complete answer comes', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

  it.each([
    ['a body shorter than its Content-Length', `${head}Content-Length: 100\r\n\r\n[{"id":1}]`],
    ['a chunked body that breaks off', `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n[1,2]\r\n`],
    ['headers that break off', head],
    ['nothing at all', ''],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['a chunk length that is none', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n[]\r\n`],
  ])('%s is a NetworkError, never half an answer', async (_, text) => {
    const { origin } = await tcpServer((socket) => socket.end(text));
    const error = await rejection<NetworkError>(client(origin)(write()));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ code: 'network_error', sent: true, retryable: true });
    expect(error.request).toEqual({ method: 'POST', pathTemplate: '/api/v1/users' });
  });

  it('a connection that is reset is a NetworkError: the request may have been done', async () => {
    const { origin } = await tcpServer((socket) => socket.resetAndDestroy());
    expect(await rejection(client(origin)(write()))).toMatchObject({
      name: 'NetworkError',
      sent: true,
      message: expect.stringContaining('ECONNRESET'),
    });
  });

  it('a connection that is reset inside the body likewise', async () => {
    const { origin } = await tcpServer((socket) =>
      socket.write(`${head}Content-Length: 100\r\n\r\n[`, () =>
        setTimeout(() => socket.resetAndDestroy(), 20),
      ),
    );
    expect(await rejection(client(origin)(request()))).toMatchObject({ name: 'NetworkError', sent: true });
  });

  it('a refused connection is a NetworkError that says: not sent', async () => {
    const error = await rejection(client(`http://127.0.0.1:${await closedPort()}`)(write()));
    expect(error).toMatchObject({
      name: 'NetworkError',
      sent: false,
      retryable: true,
      message: 'No connection to 127.0.0.1 (ECONNREFUSED)',
      hint: expect.stringContaining('org URL'),
    });
  });

  it('a name that does not exist is said to be one, and not sent', async () => {
    const error = await rejection<NetworkError>(client('https://acme.invalid')(write()));
    expect(error).toMatchObject({
      name: 'NetworkError',
      sent: false,
      message: 'There is no host acme.invalid',
    });
    expect(error.hint).toMatch(/typo/);
  });

  it('a certificate that is not accepted is a matter for the admin and is not tried again', async () => {
    let seen = '';
    const server = createTlsServer({ key: SELF_SIGNED.key, cert: SELF_SIGNED.cert }, (socket) => {
      socket.on('data', (data) => {
        seen += data;
      });
      socket.on('error', () => {});
    });
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const error = await rejection(client(`https://127.0.0.1:${port}`)(write()));
    expect(error).toMatchObject({ name: 'NetworkError', sent: false, retryable: false, actor: 'admin' });
    expect(error.message).toMatch(/TLS certificate of 127\.0\.0\.1 was not accepted/);
    expect(seen).toBe('');
  });

  // The handshake failed, so nothing was sent: a write must not become outcome_unknown.
  it('a TLS handshake that fails is known not to have sent anything', async () => {
    const { origin } = await tcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const error = await rejection(client(origin.replace('http:', 'https:'))(write()));
    expect(error).toMatchObject({ name: 'NetworkError', sent: false });
  });

  it('an answer that drips byte by byte ends at attemptTimeoutMs, over all', async () => {
    const { origin } = await tcpServer((socket) => {
      socket.write(`${head}Content-Length: 100000\r\n\r\n`);
      const drip = setInterval(() => socket.write(' '), 10);
      socket.on('close', () => clearInterval(drip));
    });
    const started = performance.now();
    const error = await rejection(client(origin, 200)(request()));
    expect(performance.now() - started).toBeLessThan(900);
    expect(error).toBeInstanceOf(OktaError);
    expect(error).toMatchObject({
      code: 'timeout',
      retryable: true,
      message: expect.stringContaining('0.2 s'),
    });
  });

  it('a server that never answers likewise, and the socket is closed', async () => {
    let closed: Promise<unknown> | undefined;
    const { origin } = await tcpServer((socket) => {
      closed = once(socket, 'close');
    });
    expect(await rejection(client(origin, 100)(request()))).toMatchObject({ code: 'timeout' });
    await closed;
  });

  it('a huge answer is cut off, also when it was packed small', async () => {
    const packed = gzipSync(Buffer.alloc(65 * 1024 * 1024, 0x20));
    const { origin } = await httpServer((_, response) =>
      response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' }).end(packed),
    );
    const error = await rejection(client(origin)(request()));
    expect(error).toMatchObject({
      code: 'unexpected_response',
      message: expect.stringContaining('larger than 64 MB'),
      retryable: false,
    });
  });

  it('an announced length above the cap is refused as well', async () => {
    const { origin } = await tcpServer((socket) => {
      socket.write(`${head}Content-Length: 99999999999\r\n\r\n`);
      const block = Buffer.alloc(1024 * 1024, 0x20);
      const more = () => {
        while (!socket.destroyed && socket.write(block)) {
          // until the buffer is full
        }
      };
      socket.on('drain', more);
      more();
    });
    expect(await rejection(client(origin)(request()))).toMatchObject({ code: 'unexpected_response' });
  });
});

describe('the signal', () => {
  it('ends a request with its own reason and closes the socket', async () => {
    const controller = new AbortController();
    const reason = new Error('the person left');
    let closed: Promise<unknown> | undefined;
    const { origin } = await tcpServer((socket) => {
      closed = once(socket, 'close');
      controller.abort(reason);
    });
    expect(await rejection(client(origin)(request({ signal: controller.signal })))).toBe(reason);
    await closed;
  });

  it('sends nothing when it is aborted already', async () => {
    const { origin, connections } = await httpServer((_, response) => response.end());
    const reason = new Error('too late');
    expect(await rejection(client(origin)(request({ signal: AbortSignal.abort(reason) })))).toBe(reason);
    expect(connections()).toBe(0);
  });

  it('an answer that was whole stays good when the signal is aborted later', async () => {
    const controller = new AbortController();
    const { origin } = await httpServer((_, response) => json(response, 200, []));
    const response = await client(origin)(request({ signal: controller.signal }));
    controller.abort();
    expect(response.json).toEqual([]);
  });
});

describe('secrets', () => {
  const head = 'HTTP/1.1 200 OK\r\n';

  it.each([
    ['a broken connection', async () => (await tcpServer((socket) => socket.end(head))).origin],
    ['a reset', async () => (await tcpServer((socket) => socket.resetAndDestroy())).origin],
    ['a time-out', async () => (await tcpServer(() => {})).origin],
    ['a refused connection', async () => `http://127.0.0.1:${await closedPort()}`],
    ['an unknown host', async () => 'https://acme.invalid'],
    ['TLS', async () => (await tcpServer((socket) => socket.end('no'))).origin.replace('http', 'https')],
    ['the answer echoes them', async () => (await tcpServer((socket, data) => socket.end(data))).origin],
  ])('are nowhere in the error after %s', async (_, target) => {
    const form = new URLSearchParams({ client_secret: 'f0rm-s3cr3t' });
    const send = client(await target(), 150);
    for (const one of [write(), write({ body: undefined, form })]) {
      const error = await rejection(send(one));
      expect(error).toBeInstanceOf(OktaError);
      const texts = allTextsOf(error);
      for (const secret of [TOKEN, PASSWORD, 'f0rm-s3cr3t', 'ana@acme.test'])
        expect(texts).not.toContain(secret);
    }
  });

  it('are nowhere in the error about a body that is too large', async () => {
    const body = { text: 'x'.repeat(5 * 1024 * 1024), password: PASSWORD };
    const texts = allTextsOf(await rejection(client('http://127.0.0.1:1')(write({ body }))));
    for (const secret of [TOKEN, PASSWORD]) expect(texts).not.toContain(secret);
    expect(texts.length).toBeLessThan(20_000);
  });
});

describe('a proxy named in the environment', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('gets a CONNECT for https, never the credential', async () => {
    const proxy = await tcpServer((socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    vi.stubEnv('HTTPS_PROXY', proxy.origin);
    vi.stubEnv('https_proxy', proxy.origin);
    vi.stubEnv('NO_PROXY', '');
    vi.stubEnv('no_proxy', '');
    await client('https://acme.invalid')(write()).catch(() => {});
    const seen = proxy.requests.map((one) => one.body).join('\n');
    expect(seen).not.toContain(TOKEN);
    expect(seen).not.toContain(PASSWORD);
    expect(seen).toMatch(/^CONNECT acme\.invalid:443/);
  });

  it('that is no URL is refused, and the next request goes on when it is mended', async () => {
    for (const name of ['HTTPS_PROXY', 'https_proxy']) vi.stubEnv(name, 'http://ana:s3cr3t@:bad');
    const send = client('https://acme.invalid');
    const error = await rejection(send(write()));
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('proxy') });
    send.close();
    for (const name of ['HTTPS_PROXY', 'https_proxy']) vi.stubEnv(name, '');
    expect(await rejection(send(write()))).toMatchObject({ message: 'There is no host acme.invalid' });
  });

  // Would otherwise be read as Okta's answer, and report a write that never left as outcome_unknown.
  it('its refusal to connect is not taken for an answer of Okta', async () => {
    const proxy = await tcpServer((socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    for (const name of ['HTTPS_PROXY', 'https_proxy']) vi.stubEnv(name, proxy.origin);
    for (const name of ['NO_PROXY', 'no_proxy']) vi.stubEnv(name, '');
    expect(await rejection(client('https://acme.invalid')(write()))).toMatchObject({ name: 'NetworkError' });
  });
});

describe('plain http on this machine', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('does not go through a proxy of the environment, which would read the credential', async () => {
    const proxy = await httpServer((_, response) => response.writeHead(502).end());
    for (const name of ['HTTP_PROXY', 'http_proxy']) vi.stubEnv(name, proxy.origin);
    for (const name of ['NO_PROXY', 'no_proxy']) vi.stubEnv(name, '');
    const { origin } = await httpServer((_, response) => json(response, 200, []));
    expect(await client(origin)(write())).toMatchObject({ status: 200 });
    expect(proxy.requests).toEqual([]);
  });
});

describe('close', () => {
  it('closes the idle sockets', async () => {
    let closed: Promise<unknown> | undefined;
    const { origin } = await tcpServer((socket) => {
      closed = once(socket, 'close');
      socket.write('HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n');
    });
    const send = client(origin);
    await send(request());
    send.close();
    await closed;
  });

  it('lets what is under way end', async () => {
    let answer: (() => void) | undefined;
    const { origin } = await httpServer((_, response) => {
      answer = () => json(response, 200, { done: true });
    });
    const send = client(origin);
    const answered = send(write());
    await vi.waitFor(() => expect(answer).toBeDefined());
    send.close();
    answer?.();
    expect(await answered).toMatchObject({ status: 200 });
  });
});
