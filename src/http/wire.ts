import type { Method } from './types.ts';

/** Codes of Node for a certificate that was not accepted. */
export const CERTIFICATE = /CERT|ERR_TLS|SELF_SIGNED|UNABLE_TO_/;

/** One request as sent. */
export interface Outgoing {
  method: Method;
  /** Path and query, percent-encoded. */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body?: string;
  /** First byte to last, including connecting; milliseconds. */
  timeoutMs: number;
  signal?: AbortSignal;
}

/** A complete answer; header names are lower case, repeated headers are joined with `, `. */
export interface Incoming {
  status: number;
  headers: Record<string, string>;
  /** Decompressed. */
  body: Buffer;
}

/** How messages name a proxy; without its password. */
export interface ProxyName {
  /** `proxy.acme.test:3128` */
  name: string;
  /** The environment variable that sets it, if any. */
  variable?: string;
}

/** Why no complete answer came. */
export class TransportError extends Error {
  /** Stable code of Node, undici or zlib; `timeout` past `timeoutMs`; `PROXY_407` for what a proxy answered. */
  readonly code: string;
  /** False when no byte of the request was sent: the connection, the proxy's tunnel or TLS was not established. */
  readonly sent: boolean;
  /** The proxy that failed before the org was reached; the message continues its name: "cannot be reached". */
  readonly proxy: ProxyName | undefined;

  constructor(message: string, code: string, sent: boolean, proxy?: ProxyName) {
    super(message);
    this.name = 'TransportError';
    this.code = code;
    this.sent = sent;
    this.proxy = proxy;
  }
}

/** What a proxy answered instead of connecting. */
export const refusedByProxy = (status: number, proxy: ProxyName) =>
  new TransportError(
    status === 407 ? 'rejected the user name and password (407)' : `did not connect (${status})`,
    `PROXY_${status}`,
    false,
    proxy,
  );

/** Sends one request to Okta and returns the answer. */
export interface Wire {
  /** @throws TransportError when no complete answer came; the reason of the signal when that comes first. */
  exchange(request: Outgoing): Promise<Incoming>;
  /** Closes all sockets; later requests open new ones. */
  close(): void;
}
