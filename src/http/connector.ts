import type { Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import type { buildConnector } from 'undici';
import undiciConnector from 'undici/lib/core/connect.js';
import { TransportError } from './wire.ts';

/** From looking up the first name to the end of the TLS handshake, with a proxy's tunnel in between. */
const CONNECT_MS = 10_000;

export type Target = buildConnector.Options;

/** Opens one socket; the signal ends it, and is the reason it fails with then. */
export type Open = (target: Target, signal: AbortSignal) => Promise<Socket>;

const connect = undiciConnector({ timeout: 0, allowH2: false });

/** By way of the socket in `target.httpSocket`, or a new one. */
export const openDirect: Open = (target, signal) =>
  new Promise((resolve, reject) => {
    // The types of undici hide that it returns the socket at once.
    const socket = connect(target, (error, opened) => {
      if (error) reject(signal.aborted ? signal.reason : error);
      else resolve(opened);
    }) as unknown as Socket;
    addAbortSignal(signal, socket);
  });

/** Opens the sockets of a pool, each within the time for it. */
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

  /** Ends all attempts under way, which undici leaves alone even when a pool is destroyed. */
  abandon(): void {
    for (const attempt of this.#attempts) attempt.abort(new TransportError('given up', '', false));
  }
}
