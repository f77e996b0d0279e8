import type { Transport } from './types.ts';
import { type Incoming, refusedByProxy, TransportError, type Wire } from './wire.ts';

/** System calls that precede the first byte of the request: Okta cannot have acted on it. */
const BEFORE = /^(connect|getaddrinfo)$/;

/** Codes that imply the same when a client does not name the system call. */
const NOT_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/;

/** The server's certificate was not accepted. */
const CERTIFICATE =
  /^(CERT_|ERR_TLS_CERT_|ERR_TLS_HANDSHAKE_TIMEOUT$|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO_SELF_SIGNED)/;

/** OpenSSL errors that occur only during the handshake; others also occur on an open connection. */
const HANDSHAKE =
  /alert.(handshake.failure|protocol.version)|unsupported.protocol|no.protocols.available|unrecognized.name/i;

/** Sends requests through the host's own HTTP client, which then manages the sockets. */
export function hostWire(transport: Transport, orgUrl: string): Wire {
  return {
    async exchange({ method, path, headers, body, timeoutMs, signal: asked }): Promise<Incoming> {
      // A signal that is collected with the request; one of AbortSignal.timeout lives until it fires.
      const over = new AbortController();
      const { signal } = over;
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        over.abort();
      }, timeoutMs);
      const stop = () => over.abort(asked?.reason);
      if (asked?.aborted) stop();
      else asked?.addEventListener('abort', stop, { once: true });
      try {
        const answer = await transport({ method, url: orgUrl + path, headers, body, signal });
        // A non-TLS answer to an https request, or a 407, is a proxy's answer to CONNECT: the request itself was never sent.
        if (orgUrl.startsWith('https:') && (answer.encrypted === false || answer.status === 407)) {
          throw refusedByProxy(answer.status, { name: 'of this host' });
        }
        const flat = Object.entries(answer.headers).filter(([, value]) => value !== undefined);
        return {
          status: answer.status,
          headers: Object.fromEntries(
            flat.map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')]),
          ),
          body: Buffer.from(answer.text),
        };
      } catch (error) {
        if (asked?.aborted) throw asked.reason;
        throw transportError(error, late);
      } finally {
        clearTimeout(timer);
        asked?.removeEventListener('abort', stop);
      }
    },
    close() {},
  };
}

function transportError(error: unknown, late: boolean): TransportError {
  if (error instanceof TransportError) return error;
  if (late) return new TransportError('no complete answer', 'timeout', true);
  const failures = [...within(error)];
  const { message = '' } = failures[0] ?? {};
  const code = String(failures.find((one) => one.code !== undefined)?.code ?? '');
  return new TransportError(message, code, !failures.some(isUnsent));
}

interface Failure {
  message?: string;
  code?: unknown;
  syscall?: unknown;
  cause?: unknown;
  /** Errors of the addresses that were tried. */
  errors?: unknown[];
}

/** An error and those it wraps, from the outside in. */
function* within(error: unknown): Generator<Failure, void, undefined> {
  let one = error as Failure | null | undefined;
  for (let depth = 0; depth < 5 && typeof one === 'object' && one !== null; depth++) {
    yield one;
    one = (one.cause ?? one.errors?.[0]) as Failure | undefined;
  }
}

/** False when in doubt. */
function isUnsent({ code, syscall, message = '' }: Failure): boolean {
  const named = String(code ?? '');
  if (CERTIFICATE.test(named)) return true;
  if (/^(EPROTO$|ERR_SSL_)/.test(named)) return HANDSHAKE.test(`${named} ${message}`);
  // Node's messages start with the system call: "read EHOSTUNREACH".
  const call = syscall ?? /^(?:Error: )?([a-z]+) E[A-Z_]+\b/.exec(message)?.[1];
  return call === undefined ? NOT_CONNECTED.test(named) : BEFORE.test(String(call));
}
