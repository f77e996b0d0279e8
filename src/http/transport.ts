import { brotliDecompress, unzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { isLoopback } from '../auth/org-url.ts';
import { Connector, openDirect } from './connector.ts';
import { deferred } from './deferred.ts';
import { proxyFor } from './proxy.ts';
import { type Incoming, type Outgoing, type ProxyName, TransportError, type Wire } from './wire.ts';

/** Unambiguous encodings only: "deflate" may come with or without a zlib header. */
const ACCEPT_ENCODING = 'gzip, br';

/**
 * Idle sockets are closed before a server or middlebox may drop them silently, whatever keep-alive was announced: a write
 * that meets such a close may or may not have arrived.
 */
const IDLE_MS = 4_000;

/** A pool and its activity. */
interface Sockets {
  pool: Dispatcher;
  connector: Connector;
  underWay: number;
  isClosed: boolean;
}

/**
 * HTTP/1.1 over keep-alive sockets. A proxy from the environment is used for https only, through a tunnel: a plain-HTTP
 * proxy would see the credential, and cannot reach this machine.
 * @param idleMs how long an idle socket is kept.
 * @throws InputError when the proxy from the environment cannot be used.
 */
export async function openTransport(orgUrl: string, maxBytes: number, idleMs = IDLE_MS): Promise<Wire> {
  const proxy = isLoopback(orgUrl) ? undefined : proxyFor(orgUrl);
  const [open, { default: OnePool }] = await Promise.all([
    proxy ? import('./tunnel.ts').then(({ openThrough }) => openThrough(proxy)) : openDirect,
    // The full undici also loads fetch, WebSockets, caches and more.
    import('undici/lib/dispatcher/pool.js'),
  ]);
  const openSockets = (): Sockets => {
    const connector = new Connector(open);
    const pool = new OnePool(orgUrl, {
      connect: connector.connect,
      // One timeout covers the whole exchange, instead of its phases.
      ...{ headersTimeout: 0, bodyTimeout: 0, maxResponseSize: maxBytes, allowH2: false },
      ...{ keepAliveTimeout: idleMs, keepAliveMaxTimeout: idleMs },
    });
    return { pool, connector, underWay: 0, isClosed: false };
  };
  let current: Sockets | undefined;
  return {
    async exchange(request) {
      current ??= openSockets();
      const sockets = current;
      sockets.underWay += 1;
      try {
        return await new Exchange(request, maxBytes, proxy?.named).start(sockets.pool, orgUrl);
      } finally {
        sockets.underWay -= 1;
        if (sockets.isClosed) endIdle(sockets);
      }
    },
    close() {
      if (current === undefined) return;
      current.isClosed = true;
      endIdle(current);
      current = undefined;
    },
  };
}

/** One for all: an error of its own for each end, with its stack, would cost as much as opening a socket. */
const CLOSED = new Error('closed');

/** Closes after the last exchange has ended: closing earlier could interrupt a write. */
function endIdle({ pool, connector, underWay }: Sockets): void {
  if (underWay > 0) return;
  connector.abandon();
  pool.destroy(CLOSED, () => {});
}

/** One request and its answer, as an undici dispatch handler. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: Outgoing;
  readonly #maxBytes: number;
  readonly #proxy: ProxyName | undefined;
  readonly #answer = deferred<Incoming>();
  #timer: NodeJS.Timeout | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #isOver = false;
  #status = 0;
  #headers: Record<string, string> = {};
  readonly #chunks: Buffer[] = [];

  constructor(request: Outgoing, maxBytes: number, proxy: ProxyName | undefined) {
    this.#request = request;
    this.#maxBytes = maxBytes;
    this.#proxy = proxy;
  }

  start(dispatcher: Dispatcher, origin: string): Promise<Incoming> {
    const { method, path, headers, body, timeoutMs, signal } = this.#request;
    this.#timer = setTimeout(this.#late, timeoutMs);
    signal?.addEventListener('abort', this.#aborted);
    headers['accept-encoding'] ??= ACCEPT_ENCODING;
    dispatcher.dispatch({ origin, method: method as Dispatcher.HttpMethod, path, headers, body }, this);
    return this.#answer.promise;
  }

  /** Called right before the first byte is written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#isOver) controller.abort(new Error('given up'));
    else this.#controller = controller;
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    for (const name in headers) {
      const value = headers[name];
      if (value !== undefined) this.#headers[name] = typeof value === 'string' ? value : value.join(', ');
    }
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const body = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    const packing = this.#headers['content-encoding']?.toLowerCase();
    if (!packing || packing === 'identity' || body.length === 0) {
      // undici frees the socket one turn of the event loop later: a request made before that would open another one.
      queueMicrotask(() => setImmediate(() => this.#done(body)));
      return;
    }
    const unpacked = (error: Error | null, plain: Buffer) => {
      if (error) this.onResponseError(undefined, error);
      else this.#done(plain);
    };
    if (packing === 'br') brotliDecompress(body, { maxOutputLength: this.#maxBytes }, unpacked);
    else unzip(body, { maxOutputLength: this.#maxBytes }, unpacked);
  }

  onResponseError(_: unknown, error: Error): void {
    const code = String((error as NodeJS.ErrnoException).code ?? '');
    const isSent = this.#controller !== undefined;
    this.#end(() =>
      this.#answer.reject(
        error instanceof TransportError ? error : new TransportError(error.message, code, isSent),
      ),
    );
  }

  #done(body: Buffer): void {
    this.#end(() => this.#answer.resolve({ status: this.#status, headers: this.#headers, body }));
  }

  #late = () => {
    const within = `within ${this.#request.timeoutMs / 1000} s`;
    this.#giveUp(
      this.#controller
        ? new TransportError('no complete answer', 'timeout', true)
        : new TransportError(
            this.#proxy ? `did not connect ${within}` : within,
            'timeout',
            false,
            this.#proxy,
          ),
    );
  };

  #aborted = () => this.#giveUp(this.#request.signal?.reason);

  #giveUp(reason: unknown): void {
    this.#end(() => this.#answer.reject(reason));
    this.#controller?.abort(new Error('given up'));
  }

  #end(settle: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener('abort', this.#aborted);
    settle();
  }
}
