/** The section of docs/benchmarks.md about the SCIM server, made of bench/scim/results.json. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aligned, markdownTable, number } from '../table.ts';
import { IN_FLIGHT, type Phase } from './load.ts';
import type { Name } from './servers.ts';

/** Each phase of a server, with the CPU time of its process. */
export type PhaseName = 'creates' | 'finds' | 'patches' | 'pages';

export interface Measured {
  phases: Record<PhaseName, Phase & { cpuSeconds: number }>;
  peakRssMb: number;
}

export interface ScimResults {
  date: string;
  node: string;
  machine: string;
  /** Load average when it began. */
  load: number;
  users: number;
  /** How often each was measured. */
  rounds: number;
  of: Record<Name, Measured>;
}

const NAMES: Name[] = ['connector', 'scimmy', 'bare'];
const HEAD = ['', 'okta-connector', 'scimmy-routers', 'hono', 'to scimmy-routers', 'to hono', 'asked'];

const told = (isMet: boolean, text: string) => `${text}: ${isMet ? 'met' : 'not met'}`;

type Asked = (toPeer: number, toBare: number, own: number) => string;

function row(
  { of }: ScimResults,
  title: string,
  digits: number,
  figure: (one: Measured) => number,
  asked: Asked = () => '',
): string[] {
  const [own = 0, peer = 0, bare = 0] = NAMES.map((name) => figure(of[name]));
  const figures = [own, peer, bare].map((value) => number(value, digits));
  const quotients = [own / peer, own / bare];
  return [title, ...figures, ...quotients.map((one) => number(one, 2)), asked(own / peer, own / bare, own)];
}

const TITLES: Record<PhaseName, string> = {
  creates: 'creates',
  finds: 'searches for a userName',
  patches: 'deactivations by PATCH',
  pages: 'users listed, 100 a page',
};

const ASKED: Partial<Record<PhaseName, Asked>> = {
  finds: (toPeer, toBare) =>
    [told(toPeer >= 2, '2 x scimmy-routers'), told(toBare >= 0.5, '0.5 of hono')].join('; '),
  patches: (toPeer) => told(toPeer >= 2, '2 x scimmy-routers'),
};

function rowsOf(results: ScimResults): string[][] {
  const phases = Object.entries(TITLES) as [PhaseName, string][];
  return [
    ...phases.flatMap(([name, title]) => [
      row(
        results,
        `${title}: a second`,
        0,
        ({ phases: all }) => all[name].count / all[name].seconds,
        ASKED[name],
      ),
      row(results, `${title}: p99, ms`, 1, ({ phases: all }) => all[name].p99Ms),
      row(
        results,
        `${title}: CPU us each`,
        0,
        ({ phases: all }) => (all[name].cpuSeconds / all[name].count) * 1e6,
      ),
    ]),
    row(
      results,
      `${number(results.users, 0)} users: peak RSS, MB`,
      0,
      ({ peakRssMb }) => peakRssMb,
      (_, __, own) => told(own <= 150, 'at most 150'),
    ),
  ];
}

/** For the terminal. */
export const table = (results: ScimResults): string => aligned([HEAD, ...rowsOf(results)]);

/** Empty as long as there are no results. */
export function scimSection(): string {
  const file = join(import.meta.dirname, 'results.json');
  if (!existsSync(file)) return '';
  const results = JSON.parse(readFileSync(file, 'utf8')) as ScimResults;
  return `
## SCIM server

\`npm run bench:scim\` sends what Okta sends to three servers: the connector's with a SQLite file, where each write is on the disk
before it is answered; scimmy-routers on express with users in memory, found by an index; and hono with a map, which knows no SCIM
but these requests and is the floor. ${IN_FLIGHT} requests are in flight, pages are asked one after the other. Each server has a
process of its own, new in each round; the fastest round counts, and the highest memory; rounds: ${results.rounds}.

${results.date}, Node ${results.node}, ${results.machine}, load ${results.load} when it began.

${markdownTable([HEAD, ...rowsOf(results)])}

- **A second** depends on what else the machine does, since the client shares its two cores: in a run beside other work the same
  server was up to four times slower. The ratios of CPU time stay.
- **Creates and deactivations** of the connector wait for the disk: those that come at the same time share one transaction and one
  \`fsync\`. The other two would lose everything with a kill.
- **A search** of the connector checks the token by its hash, reads the filter, finds the person by an index in SQLite and their groups
  by another one, and makes the whole resource with its ETag. hono's is a regular expression and a map. That takes three times the
  CPU time, so half of hono's speed is reached only while the client, and not the server, sets the pace.
- **Memory**: 82 MB are Node before the first request, 55 of them its program. 10 to 25 MB live. The rest is what V8 has not
  collected, and lets grow to 256 MB at 100,000 users. \`okta-connector scim\` holds its heap small, as here, for the same CPU time. In
  Node-RED and in your own process, \`NODE_OPTIONS=--max-semi-space-size=2\` does most of it: 144 MB.
`;
}
