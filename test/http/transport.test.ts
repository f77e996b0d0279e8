import { once } from 'node:events';
import type { Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openTransport } from '../../src/http/transport.ts';
import { type Outgoing, TransportError } from '../../src/http/wire.ts';
import { httpsServer } from '../support/proxies.ts';
import { closedPort, httpServer, json, rejection, tcpServer } from '../support/server.ts';

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
