import type { Transport } from './types.ts';
import { type Incoming, TransportError, type Wire } from './wire.ts';

/** Failures before a byte of the request is on the wire, so that Okta cannot have acted on it. */
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPROTO|ERR_SSL_|CERT_|ERR_TLS_|UNABLE_TO_|SELF_SIGNED)/;

/** TLS came about, and a record of it could not be read later: nobody knows what Okta did. */
const BROKEN_RECORD = /decrypt|record.mac/i;

/** Lets the client of a host put requests on the wire; sockets are then the host's business. */
export function hostWire(transport: Transport, orgUrl: string): Wire {
  return {
    async exchange({ method, path, headers, body, timeoutMs, signal: asked }): Promise<Incoming> {
      const timeout = AbortSignal.timeout(timeoutMs);
      const signal = asked ? AbortSignal.any([asked, timeout]) : timeout;
      try {
        const answer = await transport({ method, url: orgUrl + path, headers, body, signal });
        // An answer for https that came without TLS is a proxy's to CONNECT: the request itself never left.
        if (answer.encrypted === false && orgUrl.startsWith('https:')) {
          throw new TransportError(`Proxy response (${answer.status})`, '', false);
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
        throw transportError(error, timeout.aborted);
      }
    },
    close() {},
  };
}

function transportError(error: unknown, late: boolean): TransportError {
  if (error instanceof TransportError) return error;
  if (late) return new TransportError('no complete answer', 'timeout', true);
  const { message, code, cause } = error as Error & { code?: unknown; cause?: { code?: unknown } };
  const named = String(code ?? cause?.code ?? '');
  const unsent = NOT_SENT.test(named) && !BROKEN_RECORD.test(named + message);
  return new TransportError(message, named, !unsent);
}
