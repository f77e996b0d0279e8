import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import undiciConnector from 'undici/lib/core/connect.js';
import { TransportError } from './wire.ts';

/** From the first DNS lookup to the end of the TLS handshake, including a proxy's tunnel. */
const CONNECT_MS = 10_000;

export type SocketTarget = buildConnector.Options;

/** Opens one socket; aborting the signal destroys it and rejects with the signal's reason. */
export type Open = (target: SocketTarget, signal: AbortSignal) => Promise<Socket>;

const connect = undiciConnector({ timeout: 0, allowH2: false });

/** Over the socket in `target.httpSocket`, or a new one. */
export const openDirect: Open = (target, signal) =>
  new Promise((resolve, reject) => {
    // undici's types hide that it returns the socket synchronously.
    const socket = connect(target, (error, opened) => {
      if (error) reject(signal.aborted ? signal.reason : error);
      else resolve(opened);
    }) as unknown as Socket;
    // node:stream's addAbortSignal watches the stream to its end, which costs more than the handshake over loopback.
    signal.addEventListener('abort', () => socket.destroy(signal.reason), { once: true });
  });

/** Opens the sockets of a pool, each within the connect timeout. */
export class Connector {
  readonly #open: Open;
  readonly #attempts = new Set<AbortController>();

  constructor(open: Open) {
    this.#open = open;
  }

  readonly connect: buildConnector.connector = (target, callback) => {
    const attempt = new AbortController();
    const late = () => attempt.abort(new TransportError(`within ${CONNECT_MS / 1000} s`, 'timeout', false));
    const timer = setTimeout(late, CONNECT_MS);
    this.#attempts.add(attempt);
    this.#open(target, attempt.signal)
      .finally(() => {
        clearTimeout(timer);
        this.#attempts.delete(attempt);
      })
      .then(
        (socket) => callback(null, socket),
        (error) => callback(error, null),
      );
  };

  /** Aborts all pending attempts, which undici does not do even when a pool is destroyed. */
  abandon(): void {
    for (const attempt of this.#attempts) attempt.abort(new TransportError('given up', '', false));
  }
}
