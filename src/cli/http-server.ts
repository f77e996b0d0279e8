import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import { getRequestListener } from '@hono/node-server';
import { isLoopback } from '../auth/org-url.ts';
import { InputError } from '../errors/errors.ts';
import { within } from '../http/within.ts';
import { note } from './output.ts';

/** How long requests under way have when the command is stopped. */
const STOP_MS = 10_000;

/** How long the rest of a body is read that nobody wants. */
const REST_MS = 2_000;

/** A command that listens for requests. */
export interface LocalServer {
  /** `http://127.0.0.1:8080`: where it listens, with the port that was found if it was asked for 0. */
  url: string;
  /** Takes no more requests, and lets those under way end within ten seconds. */
  stop(): Promise<void>;
}

/** Where a server listens, and what it says for others. */
export interface LocalServerOptions {
  port: number;
  host: string;
  /**
   * The JSON body for what is no request, such as a wrong header, and never reaches the function. Without it there is no body, and
   * a wrong Host header is one of these; with it, the Host header does not count: requests are for the address of their connection.
   */
  unreadable?: (status: number) => object;
}

/**
 * Answers HTTP requests with a function from Request to Response.
 * @throws InputError when the address is not free or not of this machine.
 */
export async function serveHttp(
  fetch: (request: Request) => Response | Promise<Response>,
  { port, host, unreadable }: LocalServerOptions,
): Promise<LocalServer> {
  // A slow sender must not hold a socket; the longest SCIM filter fits into the URL.
  const limits = { headersTimeout: 5_000, requestTimeout: 15_000, maxHeaderSize: 128 * 1_024 };
  const refused = (status: number) => Response.json(unreadable?.(status), { status });
  const listener = getRequestListener(fetch, unreadable && { errorHandler: () => refused(400) });
  const server = createServer({ ...limits, requireHostHeader: !unreadable }, (incoming, outgoing) => {
    if (unreadable) incoming.headers.host = addressOf(incoming.socket);
    closeUnlessRead(incoming, outgoing);
    void listener(incoming, outgoing);
  });
  if (unreadable) {
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => endWith(socket, error, unreadable));
    server.on('checkExpectation', (_, outgoing) => {
      outgoing.writeHead(417, { 'Content-Type': 'application/json' }).end(JSON.stringify(unreadable(417)));
    });
  }
  server.listen(port, host);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`Cannot listen at ${host}:${port} (${error.code})`, {
      hint: 'Choose another --port.',
    });
  });
  const { port: found } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${found}`,
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await within(closed, STOP_MS);
      server.closeAllConnections();
    },
  };
}

/**
 * An answer to a request whose body is still arriving, such as one that is too large, ends the connection and says so. What is left
 * of the body is read for a while and forgotten: many clients lose the answer when the connection ends while they send.
 */
function closeUnlessRead(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const writeHead = outgoing.writeHead.bind(outgoing) as (...head: unknown[]) => ServerResponse;
  const end = outgoing.end.bind(outgoing) as (...last: unknown[]) => ServerResponse;
  outgoing.writeHead = (...head: unknown[]) => {
    if (!incoming.complete) outgoing.shouldKeepAlive = false;
    return writeHead(...head);
  };
  outgoing.end = (...last: unknown[]) => {
    if (incoming.complete || incoming.destroyed) return end(...last);
    if (last[0] !== undefined && typeof last[0] !== 'function') outgoing.write(last[0]);
    const over = AbortSignal.timeout(REST_MS);
    // Whoever read the body before would hold it up.
    incoming.removeAllListeners('data');
    void finished(incoming.resume(), { signal: over, writable: false })
      .catch(() => {})
      .then(() => end());
    return outgoing;
  };
}

/** Says so when keys would travel in plain text. */
export function warnIfReadable(url: string, publicUrl: string | undefined): void {
  if (isLoopback(url) || publicUrl?.startsWith('https:')) return;
  note(
    `Anybody between a caller and ${new URL(url).host} can read keys and answers on their way: put a proxy with TLS before it, and give its URL as --public-url.`,
  );
}

/** Where a connection arrived, as it is written in a URL. */
function addressOf({ localAddress = '127.0.0.1', localPort }: Socket): string {
  // An IPv4 address at a socket that takes both.
  const address = localAddress.replace(/^::ffff:(?=\d+\.)/, '');
  return `${address.includes(':') ? `[${address.replace(/%.*$/, '')}]` : address}:${localPort}`;
}

/** What Node answers without a body. @see https://nodejs.org/api/http.html#event-clienterror */
const STATUS_OF: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

function endWith(
  socket: Duplex & { bytesWritten?: number },
  { code = '' }: NodeJS.ErrnoException,
  unreadable: (status: number) => object,
): void {
  // Of a connection that was reset, or in whose middle of an answer this is, nothing more is read.
  if (!socket.writable || code === 'ECONNRESET') return void socket.destroy();
  const status = STATUS_OF[code] ?? 400;
  const body = JSON.stringify(unreadable(status));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
