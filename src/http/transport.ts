import { brotliDecompress, unzip } from 'node:zlib';
import type { Dispatcher, Pool } from 'undici';
import { isLoopback } from '../auth/org-url.ts';
import { InputError } from '../errors/errors.ts';
import { deferred } from './deferred.ts';
import { type Incoming, type Outgoing, TransportError, type Wire } from './wire.ts';

/** Packings that everybody means the same by: what is called deflate may lack its zlib header. */
const ACCEPT_ENCODING = 'gzip, br';

/**
 * An idle socket is closed before a server or something between does so without a word, whatever was announced: a write
 * that meets such a close may or may not have arrived.
 */
const IDLE_MS = 4_000;

/**
 * HTTP/1.1 over sockets that are kept alive. A proxy of the environment is used for https only, by a tunnel: that of
 * plain http would get the credential in clear, and cannot reach this machine.
 */
export async function openTransport(orgUrl: string, maxBytes: number): Promise<Wire> {
  // Time is kept for the whole exchange, not for its parts.
  const options = {
    ...{ headersTimeout: 0, bodyTimeout: 0, maxResponseSize: maxBytes, allowH2: false },
    ...{ keepAliveTimeout: IDLE_MS, keepAliveMaxTimeout: IDLE_MS },
  };
  const open = await opener(orgUrl, options);
  let dispatcher: Dispatcher | undefined;
  return {
    exchange(request) {
      dispatcher ??= open();
      return new Exchange(request, maxBytes).start(dispatcher, orgUrl);
    },
    close() {
      // Not destroyed: that would break off what is under way, which may be a write.
      dispatcher?.close().catch(() => {});
      dispatcher = undefined;
    },
  };
}

/** undici whole is fetch, WebSockets, caches and more: it is loaded where a proxy is named, and else only its pool. */
async function opener(orgUrl: string, options: Pool.Options): Promise<() => Dispatcher> {
  const httpsProxy = isLoopback(orgUrl) ? undefined : proxyOfEnvironment();
  if (httpsProxy !== undefined) {
    const { EnvHttpProxyAgent } = await import('undici');
    return () => new EnvHttpProxyAgent({ ...options, httpProxy: '', httpsProxy });
  }
  const { default: OnePool } = await import('undici/lib/dispatcher/pool.js');
  return () => new OnePool(orgUrl, options);
}

/**
 * Names as other programs read them; a proxy without a scheme is one that speaks http.
 * @throws InputError when it is no URL, without repeating it: it may hold a password.
 */
function proxyOfEnvironment(): string | undefined {
  const { https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY } = process.env;
  const named = https_proxy || HTTPS_PROXY || all_proxy || ALL_PROXY;
  if (!named) return undefined;
  const url = named.includes('://') ? named : `http://${named}`;
  if (URL.canParse(url)) return url;
  throw new InputError('The proxy that the environment names is not a URL; nothing was sent', {
    hint: 'Give HTTPS_PROXY as http://proxy.acme.test:3128.',
  });
}

/** One request and its answer, as undici tells it. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: Outgoing;
  readonly #maxBytes: number;
  readonly #answer = deferred<Incoming>();
  #timer: NodeJS.Timeout | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #isOver = false;
  #status = 0;
  #headers: Record<string, string> = {};
  readonly #chunks: Buffer[] = [];

  constructor(request: Outgoing, maxBytes: number) {
    this.#request = request;
    this.#maxBytes = maxBytes;
  }

  start(dispatcher: Dispatcher, origin: string): Promise<Incoming> {
    const { method, path, headers, body, timeoutMs, signal } = this.#request;
    this.#timer = setTimeout(this.#late, timeoutMs);
    signal?.addEventListener('abort', this.#aborted);
    headers['accept-encoding'] ??= ACCEPT_ENCODING;
    dispatcher.dispatch({ origin, method: method as Dispatcher.HttpMethod, path, headers, body }, this);
    return this.#answer.promise;
  }

  /** Comes right before the first byte is written. */
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
      // undici lends the socket out again one turn later: whoever asks before that opens another one.
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
    this.#end(() =>
      this.#answer.reject(new TransportError(error.message, code, this.#controller !== undefined)),
    );
  }

  #done(body: Buffer): void {
    this.#end(() => this.#answer.resolve({ status: this.#status, headers: this.#headers, body }));
  }

  #late = () =>
    this.#giveUp(new TransportError('no complete answer', 'timeout', this.#controller !== undefined));

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
