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
