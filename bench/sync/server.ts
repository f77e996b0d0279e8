/**
 * An org whose lists are made once and then sent as they are, so that the measurements reflect the clients. Every user has a text
 * of its own; the members of a group are spread over all users. Prints its port. argv: see Size.
 */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { serveBare } from '../bare-server.ts';
import { user } from '../objects.ts';

/** What the org has, and what it allows. */
export interface Size {
  users: number;
  groups: number;
  memberships: number;
  /** Members of the first group; the others share the rest. */
  largest: number;
  /** Requests a minute in each bucket; Infinity: no limit. */
  perMinute: number;
  /** How many times as fast its clock runs. */
  scale: number;
}

const size = JSON.parse(process.argv[2] ?? '{}', (_, value) => value ?? Number.POSITIVE_INFINITY) as Size;

const COMMA = Buffer.from(',');
const idOf = (kind: '00u' | '00g', n: number) =>
  kind + createHash('sha256').update(`${kind} ${n}`).digest('base64').replaceAll(/[+/=]/g, 'A').slice(0, 17);

/** Objects one after the other, as they are between the brackets of a list. */
class Texts {
  readonly #bytes: Buffer;
  readonly #ends: number[] = [];

  constructor(texts: Buffer[]) {
    this.#bytes = Buffer.concat(texts.flatMap((text) => [text, COMMA]));
    let end = 0;
    for (const text of texts) {
      end += text.length + COMMA.length;
      this.#ends.push(end);
    }
  }

  /** Those from one to before another, without the last comma. */
  slice(from: number, to: number): Buffer {
    if (to <= from) return Buffer.alloc(0);
    return this.#bytes.subarray(this.#ends[from - 1] ?? 0, (this.#ends[to - 1] ?? 0) - 1);
  }
}

const TIME = '2026-02-01T00:00:00.000Z';

function userText(n: number): Buffer {
  const one = user(idOf('00u', n));
  const login = `ana.ruiz.${n}@acme.test`;
  const profile = { ...one.profile, login, email: login, lastName: `Ruiz ${n}`, employeeNumber: String(n) };
  const more = {
    division: 'South',
    honorificPrefix: 'Sra.',
    userType: 'Employee',
    displayName: `Ana Ruiz ${n}`,
    locale: 'es_ES',
    timezone: 'Europe/Madrid',
    zipCode: '28001',
  };
  const address = {
    streetAddress: `Calle Mayor ${n % 300}`,
    state: 'Madrid',
    preferredLanguage: 'es',
    nickName: 'Ana',
  };
  return Buffer.from(JSON.stringify({ ...one, profile: { ...profile, ...more, ...address } }));
}

function groupText(n: number): Buffer {
  const id = idOf('00g', n);
  const links = { users: { href: `https://acme.okta.com/api/v1/groups/${id}/users` } };
  return Buffer.from(
    JSON.stringify({
      ...{
        id,
        created: TIME,
        lastUpdated: TIME,
        lastMembershipUpdated: TIME,
        objectClass: ['okta:user_group'],
      },
      ...{ type: 'OKTA_GROUP', profile: { name: `Team ${n}`, description: null }, _links: links },
    }),
  );
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const inOrder = numbers(size.users).map(userText);
/** In an order that has nothing to do with that of the list of users. */
const shuffled = numbers(size.users)
  .map((n) => ({ n, by: idOf('00u', n).slice(6) }))
  .sort((a, b) => (a.by < b.by ? -1 : 1))
  .map(({ n }) => inOrder[n] as Buffer);
const lists = { users: new Texts(inOrder), groups: new Texts(numbers(size.groups).map(groupText)) };
const mixed = new Texts(shuffled);

/** A group has the users of a part of the shuffled list. */
const shares = new Map(
  numbers(size.groups).map((n) => {
    const rest = size.memberships - size.largest;
    const others = size.groups - 1;
    const count =
      n === 0 ? size.largest : Math.floor((rest * n) / others) - Math.floor((rest * (n - 1)) / others);
    const from = (n * 7_919) % Math.max(1, size.users - count);
    return [idOf('00g', n), { from, count }] as const;
  }),
);

const start = Date.now();
const clock = () => start + (Date.now() - start) * size.scale;

/** Fixed windows of a minute, as Okta counts: each begins with the first request after the one before. */
const windows = new Map<string, { ends: number; used: number }>();
function counted(bucket: string): { isOver: boolean; headers: string } {
  const now = clock();
  let window = windows.get(bucket);
  if (!window || now >= window.ends) {
    window = { ends: now + 60_000, used: 0 };
    windows.set(bucket, window);
  }
  window.used += 1;
  const limit = Number.isFinite(size.perMinute) ? size.perMinute : 100_000_000;
  const left = Math.max(0, limit - window.used);
  const headers =
    `Date: ${new Date(now).toUTCString()}\r\nX-Okta-Request-Id: Zbench0000000000\r\nX-Rate-Limit-Limit: ${limit}\r\n` +
    `X-Rate-Limit-Remaining: ${left}\r\nX-Rate-Limit-Reset: ${Math.ceil(window.ends / 1000)}\r\n`;
  return { isOver: window.used > limit, headers };
}

const refusal = Buffer.from(
  JSON.stringify({
    errorCode: 'E0000047',
    errorSummary: 'API call exceeded rate limit due to too many requests.',
  }),
);

function answer(socket: Socket, head: string): void {
  const [, path = ''] = head.slice(0, head.indexOf('\r\n')).split(' ');
  const host = /\r\nhost: ([^\r]+)/i.exec(head)?.[1] ?? '';
  const url = new URL(path, `http://${host}`);
  const [, , , kind = '', id] = url.pathname.split('/');
  const { isOver, headers } = counted(kind);
  const send = (status: string, parts: Buffer[], link = '') => {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    socket.cork();
    socket.write(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n${headers}${link}\r\n`,
    );
    for (const part of parts) socket.write(part);
    socket.uncork();
  };
  if (isOver) {
    send('429 Too Many Requests', [refusal]);
    return;
  }
  const share = shares.get(id ?? '') ?? {
    from: 0,
    count: kind === 'logs' ? 0 : size[kind as 'users' | 'groups'],
  };
  const texts = id === undefined ? lists[kind as keyof typeof lists] : mixed;
  const after = Number(url.searchParams.get('after') ?? 0);
  const end = Math.min(share.count, after + Number(url.searchParams.get('limit') ?? 200));
  const items = kind === 'logs' ? Buffer.alloc(0) : texts.slice(share.from + after, share.from + end);
  url.searchParams.set('after', String(end));
  // The System Log in polling mode always has a next page; other lists end.
  const next = kind === 'logs' || end < share.count ? `Link: <${url.href}>; rel="next"\r\n` : '';
  send(
    '200 OK',
    [Buffer.from('['), items, Buffer.from(']')],
    `Link: <http://${host}${path}>; rel="self"\r\n${next}`,
  );
}

serveBare(answer);
