/** Deliveries over many connections at once, each of which sends the next when the last is answered. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export const UNDER_WAY = 1_000;

export interface Load {
  count: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
}

function request(secret: string): string {
  const event = { uuid: randomUUID(), eventType: 'user.session.start', published: new Date().toISOString() };
  const body = JSON.stringify({ eventType: 'com.okta.event_hook', data: { events: [event] } });
  const head = `POST /hook HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${secret}\r\nContent-Type: application/json\r\n`;
  return `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** Connections to a server, to deliver over. */
export const connections = (port: number): Promise<Socket[]> =>
  Promise.all(
    Array.from({ length: UNDER_WAY }, async () => {
      const socket = connect(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1');
      await once(socket, 'connect');
      return socket;
    }),
  );

/** Sends this many, at least one over each connection, and waits for all answers. */
export async function deliver(sockets: readonly Socket[], secret: string, count: number): Promise<Load> {
  const times: number[] = [];
  let begun = 0;
  const started = performance.now();
  const work = (socket: Socket) =>
    new Promise<void>((resolve, reject) => {
      let [sent, rest] = [0, ''];
      const next = () => {
        if (begun >= count) {
          socket.off('error', reject).off('data', read);
          return resolve();
        }
        begun += 1;
        sent = performance.now();
        socket.write(request(secret));
      };
      const read = (text: string) => {
        rest += text;
        // Every answer is an empty object.
        if (!rest.endsWith('{}')) return;
        if (!rest.startsWith('HTTP/1.1 200')) return reject(new Error(rest));
        times.push(performance.now() - sent);
        rest = '';
        next();
      };
      socket.on('error', reject).on('data', read);
      next();
    });
  await Promise.all(sockets.map(work));
  const seconds = (performance.now() - started) / 1_000;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
  return { count, seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}
