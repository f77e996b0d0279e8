import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import { json, tcpServer } from './server.ts';
import { SELF_SIGNED } from './tls.ts';

/** A proxy that leads every CONNECT to one port of this machine. */
export async function tunnel(port: number, authorize = (_: string) => true) {
  return tcpServer((socket, data) => {
    if (!data.startsWith('CONNECT ')) return;
    if (!authorize(data)) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    socket.removeAllListeners('data');
    const behind = connectTcp(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      joined(socket, behind);
    });
  });
}

/** The same as a SOCKS 5 proxy that asks for no credentials. */
export async function socksProxy(port: number) {
  return tcpServer((socket, data) => {
    if (data.length < 5) return void socket.write(Buffer.of(5, 0));
    socket.removeAllListeners('data');
    const behind = connectTcp(port, '127.0.0.1', () => {
      socket.write(Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
      joined(socket, behind);
    });
  });
}

function joined(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  for (const [here, there] of [
    [one, other],
    [other, one],
  ] as [Socket, Socket][]) {
    here.on('error', () => there.destroy());
    here.on('close', () => there.destroy());
  }
}

/** An org with a certificate that nobody trusts. */
export async function httpsServer() {
  const requests: { url: string | undefined; host: string | undefined }[] = [];
  const server = createHttpsServer(SELF_SIGNED, (request, response) => {
    requests.push({ url: request.url, host: request.headers.host });
    json(response, 200, { ok: true });
  });
  let connections = 0;
  server.on('secureConnection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, requests, connections: () => connections };
}

/** Lets the environment name these proxies, and no other one. */
export function proxied(variables: Record<string, string>) {
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY']) {
    vi.stubEnv(name, '');
    vi.stubEnv(name.toLowerCase(), '');
  }
  for (const name in variables) vi.stubEnv(name, variables[name]);
}

/** Lets this process take any certificate, as Node's own switch does. */
export const trustAll = () => vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
