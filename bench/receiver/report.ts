/** The section of docs/benchmarks.md about the receiver, made of bench/receiver/results.json. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aligned, markdownTable, number } from '../table.ts';
import { type Load, UNDER_WAY } from './load.ts';
import type { Name } from './server.ts';

export interface Measured extends Load {
  cpuSeconds: number;
  peakRssMb: number;
}

export interface ReceiverResults {
  date: string;
  node: string;
  machine: string;
  /** Load average when it began. */
  load: number;
  of: Record<Name, Measured>;
}

const HEAD = ['', 'okta-connector', 'hono', 'to hono', 'asked'];
const told = (isMet: boolean, text: string) => `${text}: ${isMet ? 'met' : 'not met'}`;

function rowsOf({ of }: ReceiverResults): string[][] {
  const row = (
    title: string,
    digits: number,
    figure: (one: Measured) => number,
    asked: (share: number) => string = () => '',
  ) => {
    const [own, bare] = [figure(of.connector), figure(of.bare)];
    const share = own / bare;
    return [title, number(own, digits), number(bare, digits), number(share, 2), asked(share)];
  };
  return [
    row(
      'deliveries a second',
      0,
      ({ count, seconds }) => count / seconds,
      (share) => told(share >= 0.8, '0.8 of hono'),
    ),
    row('p50, ms', 0, ({ p50Ms }) => p50Ms),
    row(
      'p99, ms',
      0,
      ({ p99Ms }) => p99Ms,
      (share) => told(share <= 1.5, 'at most 1.5 x hono'),
    ),
    row('CPU us each', 0, ({ cpuSeconds, count }) => (cpuSeconds / count) * 1e6),
    row('peak RSS, MB', 0, ({ peakRssMb }) => peakRssMb),
  ];
}

/** For the terminal. */
export const table = (results: ReceiverResults): string => aligned([HEAD, ...rowsOf(results)]);

/** Empty as long as there are no results. */
export function receiverSection(): string {
  const file = join(import.meta.dirname, 'results.json');
  if (!existsSync(file)) return '';
  const results = JSON.parse(readFileSync(file, 'utf8')) as ReceiverResults;
  return `
## Receiver of event hooks

\`npm run bench:receiver\` sends ${number(results.of.connector.count, 0)} deliveries of one event each, ${number(UNDER_WAY, 0)} under way, to the connector's receiver,
which has each on the disk before it answers and delivers it once, and to hono, which reads the JSON and answers. Each server has a
process of its own, and one client sends to one after the other. The fastest round counts, and the highest memory.

${results.date}, Node ${results.node}, ${results.machine}, load ${results.load} when it began.

${markdownTable([HEAD, ...rowsOf(results)])}

- **Connections** are kept, and each was answered once before the clock starts: Node accepts one per turn of its event loop.
- **Deliveries that arrive together** share one transaction and one \`fsync\`: all are answered after it, or all are refused. What
  was delivered meanwhile leaves the file in the same transaction.
- **CPU** beside hono, by a profile of a busy machine, where it took 76 us each and hono 46: SQLite 4, the check of the secret and
  the reading of the events 4, the inbox 3, handing them out 2, the promises of those who wait 3, and some 10 that Node itself takes
  longer, as a request lives until its save has ended instead of one turn. To be at 0.8 of hono where the server and not the client
  sets the pace, all of it may take 12.
`;
}
