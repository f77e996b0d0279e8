/** The section of docs/benchmarks.md about a fleet, made of bench/fleet/results.json. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aligned, markdownTable, number } from '../table.ts';
import type { Name } from './contestants.ts';
import type { Measured } from './measure.ts';
import type { N8nMeasured } from './n8n.ts';

export const FILE = join(import.meta.dirname, 'results.json');

export interface FleetResults {
  date: string;
  node: string;
  machine: string;
  /** Load average when it began. */
  load: number;
  /** Each org once a minute. `few`: fewer orgs; `kept`: with sockets that are kept. */
  idle: Record<Name, Measured> & { few: Measured; kept: Measured };
  /** More than a worker can do: each poll over a new connection with TLS, or over kept ones without. */
  saturated: Record<'connecting' | 'connected', Record<Name, Measured>>;
  n8n?: N8nMeasured | undefined;
}

const told = (isMet: boolean, text: string) => `${text}: ${isMet ? 'met' : 'not met'}`;

const idleHead = ({ idle: { kept } }: FleetResults) => [
  ...['', 'okta-connector', `kept sockets, ${number(kept.orgs, 0)} orgs`, 'floor', 'asked'],
];

function idleRows({ idle }: FleetResults): string[][] {
  const { connector, few, kept, floor } = idle;
  const row = (title: string, digits: number, of: (one: Measured) => number, asked = '') => [
    title,
    ...[connector, kept, floor].map((one) => number(of(one), digits)),
    asked,
  ];
  const more = connector.orgs - few.orgs;
  const own = (connector.memoryMb - few.memoryMb) / more;
  // What a worker takes without any org.
  const base = few.memoryMb - few.orgs * own;
  const each = (one: Measured) => one.orgs / 1_000;
  const growth = connector.cpuMsPerPoll / few.cpuMsPerPoll;
  return [
    row(
      'worker, % of a core',
      1,
      ({ workerCpu }) => workerCpu * 100,
      told(connector.workerCpu < 0.5, 'under half a core'),
    ),
    row('worker, % of a core for each 1,000', 2, (one) => (one.workerCpu * 100) / each(one)),
    row(
      'Redis, % of a core',
      1,
      ({ redisCpu }) => redisCpu * 100,
      told(connector.redisCpu < 0.1, 'under a tenth'),
    ),
    row('worker memory, MB', 0, ({ memoryMb }) => memoryMb),
    [
      `worker memory for each org beyond ${number(base, 0)} MB, KB`,
      ...[number(own * 1_000, 1), number(((kept.memoryMb - base) / kept.orgs) * 1_000, 1), ''],
      told(own * 1_000 < 30, 'under 30 KB without kept sockets'),
    ],
    row('Redis memory for each 1,000, MB', 2, (one) => one.redisMb / each(one)),
    row('CPU ms a poll', 2, ({ cpuMsPerPoll }) => cpuMsPerPoll),
    [
      `CPU of a poll beside that of ${number(few.orgs, 0)} orgs`,
      ...[number(growth, 2), '', ''],
      told(growth <= 1.15, 'within 15 %'),
    ],
    row('p99 of what a poll came late, ms', 0, ({ lagP99Ms }) => lagP99Ms),
    row('connections opened a poll', 2, ({ connectionsPerPoll }) => connectionsPerPoll),
  ];
}

const BUSY_HEAD = ['', 'okta-connector', 'floor', 'to the floor', 'asked'];

function busyRows({ saturated }: FleetResults): string[][] {
  const rows = (title: string, { connector, floor }: Record<Name, Measured>) => {
    const share = floor.cpuMsPerPoll / connector.cpuMsPerPoll;
    const perCore = ({ cpuMsPerPoll }: Measured) => number(1_000 / cpuMsPerPoll, 0);
    return [
      [
        `${title}: polls a second`,
        ...[number(connector.pollsPerSecond, 0), number(floor.pollsPerSecond, 0)],
        ...[number(connector.pollsPerSecond / floor.pollsPerSecond, 2), ''],
      ],
      [
        `${title}: polls a second of a core's time`,
        ...[perCore(connector), perCore(floor), number(share, 2), told(share >= 0.6, '0.6 of the floor')],
      ],
    ];
  };
  return [
    ...rows('a new connection with TLS for each', saturated.connecting),
    ...rows('kept connections without TLS', saturated.connected),
  ];
}

const N8N_HEAD = ['', "n8n's queue mode", 'okta-connector', 'to n8n', 'asked'];

function n8nRows({ n8n, saturated }: FleetResults): string[][] {
  if (!n8n) return [];
  const own = 1_000 / saturated.connecting.connector.cpuMsPerPoll;
  const row = (title: string, cpuMs: number) => [
    title,
    ...[number(1_000 / cpuMs, 0), number(own, 0), number((own * cpuMs) / 1_000, 0)],
    told((own * cpuMs) / 1_000 >= 20, '20 times n8n'),
  ];
  return [
    row("polling nodes: polls a second of a core's time", n8n.cpuMsPerPoll),
    row("executions of the queue: polls a second of a core's time", n8n.cpuMsPerExecution),
    ['executions of the queue: a second, two workers', number(n8n.executionsPerSecond, 0), ...['', '', '']],
    ['memory of its three processes, MB', number(n8n.memoryMb, 0), '', '', ''],
  ];
}

/** For the terminal. */
export const tables = (results: FleetResults): string =>
  [
    [idleHead(results), ...idleRows(results)],
    [BUSY_HEAD, ...busyRows(results)],
    [N8N_HEAD, ...n8nRows(results)],
  ]
    .filter(({ length }) => length > 1)
    .map(aligned)
    .join('\n\n');

/** Empty as long as there are no results. */
export function fleetSection(): string {
  if (!existsSync(FILE)) return '';
  const results = JSON.parse(readFileSync(FILE, 'utf8')) as FleetResults;
  const { idle, saturated, n8n } = results;
  const orgs = number(idle.connector.orgs, 0);
  const gained = idle.connector.cpuMsPerPoll / idle.kept.cpuMsPerPoll;
  return `
## Fleet

\`npm run bench:fleet\` opens ${orgs} simulated orgs on loopback, each with a port of its own, and polls them with one worker of the
built command line and 50 polls at a time, beside a Redis that appends to its file. The floor is a bare BullMQ loop of undici
requests with one everlasting job for each org, as in the fleet, but without cursor, fencing, filter, rate limit or sink. CPU and
memory are those of the worker's process.

${results.date}, Node ${results.node}, ${results.machine}, load ${results.load} when it began.

Each org once in ${idle.connector.everySeconds} s, over TLS, with nothing new:

${markdownTable([idleHead(results), ...idleRows(results)])}

As fast as one worker can, ${number(saturated.connecting.connector.orgs, 0)} orgs:

${markdownTable([BUSY_HEAD, ...busyRows(results)])}
${n8n ? n8nText(results, n8n) : ''}
- **Kept sockets** (\`--keep-sockets\`) are a choice of memory against CPU: in this run a poll took ${number(gained, 1)} times the CPU without them.
  The certificate of the farm is not that of a public authority, whose chain costs more to check.
- **The floor's memory** is that of undici's agent, which keeps what it knows of each origin; the fleet keeps a pool only while it asks.
`;
}

const n8nText = (results: FleetResults, n8n: N8nMeasured): string => `
n8n ${n8n.version} in queue mode, with two workers, Postgres and Redis, on the same machine. Polling nodes poll in n8n's main process,
once a minute at most, and only what they find goes to the workers: ${n8n.polling} of n8n's RSS triggers, whose feed has nothing
new; CPU beyond that of an n8n without workflows. Executions of the queue: ${n8n.scheduled} schedules that are due at once, each of
which sends one request; executions are not saved.

${markdownTable([N8N_HEAD, ...n8nRows(results)])}
`;
