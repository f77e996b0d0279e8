/**
 * The farm's process: each org has a port of its own on one loopback address, which is all that an org URL can have on loopback.
 * Bare sockets and one answer for all, so that the farm costs little beside the workers. Controlled by messages of its parent,
 * see `farm.ts`.
 */
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { answer, Org, type OrgSettings } from './answer.ts';
import { type Command, type FarmOptions, FIRST_PORT, type Report, type Tally } from './farm.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as FarmOptions & { address: string };
const { address, orgs: count, latencyMs = 0, tls, limit = 60 } = options;
const settings: OrgSettings = {
  growth: { seed: options.seed, openedAt: Date.now(), everyMs: 60_000 },
  limit,
};
const orgs = Array.from({ length: count }, () => new Org());
/** When each org was last asked, and how many of its requests are being answered. */
const askedAt = new Float64Array(count);
const underWay = new Uint8Array(count);
let gaps: number[] = [];
let [connections, open, overlaps] = [0, 0, 0];

function serve(socket: Socket): void {
  const number = (socket.localPort ?? 0) - FIRST_PORT;
  const org = orgs[number];
  if (!org) return void socket.destroy();
  connections += 1;
  open += 1;
  let rest = '';
  socket.on('error', () => {});
  socket.on('close', () => {
    open -= 1;
  });
  socket.on('data', (data) => {
    rest += data.toString('latin1');
    for (let end = rest.indexOf('\r\n\r\n'); end !== -1; end = rest.indexOf('\r\n\r\n')) {
      const head = rest.slice(0, end + 2);
      rest = rest.slice(end + 4);
      asked(socket, org, number, head);
    }
  });
}

const header = (head: string, name: string) => new RegExp(`\\r\\n${name}: ([^\\r]+)`, 'i').exec(head)?.[1];

function asked(socket: Socket, org: Org, number: number, head: string): void {
  const now = Date.now();
  const last = askedAt[number] ?? 0;
  if (last > 0) gaps.push(now - last);
  askedAt[number] = now;
  const path = head.slice(head.indexOf(' ') + 1, head.indexOf(' HTTP/'));
  const host = header(head, 'host') ?? '';
  const authorization = header(head, 'authorization');
  const bytes = answer(org, number, { path, host, authorization, isTls: tls !== undefined, now }, settings);
  if (underWay[number]) overlaps += 1;
  if (bytes === undefined) return;
  const isLast = /\r\nconnection: close/i.test(head);
  const send = () => (isLast ? socket.end(bytes) : socket.write(bytes));
  if (latencyMs === 0) return void send();
  underWay[number] = (underWay[number] ?? 0) + 1;
  setTimeout(() => {
    underWay[number] = (underWay[number] ?? 1) - 1;
    send();
  }, latencyMs);
}

const secure = tls && createTlsServer({ cert: tls.cert, key: tls.key }, serve);
secure?.on('tlsClientError', () => {});
const accept = (socket: Socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => {});
  if (secure) secure.emit('connection', socket);
  else serve(socket);
};

await Promise.all(
  orgs.map(
    (_, number) =>
      new Promise<void>((done, failed) =>
        createServer(accept)
          .once('error', failed)
          .listen(FIRST_PORT + number, address, done),
      ),
  ),
);

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

function tally(): Tally {
  const { user, system } = process.cpuUsage();
  return {
    requests: sum(orgs.map(({ requests }) => requests)),
    refused: sum(orgs.map(({ refused }) => refused)),
    asked: orgs.filter(({ requests }) => requests > 0).length,
    ...{ connections, open },
    cpuSeconds: (user + system) / 1e6,
    rssMb: process.memoryUsage.rss() / 1e6,
  };
}

function report(): Report {
  const told = {
    ...tally(),
    growth: settings.growth,
    requestsOf: orgs.map(({ requests }) => requests),
    refusedOf: orgs.map(({ refused }) => refused),
    ...{ overlaps, gaps },
  };
  gaps = [];
  return told;
}

process.on('message', (command: Command) => {
  const { growth } = settings;
  if (command.do === 'grow') {
    const { everyMs, heavy } = command;
    settings.growth = { ...growth, everyMs, heavy, startedAt: Date.now(), stoppedAt: undefined };
  }
  if (command.do === 'stop') settings.growth = { ...growth, stoppedAt: Date.now() };
  if (command.do === 'fault') for (const number of command.orgs) (orgs[number] as Org).fault = command.fault;
  process.send?.(command.do === 'tally' ? tally() : report());
});
process.on('disconnect', () => process.exit(0));
process.send?.(report());
