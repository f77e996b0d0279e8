import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { HttpRequest, HttpResponse, Send } from '../../src/http/types.ts';

/** One request as it arrived. */
export interface Received {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  rawHeaders: string[];
  body: string;
}

export interface TestServer {
  /** `http://127.0.0.1:PORT` */
  origin: string;
  requests: Received[];
  /** TCP connections that were opened. */
  connections(): number;
}

type Handler = (request: Received, response: ServerResponse, at: number) => unknown;

/** An HTTP server on loopback, closed with all its sockets after the test. */
export async function httpServer(handler: Handler): Promise<TestServer> {
  const requests: Received[] = [];
  let connections = 0;
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const received: Received = {
        method: incoming.method ?? '',
        url: incoming.url ?? '',
        headers: incoming.headers,
        rawHeaders: incoming.rawHeaders,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      requests.push(received);
      void handler(received, response, requests.length);
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, requests, connections: () => connections };
}

/** A bare TCP server on loopback: full control over what is on the wire. */
export async function tcpServer(onData: (socket: Socket, data: string) => void): Promise<TestServer> {
  const requests: Received[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createTcpServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const [line = ''] = data.toString('latin1').split('\r\n');
      const [method = '', url = ''] = line.split(' ');
      requests.push({ method, url, headers: {}, rawHeaders: [], body: data.toString('latin1') });
      onData(socket, data.toString('latin1'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  );
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, requests, connections: () => connections };
}

/** A port of this machine at which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

export const json = (response: ServerResponse, status: number, body: unknown, headers: object = {}) =>
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));

/** A request as a layer gets it. */
export const request = (parts: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  path: '/api/v1/users',
  template: '/api/v1/users',
  idempotent: true,
  ...parts,
});

/** An answer as a layer gives it. */
export function answer(
  status: number,
  { headers = {}, text, body }: { headers?: Record<string, string>; text?: string; body?: unknown } = {},
): HttpResponse {
  return {
    status,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    text: text ?? (body === undefined ? '' : JSON.stringify(body)),
    json: body,
  };
}

/** A layer that gives these answers one after the other (errors are thrown), and the requests that it got. */
export function scripted(...answers: (HttpResponse | Error | ((request: HttpRequest) => HttpResponse))[]) {
  const requests: HttpRequest[] = [];
  const send: Send = async (one) => {
    requests.push(one);
    const next = answers[Math.min(requests.length, answers.length) - 1];
    if (next === undefined) throw new Error('no answer is left');
    if (next instanceof Error) throw next;
    return typeof next === 'function' ? next(one) : next;
  };
  return { send, requests };
}

/** Rate-limit headers of Okta; times are milliseconds since the epoch. */
export const rateHeaders = (limit: number, remaining: number, resetAt: number, date?: number) => ({
  'x-rate-limit-limit': String(limit),
  'x-rate-limit-remaining': String(remaining),
  'x-rate-limit-reset': String(Math.floor(resetAt / 1000)),
  ...(date === undefined ? {} : { date: new Date(date).toUTCString() }),
});

/** What a promise was rejected with. */
export async function rejection<T extends Error = Error>(promise: Promise<unknown>): Promise<T> {
  try {
    await promise;
  } catch (error) {
    return error as T;
  }
  throw new Error('it was not rejected');
}
