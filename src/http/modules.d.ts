/** Library entry points without types of their own; they share the types of the whole library. */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export default Pool;
}

declare module 'undici/lib/core/connect.js' {
  import { buildConnector } from 'undici';
  export default buildConnector;
}

declare module 'undici/lib/core/socks5-client.js' {
  import { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';
  /** Untyped in undici. Emits `authenticated`, `connected`, `error` and `close`. */
  export class Socks5Client extends EventEmitter {
    constructor(socket: Socket, options: { username: string; password: string });
    handshake(): void;
    connect(host: string, port: number): void;
  }
}

declare module 'axios/dist/browser/axios.cjs' {
  import axios from 'axios';
  export default axios;
}
