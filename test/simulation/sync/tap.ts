import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens before a request is passed on; it waits for that. */
export type OnRequest = (number: number, path: string) => Promise<void> | void;

/** Stands between the connector and the sandbox, and knows every request. */
export class Tap {
  /** Requests since the last `watch`, without those for tokens. */
  requests: string[] = [];
  url = '';
  /** Makes pages of lists this small, those of the log apart. */
  pageSize: number | undefined;
  readonly #target: URL;
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });
  #onRequest: OnRequest = () => {};

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((incoming, outgoing) => {
      this.#pass(incoming, outgoing).catch(() => incoming.socket.destroy());
    });
  }

  static async open(target: string): Promise<Tap> {
    const tap = new Tap(target);
    tap.#server.listen(0, '127.0.0.1');
    await once(tap.#server, 'listening');
    tap.url = `http://127.0.0.1:${(tap.#server.address() as AddressInfo).port}`;
    return tap;
  }

  /** Counts from one again. */
  watch(onRequest: OnRequest = () => {}): void {
    this.requests = [];
    this.#onRequest = onRequest;
  }

  close(): void {
    this.#agent.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method, url = '', headers } = incoming;
    const isLog = url.startsWith('/api/v1/logs');
    const path = this.pageSize && !isLog ? url.replace(/([?&]limit=)\d+/, `$1${this.pageSize}`) : url;
    if (!path.startsWith('/oauth2/')) {
      this.requests.push(`${method} ${path}`);
      await this.#onRequest(this.requests.length, path);
    }
    const { hostname, port } = this.#target;
    const passed = request({ hostname, port, method, path, headers, agent: this.#agent }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
      answer.once('close', () => {
        if (!answer.complete) incoming.socket.destroy();
      });
    });
    passed.once('error', () => incoming.socket.destroy());
    incoming.pipe(passed);
  }
}
