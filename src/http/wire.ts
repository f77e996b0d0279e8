import type { Method } from './types.ts';

/** One request as it goes onto the wire. */
export interface Outgoing {
  method: Method;
  /** Path and query, percent-encoded. */
  path: string;
  /** Names in small letters. */
  headers: Record<string, string>;
  body?: string;
  /** First byte to last, with connecting. */
  timeoutMs: number;
  signal?: AbortSignal;
}

/** A complete answer; header names are lower case, repeated headers are joined with `, `. */
export interface Incoming {
  status: number;
  headers: Record<string, string>;
  /** Unpacked. */
  body: Buffer;
}

/** Why no complete answer came. */
export class TransportError extends Error {
  /** Stable code of Node, undici or zlib; `timeout` past `timeoutMs`. */
  readonly code: string;
  /** False when not a byte of the request had left: the connection, the proxy's tunnel or TLS did not come about. */
  readonly sent: boolean;

  constructor(message: string, code: string, sent: boolean) {
    super(message);
    this.name = 'TransportError';
    this.code = code;
    this.sent = sent;
  }
}

/** What takes one request to Okta and brings the answer back. */
export interface Wire {
  /** @throws TransportError when no complete answer came; the reason of the signal when that comes first. */
  exchange(request: Outgoing): Promise<Incoming>;
  /** Closes all sockets; what comes later opens new ones. */
  close(): void;
}
