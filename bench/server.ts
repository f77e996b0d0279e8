/**
 * An org with minimal serving cost, so that the measurements reflect the clients: pre-rendered bytes with Okta's headers over
 * bare sockets. Prints its port. argv: users, events.
 */
import { serveBare } from './bare-server.ts';
import { logEvent, user } from './objects.ts';

const [totalUsers = 0, totalEvents = 0] = process.argv.slice(2).map(Number);

const pad = (n: number) => String(n).padStart(12, '0');

/** A page whose ids are incremented in place. */
function pageOf(size: number, idOf: (digits: string) => string, render: (id: string) => unknown) {
  const bytes = Buffer.from(JSON.stringify(Array.from({ length: size }, (_, at) => render(idOf(pad(at))))));
  const places = Array.from({ length: size }, (_, at) => bytes.indexOf(idOf(pad(at))) + idOf('').length);
  return (from: number) => {
    for (const [at, place] of places.entries()) bytes.write(pad(from + at), place, 'latin1');
    return bytes;
  };
}

const lists = {
  users: { total: totalUsers, size: 200, page: pageOf(200, (digits) => `00u1bench${digits}`, user) },
  logs: {
    total: totalEvents,
    size: 1_000,
    page: pageOf(1_000, (digits) => `5b1f2c3d-0000-11f1-8000-${digits}`, logEvent),
  },
};
const oneUser = Buffer.from(JSON.stringify(user('00u1bench000000000000')));
const otherGroups = Buffer.from(
  JSON.stringify([{ id: '00g1other000000000000', profile: { name: 'Everyone', description: null } }]),
);

/** Updated once a second, like Date. */
let common = '';
const renew = () => {
  const now = Date.now();
  common = `Date: ${new Date(now).toUTCString()}\r\nX-Okta-Request-Id: Zbench0000000000\r\nX-Rate-Limit-Limit: 100000000\r\nX-Rate-Limit-Remaining: 99999999\r\nX-Rate-Limit-Reset: ${Math.ceil(now / 1000) + 60}\r\n`;
};
renew();
setInterval(renew, 1_000).unref();

const ok = (body: Buffer, more = '') =>
  Buffer.concat([
    Buffer.from(
      `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${common}${more}\r\n`,
    ),
    body,
  ]);

function list(kind: keyof typeof lists, path: string, host: string): Buffer {
  const { total, size, page } = lists[kind];
  const after = Number(/[?&]after=(\d+)/.exec(path)?.[1] ?? 0);
  const link = (to: string, rel: string) => `Link: <http://${host}${to}>; rel="${rel}"\r\n`;
  const next = `/api/v1/${kind}?after=${Math.min(after + size, total)}&limit=${size}`;
  // The System Log in polling mode always has a next page; other lists end.
  const goesOn = kind === 'logs' || after + size < total;
  return ok(
    after >= total ? Buffer.from('[]') : page(after),
    link(path, 'self') + (goesOn ? link(next, 'next') : ''),
  );
}

function answer(head: string): Buffer {
  const [method = '', path = ''] = head.slice(0, head.indexOf('\r\n')).split(' ');
  if (method !== 'GET') return Buffer.from(`HTTP/1.1 204 No Content\r\n${common}\r\n`);
  if (path.endsWith('/groups')) return ok(otherGroups);
  const kind = /^\/api\/v1\/(users|logs)(\?|$)/.exec(path)?.[1] as keyof typeof lists | undefined;
  return kind ? list(kind, path, /\r\nhost: ([^\r]+)/i.exec(head)?.[1] ?? '') : ok(oneUser);
}

serveBare((socket, head) => socket.write(answer(head)));
