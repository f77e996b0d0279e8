/** The section of docs/benchmarks.md about a directory sync, made of bench/sync/results.json. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aligned, markdownTable, number } from '../table.ts';
import { LISTS, type Name } from './contestants.ts';
import type { Delta } from './delta.ts';
import type { Measured } from './measure.ts';

export interface SyncResults {
  date: string;
  node: string;
  machine: string;
  /** Load average when it began. */
  load: number;
  whole: Record<Name, Measured>;
  /** Half of the org. */
  half: Measured;
  limited: {
    perMinute: number;
    scale: number;
    /** That are necessary in the bucket of groups. */
    requests: number;
    /** Minutes that the limit alone takes. */
    least: number;
    of: Record<Name, Measured>;
  };
  delta: Delta;
}

const NAMES: Name[] = ['connector', 'sdk', 'bare', 'single'];
const HEAD = [
  ...['', 'okta-connector', '@okta/okta-sdk-nodejs', `undici, ${LISTS} lists at a time`],
  ...['undici, one request at a time', 'to undici', 'to the SDK', 'asked'],
];

const told = (isMet: boolean, text: string) => `${text}: ${isMet ? 'met' : 'not met'}`;

/** A figure of each contestant. @param asked of the quotients to undici and to the SDK. */
function compared(
  { whole }: SyncResults,
  title: string,
  digits: number,
  of: (one: Measured) => number,
  asked: (toBare: number, toSdk: number) => string = () => '',
): string[] {
  const own = of(whole.connector);
  const [toBare, toSdk] = [own / of(whole.bare), own / of(whole.sdk)];
  const figures = NAMES.map((name) => number(of(whole[name]), digits));
  return [title, ...figures, number(toBare, 2), number(toSdk, 2), asked(toBare, toSdk)];
}

const only = (title: string, figure: string, asked = ''): string[] => [
  title,
  figure,
  '',
  '',
  '',
  '',
  '',
  asked,
];

const atMost = (value: number, most: number) => told(value <= most, `at most ${number(most, 0)}`);

function rowsOf(results: SyncResults): string[][] {
  const { whole, half, limited, delta } = results;
  const own = whole.connector;
  const speed = (bare: number, sdk: number) =>
    [told(bare >= 0.8, '0.8 of undici'), told(sdk >= 2, '2 x the SDK')].join('; ');
  const rows = ({ users, groups, memberships }: Measured) => users + groups + memberships;
  const growth = own.peakRssMb / half.peakRssMb - 1;
  const minutes = (one: Measured) => (one.readSeconds * limited.scale) / 60;
  const [pace, asked] = [limited.least / minutes(limited.of.connector), 0.97];
  const under = `${number(limited.requests, 0)} lists at ${limited.perMinute} a minute`;
  return [
    compared(results, 'everything read: seconds', 1, (one) => one.readSeconds),
    compared(results, 'everything read: rows/s', 0, (one) => rows(one) / one.readSeconds, speed),
    compared(results, 'everything read: CPU seconds', 1, (one) => one.readCpuSeconds),
    compared(
      results,
      'peak RSS, MB',
      0,
      (one) => one.peakRssMb,
      () => atMost(own.peakRssMb, 200),
    ),
    only(
      'half the org: peak RSS, MB',
      number(half.peakRssMb, 0),
      told(growth <= 0.15, `the whole at most 15 % more (${number(growth * 100, 1)} %)`),
    ),
    only('everything read and told: seconds', number(own.seconds, 1)),
    only('everything read and told: CPU seconds', number(own.cpuSeconds, 1)),
    only('of that in the database: seconds', number(own.databaseSeconds, 1)),
    [
      `${under}: minutes, of at least ${limited.least}`,
      ...NAMES.map((name) => number(minutes(limited.of[name]), 2)),
      ...['', '', told(pace >= asked, `${asked * 100} % of the pace (${number(pace * 100, 1)} %)`)],
    ],
    [
      `${under}: answers with 429`,
      ...NAMES.map((name) => number(limited.of[name].refused, 0)),
      ...['', '', atMost(limited.of.connector.refused, 0)],
    ],
    only('a run after 100 changes: requests', String(delta.hundred), atMost(delta.hundred, 12)),
    only(
      `a new member of a group of ${number(delta.users - 1, 0)}: requests`,
      String(delta.member),
      atMost(delta.member, 3),
    ),
  ];
}

/** For the terminal. */
export const table = (results: SyncResults): string => aligned([HEAD, ...rowsOf(results)]);

/** Empty as long as there are no results. */
export function syncSection(): string {
  const file = join(import.meta.dirname, 'results.json');
  if (!existsSync(file)) return '';
  const results = JSON.parse(readFileSync(file, 'utf8')) as SyncResults;
  const { users, groups, memberships } = results.whole.connector;
  return `
## Directory sync

\`npm run bench:sync\` reads an org of ${number(users, 0)} users, ${number(groups, 0)} groups and ${number(memberships, 0)} memberships,
one group having all users: as a first \`sync\` with a SQLite file as its state and NDJSON to \`/dev/null\` as its target, by the
collections of Okta's SDK, and by a loop of undici and \`JSON.parse\`. Only the first one keeps what it read and tells what changed; the
others count. Okta lists members as whole users of 1.1 KB. The server gives them from memory; the fastest of three rounds counts.

${results.date}, Node ${results.node}, ${results.machine}, load ${results.load} when it began.

${markdownTable([HEAD, ...rowsOf(results)])}

- **Read** is until everything is in the state; **told** until the target has all of it. Four lists of members are read at a time,
  by the engine, the SDK and the first loop of undici alike. The ids of members are found without parsing them, where each one
  certainly is an object of its own: a tenth of the CPU time of \`JSON.parse\`.
- **Under the limit** the engine has the whole limit to itself (\`rateLimitShare: 1\`), time runs ${results.limited.scale} times as fast for all, and what
  the limit alone takes is that of the windows: the first begins at once. The SDK and undici wait when they are refused.
- **Seconds** are those of a machine that did other work, too: its load was several times its cores. CPU seconds depend on that less.
- **The speed of reading**: the loop and the SDK forget each page; the engine keeps each user and membership, so that a kill at any
  moment loses nothing. That is SQLite's work: on a quarter of this org it took about 1 of 2.9 CPU seconds of reading, and it is why
  reading takes more CPU time than the loop and is not yet twice as fast as the SDK.
- **Memory**: what lives is 25 to 50 MB. The rest is Node (45 MB before anything, 20 MB because the benchmark itself is TypeScript),
  pages of 1.1 MB whose buffers wait for a collection (50 MB), and the space for young objects, which V8 lets grow while a million
  changes are told. A quarter of the org took 205 MB until it was read; \`node --max-semi-space-size=8\` held it to 225 MB until it was
  told, instead of 350 MB. The last of these grows a little with the number of changes, as V8 collects it late.
- **The pace under the limit** counts from the start of the run, modules loaded included, and CPU time does not run
  ${results.limited.scale} times as fast: one second of the machine is ten of that clock, and 3 % of five minutes are nine.
- **Requests** are those of a run of the sandbox as a whole: one each for the log, the users and the groups, and one for each user
  who was deleted.
`;
}
