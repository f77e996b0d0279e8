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
export class Proxy {
  /** Requests since the last `watch`, without those for tokens. */
  requests: string[] = [];
  url = '';
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

  static async open(target: string): Promise<Proxy> {
    const proxy = new Proxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    proxy.url = `http://127.0.0.1:${(proxy.#server.address() as AddressInfo).port}`;
    return proxy;
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
    const { method, url: path = '', headers } = incoming;
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
