import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openTransport } from '../../src/http/transport.ts';
import { type Outgoing, TransportError } from '../../src/http/wire.ts';
import { closedPort, httpServer, json, rejection, tcpServer } from '../support/server.ts';
import { SELF_SIGNED } from '../support/tls.ts';

const MAX_BYTES = 1024 * 1024;

async function transport(orgUrl: string) {
  const opened = await openTransport(orgUrl, MAX_BYTES);
  onTestFinished(() => opened.close());
  return opened;
}

const get = (parts: Partial<Outgoing> = {}): Outgoing => ({
  method: 'GET',
  path: '/api/v1/users',
  headers: {},
  timeoutMs: 5_000,
  ...parts,
});

const pauseMs = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Takes part in nothing but the tunnel, as a company proxy does. */
async function tunnel(port: number, authorize = (_: string) => true) {
  return tcpServer((socket, data) => {
    if (!data.startsWith('CONNECT ')) return;
    if (!authorize(data)) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    socket.removeAllListeners('data');
    const behind = connectTcp(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(behind).pipe(socket);
    });
    for (const [one, other] of [
      [socket, behind],
      [behind, socket],
    ] as [Socket, Socket][]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
}

async function httpsServer() {
  const requests: { url: string | undefined; host: string | undefined }[] = [];
  const server = createHttpsServer(SELF_SIGNED, (request, response) => {
    requests.push({ url: request.url, host: request.headers.host });
    json(response, 200, { ok: true });
  });
  let connections = 0;
  server.on('secureConnection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, requests, connections: () => connections };
}

describe('packed answers', () => {
  const text = JSON.stringify({ name: 'Zoë 😀', filler: 'x'.repeat(5_000) });

  it.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['identity', Buffer.from(text)],
  ])('%s is unpacked', async (name, body) => {
    const { origin } = await httpServer((_, response) =>
      response.writeHead(200, { 'Content-Encoding': name, 'Content-Type': 'application/json' }).end(body),
    );
    expect(String((await (await transport(origin)).exchange(get())).body)).toBe(text);
  });

  it('asks for no packing that servers disagree about', async () => {
    const { origin, requests } = await httpServer((_, response) => json(response, 200, {}));
    await (await transport(origin)).exchange(get());
    expect(requests[0]?.headers['accept-encoding']).toBe('gzip, br');
  });

  it('an empty body that calls itself packed is empty', async () => {
    const { origin } = await httpServer((_, response) =>
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(),
    );
    expect(await (await transport(origin)).exchange(get())).toMatchObject({
      status: 200,
      body: Buffer.alloc(0),
    });
  });

  it.each([
    ['cut off', gzipSync(text).subarray(0, -20)],
    ['no gzip at all', Buffer.from('<html>')],
  ])('one that is %s is no answer', async (_, body) => {
    const { origin } = await httpServer((__, response) =>
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(body),
    );
    const error = await rejection<TransportError>((await transport(origin)).exchange(get()));
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ sent: true, code: expect.stringMatching(/^Z_/) });
  });

  it('one that unpacks to more than the cap is refused without unpacking it all', async () => {
    const packed = brotliCompressSync(Buffer.alloc(MAX_BYTES + 1, 0x20));
    const { origin } = await httpServer((_, response) =>
      response.writeHead(200, { 'Content-Encoding': 'br' }).end(packed),
    );
    expect(await rejection((await transport(origin)).exchange(get()))).toMatchObject({
      code: 'ERR_BUFFER_TOO_LARGE',
    });
  });
});

describe('an answer', () => {
  it('of several pieces is put together', async () => {
    const { origin } = await httpServer(async (_, response) => {
      const bytes = Buffer.from('{"name":"Zoë 😀"}');
      for (const byte of bytes) {
        response.write(Buffer.of(byte));
        await pauseMs(1);
      }
      response.end();
    });
    expect(String((await (await transport(origin)).exchange(get())).body)).toBe('{"name":"Zoë 😀"}');
  });

  it('comes after notices that precede it', async () => {
    const { origin } = await tcpServer((socket) =>
      socket.write(
        'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]',
      ),
    );
    const answer = await (await transport(origin)).exchange(get());
    expect(answer).toEqual({ status: 200, headers: { 'content-length': '2' }, body: Buffer.from('[]') });
  });

  it('to HEAD has no body, whatever its length says', async () => {
    const { origin } = await httpServer((_, response) =>
      response.writeHead(200, { 'Content-Length': '100' }).end(),
    );
    expect(await (await transport(origin)).exchange(get({ method: 'HEAD' }))).toMatchObject({
      body: Buffer.alloc(0),
    });
  });
});

describe('connections', () => {
  it('are kept alive and shared: as many as requests under way', async () => {
    const server = await httpServer(async (_, response) => {
      await pauseMs(5);
      json(response, 200, []);
    });
    const { exchange } = await transport(server.origin);
    const one = async () => {
      for (let at = 0; at < 10; at += 1) await exchange(get());
    };
    await Promise.all([one(), one(), one()]);
    expect(server.requests).toHaveLength(30);
    expect(server.connections()).toBe(3);
  });

  it('that the server closes behind an answer are not used again', async () => {
    const server = await httpServer((_, response) => json(response, 200, [], { Connection: 'close' }));
    const { exchange } = await transport(server.origin);
    for (let at = 0; at < 3; at += 1) expect(await exchange(get())).toMatchObject({ status: 200 });
    expect(server.connections()).toBe(3);
  });

  it('that were lost while idle do not cost a request', async () => {
    let last: Socket | undefined;
    const server = await tcpServer((socket) => {
      last = socket;
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]');
    });
    const { exchange } = await transport(server.origin);
    await exchange(get());
    const closed = once(last as Socket, 'close');
    last?.resetAndDestroy();
    await closed;
    await pauseMs(20);
    expect(await exchange(get({ method: 'POST', body: '{}' }))).toMatchObject({ status: 200 });
  });

  it('are closed with what is under way on them, and opened anew afterwards', async () => {
    const server = await httpServer((request, response) => {
      if (request.url !== '/never') json(response, 200, []);
    });
    const { exchange, close } = await transport(server.origin);
    await exchange(get());
    const left = rejection(exchange(get({ path: '/never' })));
    await pauseMs(20);
    close();
    expect(await left).toMatchObject({ sent: true });
    expect(await exchange(get())).toMatchObject({ status: 200 });
  });
});

describe('whether anything was sent', () => {
  it.each([
    ['nobody listens', async () => `http://127.0.0.1:${await closedPort()}`, false],
    ['the name is unknown', async () => 'https://acme.invalid', false],
    ['TLS is refused', async () => `https://127.0.0.1:${(await httpsServer()).port}`, false],
    [
      'TLS never comes about',
      async () => (await tcpServer(() => {})).origin.replace('http:', 'https:'),
      false,
    ],
    ['no answer comes', async () => (await tcpServer(() => {})).origin, true],
    ['the connection is reset', async () => (await tcpServer((one) => one.resetAndDestroy())).origin, true],
  ])('is known when %s', async (_, target, sent) => {
    const { exchange } = await transport(await target());
    const error = await rejection(exchange(get({ method: 'POST', body: '{}', timeoutMs: 300 })));
    expect(error).toMatchObject({ name: 'TransportError', sent });
  });

  it('a request that was given up before it had a connection is never written', async () => {
    const { origin, requests } = await tcpServer(() => {});
    const { exchange } = await transport(origin);
    const controller = new AbortController();
    const reason = new Error('the person left');
    const left = rejection(exchange(get({ method: 'POST', body: '{}', signal: controller.signal })));
    controller.abort(reason);
    expect(await left).toBe(reason);
    await pauseMs(50);
    expect(requests).toEqual([]);
  });

  it('a header that HTTP cannot carry is refused before anything is sent', async () => {
    const { origin, connections } = await httpServer((_, response) => json(response, 200, []));
    const { exchange } = await transport(origin);
    const error = await rejection<TransportError>(exchange(get({ headers: { 'if-match': 's3cr3t 😀' } })));
    expect(error).toMatchObject({ code: 'UND_ERR_INVALID_ARG', sent: false });
    expect(error.message).not.toContain('s3cr3t');
    expect(connections()).toBe(0);
  });
});

describe('a proxy of the environment', () => {
  afterEach(() => vi.unstubAllEnvs());

  /** For undici reads certificates as Node does: what the proxy leads to is trusted in this test. */
  function proxied(variables: Record<string, string>) {
    for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY']) {
      vi.stubEnv(name, variables[name] ?? '');
      vi.stubEnv(name.toLowerCase(), variables[name] ?? '');
    }
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  }

  it.each(['HTTPS_PROXY', 'ALL_PROXY'])(
    '%s: leads to the org through one tunnel that is kept',
    async (name) => {
      const org = await httpsServer();
      const proxy = await tunnel(org.port);
      proxied({ [name]: proxy.origin });
      const { exchange } = await transport('https://acme.invalid');
      for (let at = 0; at < 3; at += 1) {
        expect(await exchange(get({ headers: { authorization: 'SSWS s3cr3t' } }))).toMatchObject({
          status: 200,
          body: Buffer.from('{"ok":true}'),
        });
      }
      expect(org.requests).toEqual(Array(3).fill({ url: '/api/v1/users', host: 'acme.invalid' }));
      expect(org.connections()).toBe(1);
      expect(proxy.requests[0]?.body).toMatch(/^CONNECT acme\.invalid:443 HTTP\/1\.1\r\n/);
      expect(proxy.requests[0]?.body).not.toMatch(/SSWS|s3cr3t/);
    },
  );

  it('gets its own credentials, and may be named without a scheme', async () => {
    const org = await httpsServer();
    const wanted = `Basic ${Buffer.from('ana:p@ss').toString('base64')}`;
    const proxy = await tunnel(org.port, (head) => head.includes(wanted));
    const { port } = new URL(proxy.origin);
    proxied({ HTTPS_PROXY: `ana:p%40ss@127.0.0.1:${port}` });
    const { exchange } = await transport('https://acme.invalid');
    expect(await exchange(get())).toMatchObject({ status: 200 });
  });

  it('is left out for a host of NO_PROXY', async () => {
    const proxy = await tcpServer((socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    proxied({ HTTPS_PROXY: proxy.origin, NO_PROXY: 'example.test, .invalid' });
    const { exchange } = await transport('https://acme.invalid');
    expect(await rejection(exchange(get()))).toMatchObject({ code: 'ENOTFOUND', sent: false });
    expect(proxy.connections()).toBe(0);
  });

  it('of plain http is not used for https', async () => {
    const proxy = await tcpServer((socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    proxied({ HTTP_PROXY: proxy.origin });
    const { exchange } = await transport('https://acme.invalid');
    expect(await rejection(exchange(get()))).toMatchObject({ code: 'ENOTFOUND' });
    expect(proxy.connections()).toBe(0);
  });

  it('that refuses the tunnel is no answer of the org, and nothing was sent', async () => {
    const proxy = await tunnel(1, () => false);
    proxied({ HTTPS_PROXY: proxy.origin });
    const { exchange } = await transport('https://acme.invalid');
    expect(await rejection(exchange(get({ method: 'POST', body: '{}' })))).toMatchObject({
      sent: false,
      message: expect.stringContaining('407'),
    });
  });

  it('that is no URL is said to be none, without its password', async () => {
    proxied({ HTTPS_PROXY: 'http://ana:s3cr3t@:bad:port' });
    const error = await rejection(transport('https://acme.invalid'));
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('proxy') });
    expect(JSON.stringify(error)).not.toContain('s3cr3t');
  });
});
