import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { NetworkError } from '../../src/errors/errors.ts';
import { httpClient } from '../../src/http/client.ts';
import { proxyFor } from '../../src/http/proxy.ts';
import { retry } from '../../src/http/retry.ts';
import { openTransport } from '../../src/http/transport.ts';
import type { Outgoing } from '../../src/http/wire.ts';
import { httpsServer, proxied, socksProxy, trustAll, tunnel } from '../support/proxies.ts';
import { closedPort, rejection, request, tcpServer } from '../support/server.ts';

/** Only a proxy could know this name. */
const ORG = 'https://acme.okta.test';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

async function transport(orgUrl: string) {
  const opened = await openTransport(orgUrl, 1024 * 1024);
  onTestFinished(() => opened.close());
  return opened;
}

const get = (parts: Partial<Outgoing> = {}): Outgoing => ({
  ...{ method: 'GET', path: '/api/v1/users', headers: {}, timeoutMs: 5_000 },
  ...parts,
});

function client(orgUrl = ORG, attemptTimeoutMs = 30_000) {
  const send = httpClient({ orgUrl, userAgent: 'test/1', attemptTimeoutMs });
  onTestFinished(() => send.close());
  return send;
}

const write = () =>
  request({ method: 'POST', idempotent: false, headers: { Authorization: 'SSWS t0ken-s3cr3t' }, body: {} });

const pauseMs = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

type Behaviour = Parameters<typeof tcpServer>[0];

const OK = 'HTTP/1.1 200 OK\r\n\r\n';

const says =
  (text: string): Behaviour =>
  (socket) =>
    socket.end(text);

/** What comes in the tunnel is the beginning of TLS. */
const connectsThen =
  (next: (socket: Socket) => void): Behaviour =>
  (socket, data) => {
    if (data.startsWith('CONNECT ')) socket.write(OK);
    else next(socket);
  };

const dripping: Behaviour = (socket) => {
  socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
  const timer = setInterval(() => socket.write('x'), 20);
  socket.on('close', () => clearInterval(timer));
};

/** A server that shows when the first request reaches it, and when its last socket is closed. */
async function silentServer(behaviour: Behaviour) {
  const [reached, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let open = 0;
  const server = await tcpServer((socket, data) => {
    if (socket.listenerCount('close', counted) === 0) {
      open += 1;
      socket.on('close', counted);
    }
    reached.resolve();
    behaviour(socket, data);
  });
  const counted = () => {
    open -= 1;
    if (open === 0) left.resolve();
  };
  return { origin: server.origin, reached: reached.promise, left: left.promise, open: () => open };
}

async function untrusted(): Promise<string> {
  return `https://127.0.0.1:${(await httpsServer()).port}`;
}

/** Answers the greeting, or ends. A user name is asked for only by 2. */
async function socks(answers: Buffer | undefined): Promise<string> {
  const { origin } = await tcpServer((socket) => void (answers ? socket.write(answers) : socket.end()));
  return origin.replace('http:', 'socks5:');
}

/** What a person and a log get to see. */
function expectToName(error: Error, proxy: string) {
  expect(error).toBeInstanceOf(NetworkError);
  const texts = [error.message, JSON.stringify(error), inspect(error, { depth: 9, showHidden: true })];
  expect(error.message).toContain(proxy);
  for (const text of texts) expect(text).not.toMatch(/acme\.okta|s3cr3t|YW5h/);
}

describe('a proxy of the environment', () => {
  it.each(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'])(
    '%s: leads to the org through one tunnel that is kept',
    async (name) => {
      const org = await httpsServer();
      const proxy = await tunnel(org.port);
      proxied({ [name]: proxy.origin });
      trustAll();
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
    trustAll();
    const { exchange } = await transport('https://acme.invalid');
    expect(await exchange(get())).toMatchObject({ status: 200 });
  });

  it('may speak SOCKS 5, and looks the name up then', async () => {
    const org = await httpsServer();
    const proxy = await socksProxy(org.port);
    proxied({ ALL_PROXY: proxy.origin.replace('http:', 'socks5h:') });
    trustAll();
    const { exchange } = await transport('https://acme.invalid');
    expect(await exchange(get())).toMatchObject({ status: 200 });
    expect(proxy.requests[1]?.body).toContain('acme.invalid');
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

  it('tells the port apart in NO_PROXY, and a name from one that only ends like it', () => {
    const isUsed = (noProxy: string, orgUrl = ORG) => {
      proxied({ HTTPS_PROXY: 'http://proxy.test:3128', NO_PROXY: noProxy });
      return proxyFor(orgUrl) !== undefined;
    };
    for (const one of [
      '*',
      'acme.okta.test',
      'ACME.okta.test',
      '.okta.test',
      'okta.test',
      '*.okta.test',
      'test.',
    ])
      expect(isUsed(one), one).toBe(false);
    for (const one of ['acme.okta.test:443', 'x.test acme.okta.test', 'x.test,,*:443'])
      expect(isUsed(one), one).toBe(false);
    for (const one of [
      '',
      ' , ',
      'a.okta.test',
      'kta.test',
      '*.acme.okta.test',
      'acme.okta.test:8443',
      '*:80',
    ])
      expect(isUsed(one), one).toBe(true);
    expect(isUsed('acme.okta.test:8443', `${ORG}:8443`)).toBe(false);
  });

  it.each([
    ['http://ana:s3cr3t@:bad:port', /is not a URL/],
    ['http://ana:12/s3cr3t@proxy.test:3128', /is not a URL/],
    ['http://ana:s3cr3t%zz@proxy.test:3128', /not percent-encoded/],
    ['ftp://ana:s3cr3t@proxy.test:21', /neither an HTTP nor a SOCKS proxy/],
  ])('%s is refused by the name of its variable, without its password', (value, why) => {
    proxied({ ALL_PROXY: value });
    let error: Error | undefined;
    try {
      proxyFor(ORG);
    } catch (caught) {
      error = caught as Error;
    }
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(why) });
    expect(error?.message).toContain('ALL_PROXY');
    expect(JSON.stringify(error)).not.toMatch(/s3cr3t|ana/);
  });
});

describe('F1.2 a proxy that does not lead to the org', () => {
  const passing = (behaviour: Behaviour, why: RegExp) => ({ behaviour, why, retryable: true });
  const lasting = (behaviour: Behaviour, why: RegExp) => ({ behaviour, why, retryable: false });

  it.each([
    ['ends the connection', passing((socket) => socket.end(), /ended the connection .*ECONNRESET/)],
    ['resets it', passing((socket) => socket.resetAndDestroy(), /ended the connection .*ECONNRESET/)],
    ['speaks something else', passing(says('SSH-2.0-x\r\n'), /did not answer in HTTP \(HPE_/)],
    ['breaks off in its answer', passing(says('HTTP/1.1 200 OK\r\nX'), /ended the connection/)],
    ['answers 301', lasting(says('HTTP/1.1 301 No\r\nLocation: /\r\n\r\n'), /did not connect \(301\)/)],
    ['answers 403', lasting(says('HTTP/1.1 403 No\r\n\r\n'), /did not connect \(403\)/)],
    ['answers 407', lasting(says('HTTP/1.1 407 No\r\n\r\n'), /user name and password \(407\)/)],
    ['answers 429', passing(says('HTTP/1.1 429 No\r\n\r\n'), /did not connect \(429\)/)],
    ['answers 502', passing(says('HTTP/1.1 502 No\r\nContent-Length: 2\r\n\r\nno'), /connect \(502\)/)],
    ['connects and ends', passing(says(OK), /broke the tunnel .*ECONNRESET/)],
    [
      'connects and ends after TLS began',
      passing(
        connectsThen((socket) => socket.end()),
        /broke the tunnel/,
      ),
    ],
    [
      'connects and resets',
      passing(
        connectsThen((socket) => socket.resetAndDestroy()),
        /broke the tunnel/,
      ),
    ],
  ])('is named when it %s, after a few tries that end with the call', async (_, proxyThat) => {
    const proxy = await tcpServer(proxyThat.behaviour);
    proxied({ HTTPS_PROXY: proxy.origin.replace('//', '//ana:s3cr3t@') });
    const waits: number[] = [];
    const clock = { now: Date.now, sleep: async (ms: number) => void waits.push(ms) };
    const error = await rejection(retry(client(), { clock, maxRetries: 3, maxWaitMs: 60_000 })(write()));
    const { why, retryable } = proxyThat;
    expect(error).toMatchObject({ sent: false, retryable, message: expect.stringMatching(why) });
    expectToName(error, `${new URL(proxy.origin).host} (HTTPS_PROXY)`);
    const tries = retryable ? 4 : 1;
    expect(proxy.connections()).toBe(tries);
    expect(waits).toHaveLength(tries - 1);
    expect(waits.every((ms) => ms >= 500)).toBe(true);
    await pauseMs(200);
    expect(proxy.connections()).toBe(tries);
  });

  it.each([
    [
      'down',
      async () => `http://127.0.0.1:${await closedPort()}`,
      /cannot be reached \(ECONNREFUSED\)/,
      true,
    ],
    ['unknown', async () => 'http://proxy.invalid:3128', /unknown host name \(E/, false],
    ['of https, with a certificate of its own', untrusted, /TLS certificate .* \(DEPTH_ZERO_SELF/, false],
    [
      'of https, without TLS',
      async () => (await tcpServer(says('HTTP/1.1 400 No\r\n\r\n'))).origin.replace('http:', 'https:'),
      /cannot be reached \((EPROTO|ERR_SSL_)/,
      true,
    ],
    ['of SOCKS that lets nobody in', () => socks(Buffer.of(5, 0xff)), /No acceptable authentication/, false],
    [
      'of SOCKS that reaches nothing',
      () => socks(Buffer.of(5, 0, 5, 4, 0, 1, 0, 0, 0, 0, 0, 0)),
      /unreach/,
      true,
    ],
    ['of SOCKS that ends', () => socks(undefined), /ended the connection/, true],
  ])('is named when it is %s', async (_, target, why, retryable) => {
    const url = await target();
    proxied({ all_proxy: url.replace('//', '//ana:s3cr3t@') });
    const error = await rejection(client()(write()));
    expect(error).toMatchObject({ sent: false, message: expect.stringMatching(why) });
    // A resolver without a network says EAI_AGAIN: try again.
    if (!error.message.includes('EAI_AGAIN')) expect(error).toMatchObject({ retryable });
    expectToName(error, `${new URL(url).host} (all_proxy)`);
  });

  it.each([
    ['never answers CONNECT', () => {}, /did not connect within 10 s/],
    ['answers CONNECT byte by byte', dripping, /did not connect within 10 s/],
    ['connects to silence', connectsThen(() => {}), /the TLS handshake did not complete within 10 s/],
  ])('is given up after ten seconds when it %s, and its socket closed', async (_, behaviour, why) => {
    const proxy = await silentServer(behaviour);
    proxied({ HTTPS_PROXY: proxy.origin });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const call = rejection(client()(write()));
    await proxy.reached;
    await vi.advanceTimersByTimeAsync(9_900);
    expect(proxy.open()).toBe(1);
    await vi.advanceTimersByTimeAsync(200);
    const error = await call;
    expect(error).toMatchObject({ sent: false, retryable: true, message: expect.stringMatching(why) });
    expectToName(error, '(HTTPS_PROXY)');
    await proxy.left;
  });

  it('keeps its password out of what the client below sees, too', async () => {
    const proxy = await tcpServer(says('HTTP/1.1 407 No\r\n\r\n'));
    proxied({ HTTPS_PROXY: proxy.origin.replace('//', '//ana:s3cr3t@') });
    const error = await rejection((await transport(ORG)).exchange(get()));
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/s3cr3t|YW5h/);
  });

  it('is named when the time of an attempt is over before', async () => {
    const proxy = await silentServer(() => {});
    proxied({ HTTPS_PROXY: proxy.origin });
    const error = await rejection(client(ORG, 100)(write()));
    expect(error).toMatchObject({ sent: false, message: expect.stringContaining('connect within 0.1 s') });
    expectToName(error, '(HTTPS_PROXY)');
  });

  it.each([
    [
      'shows a certificate that nobody trusts',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      async () => (await httpsServer()).port,
    ],
    [
      'does not speak TLS',
      'SSL',
      async () => Number(new URL((await tcpServer(says('HTTP/1.1 400 No\r\n\r\n'))).origin).port),
    ],
  ])('is not blamed when the org behind it %s', async (_, code, org) => {
    const proxy = await tunnel(await org());
    proxied({ HTTPS_PROXY: proxy.origin });
    const error = await rejection(client()(write()));
    expect(error).toMatchObject({ sent: false, message: expect.stringContaining('acme.okta.test') });
    expect(error.message).toContain(code);
    expect(error.message).not.toContain(new URL(proxy.origin).host);
  });
});

describe('F1.2 an org that accepts and never speaks', () => {
  it('is given up after ten seconds', async () => {
    const org = await silentServer(() => {});
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const call = rejection(client(org.origin.replace('http:', 'https:'))(write()));
    await org.reached;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await call).toMatchObject({
      ...{ sent: false, retryable: true },
      message: 'No connection to 127.0.0.1 within 10 s',
    });
    await org.left;
  });
});

describe('F1.2 close', () => {
  it.each([
    ['an org', () => {}],
    ['a proxy', (origin: string) => proxied({ HTTPS_PROXY: origin })],
  ])('leaves no socket to %s that nobody waits for', async (who, name) => {
    const server = await silentServer(() => {});
    name(server.origin);
    const send = client(who === 'a proxy' ? ORG : server.origin.replace('http:', 'https:'), 100);
    await rejection(send(write()));
    expect(server.open()).toBe(1);
    send.close();
    await server.left;
  });

  it('waits for an exchange under way, and for nothing after it', async () => {
    const server = await silentServer(() => {});
    proxied({ HTTPS_PROXY: server.origin });
    const send = client(ORG, 300);
    const call = rejection(send(write()));
    await server.reached;
    send.close();
    expect(server.open()).toBe(1);
    await call;
    await server.left;
  });
});
