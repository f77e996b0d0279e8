/** Generates docs/benchmarks.md and docs/images/benchmarks.svg from the results.json of bench, bench/sync and bench/scim. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type contestants, titles } from './contestants.ts';
import { fleetSection } from './fleet/report.ts';
import type { Measured, Work } from './measure.ts';
import type { MembershipResult } from './membership.ts';
import { receiverSection } from './receiver/report.ts';
import { scimSection } from './scim/report.ts';
import { syncSection } from './sync/report.ts';
import { aligned, markdownTable, number } from './table.ts';

type Name = keyof typeof contestants;

export interface Results {
  date: string;
  node: string;
  machine: string;
  /** Load average of the last minute. */
  load: number;
  work: Record<Work, Record<Name, Measured>>;
  membership?: Record<Name, MembershipResult>;
  footprint: Record<Name, { importMs: number; mb: number }>;
}

/** One row of the table: a figure for each contestant, and its target. */
interface Row {
  title: string;
  figures: Record<Name, number>;
  digits: number;
  /** Whether more is better. */
  more: boolean;
  /** Target of the connector: at least this share of undici, at least this multiple of the SDK, or at most this figure. */
  bar?: { ofBare?: number; ofSdk?: number; atMost?: number };
}

const NAMES: Name[] = ['connector', 'sdk', 'bare'];
const figures = (of: (name: Name) => number) =>
  Object.fromEntries(NAMES.map((name) => [name, of(name)])) as Record<Name, number>;

function rowsOf({ work, footprint, membership }: Results): Row[] {
  const rate = (kind: Work) => figures((name) => work[kind][name].count / work[kind][name].seconds);
  const cpu = (kind: Work) => figures((name) => (work[kind][name].cpuSeconds / work[kind][name].count) * 1e6);
  const memory = (kind: Work) => figures((name) => work[kind][name].peakRssMb);
  const atLeast = (ofBare: number, ofSdk: number) => ({ digits: 0, more: true, bar: { ofBare, ofSdk } });
  // A quick run does less.
  const users = `${number(work.exportUsers.connector.count, 0)} users`;
  const events = `${number(work.readLog.connector.count, 0)} log events`;
  const flat = (atMost: number) => ({ digits: 0, more: false, bar: { atMost } });
  return [
    { title: 'get_user, 20 in flight: actions/s', figures: rate('getUser'), ...atLeast(0.8, 2) },
    { title: 'get_user: CPU us an action', figures: cpu('getUser'), digits: 0, more: false },
    {
      title: 'add_user_to_group, 20 in flight: actions/s',
      figures: rate('addUserToGroup'),
      ...atLeast(0.75, 2),
    },
    { title: 'add_user_to_group: CPU us an action', figures: cpu('addUserToGroup'), digits: 0, more: false },
    {
      title: `${users}: seconds`,
      figures: figures((name) => work.exportUsers[name].seconds),
      digits: 1,
      more: false,
    },
    { title: `${users}: peak RSS, MB`, figures: memory('exportUsers'), ...flat(110) },
    { title: `${events}, read: events/s`, figures: rate('readLog'), ...atLeast(0.8, 1.5) },
    { title: `${events}, read: peak RSS, MB`, figures: memory('readLog'), ...flat(150) },
    { title: `${events}, new_event: events/s`, figures: rate('followLog'), ...atLeast(0.85, 1.5) },
    { title: `${events}, new_event: peak RSS, MB`, figures: memory('followLog'), ...flat(150) },
    {
      title: 'import, cold: ms',
      figures: figures((name) => footprint[name].importMs),
      digits: 0,
      more: false,
      bar: { atMost: 100 },
    },
    { title: 'installed: MB', figures: figures((name) => footprint[name].mb), digits: 1, more: false },
    ...(membership ? underLimit(membership) : []),
  ];
}

/** Membership changes with buckets of 600 requests per minute. */
function underLimit(membership: Record<Name, MembershipResult>): Row[] {
  const { changes, least } = membership.connector;
  const what = `${number(changes, 0)} changes at 600 a minute`;
  return [
    {
      title: `${what}: minutes, of at least ${least}`,
      figures: figures((name) => membership[name].minutes),
      ...{ digits: 2, more: false, bar: { atMost: Math.floor((least / 0.97) * 100) / 100 } },
    },
    {
      title: `${what}: answers with 429`,
      figures: figures((name) => membership[name].refused),
      ...{ digits: 0, more: false, bar: { atMost: 0 } },
    },
  ];
}

const ratio = (value: number) => value.toFixed(2);

/** The targets, and whether they are met. */
function verdict({ bar, figures: { connector, sdk, bare } }: Row): string {
  if (!bar) return '';
  const asked = [
    bar.ofBare === undefined
      ? undefined
      : { text: `${bar.ofBare} of undici`, met: connector / bare >= bar.ofBare },
    bar.ofSdk === undefined
      ? undefined
      : { text: `${bar.ofSdk} x the SDK`, met: connector / sdk >= bar.ofSdk },
    bar.atMost === undefined ? undefined : { text: `at most ${bar.atMost}`, met: connector <= bar.atMost },
  ].filter((one) => one !== undefined);
  return asked.map(({ text, met }) => `${text}: ${met ? 'met' : 'not met'}`).join('; ');
}

const cells = (row: Row): string[] => [
  row.title,
  ...NAMES.map((name) => number(row.figures[name], row.digits)),
  ratio(row.figures.connector / row.figures.bare),
  ratio(row.figures.connector / row.figures.sdk),
  verdict(row),
];

const HEAD = ['', ...NAMES.map((name) => titles[name]), 'to undici', 'to the SDK', 'asked'];

/** For the terminal. */
export const table = (results: Results): string => aligned([HEAD, ...rowsOf(results).map(cells)]);

/** The cost of saving state: the difference between the two ways to read. */
function saveLine({ work }: Results): string {
  const pages = work.followLog.connector.count / 1_000;
  const ms = ((work.followLog.connector.seconds - work.readLog.connector.seconds) / pages) * 1_000;
  return `it took ${Math.max(0, ms).toFixed(1)} ms longer for each page of 1,000.`;
}

function markdown(results: Results): string {
  return `<!-- Made by bench/report.ts of bench/results.json and bench/sync/results.json: do not edit. -->
# Benchmarks

\`npm run bench\` measures this connector as it is built, Okta's own SDK and undici alone, which is the floor for any
client of Node. All do the same work against the same server, in one run: each in a process of its own, the server in
another, taking turns; the fastest of three to five rounds counts, and the highest memory. The server sends bytes that were
made beforehand, with Okta's headers, so that it is not what is measured.

${results.date}, Node ${results.node}, ${results.machine}, load ${results.load} (what else the machine did while it was measured).

${markdownTable([HEAD, ...rowsOf(results).map(cells)])}

![Work done in a second, as a share of undici alone](images/benchmarks.svg)

## What is in a figure

- **An action** of the connector is more than its request: the input is checked, the rate limit of its bucket is kept,
  failures are repeated where that is safe, one call never takes longer than its deadline. undici alone does none of it.
- **add_user_to_group** is two requests for each contestant: whether the user is a member already, and the change.
- **Changes at 600 a minute** are membership changes under a rate limit that a single program has to itself. The connector
  is told so (\`rateLimitShare: 1\`, and \`client.bulk\`); the others learn of the limit by being refused, and ask again when the
  minute is over. Time runs ${results.membership?.connector.scale} times as fast for all of them. 97 % of the speed that the limit allows is asked.
- **new_event** delivers each event once, over restarts and kills: it keeps the last 10,000 ids, and behind each page it
  waits until cursor and ids are safe on the disk (\`fsync\`). The other two only count events, as in the row above it. So
  its figure is that of the disk as well: ${saveLine(results)}
- **Memory** is the highest mark of the whole process. Pages are parsed a few elements at a time, so what was read is gone
  before it is much. What is left of it is Node: 45 MB before it does anything, 60 MB of program,
  and a space for young objects. Loading the program makes V8 enlarge that to 34 MB, and it doubles whenever as much again has
  outlived a collection: together 135 MB before the first page. So 150 MB for 1,000,000 events are hard to reach for the library alone. \`node --max-semi-space-size=8\` holds the space small: 300,000 events as
  \`new_event\` then took 145 MB, for the same CPU time. A library must not set this for its host; \`okta-connector poll\` lets the space
  grow no further, and took 171 MB for 1,000,000 events instead of 219 MB.
- **The speed of \`new_event\`**: beyond reading, an event takes about 2 microseconds of CPU time (its id is looked up and
  remembered, the item is made, a promise is kept for it), and a page 0.4 milliseconds in SQLite, which writes what is new in one
  transaction. The rest of the difference is the wait for the disk: 0.3 milliseconds a page where the disk is idle, 3 to 5 where it is
  busy. The next page is asked for before this one is delivered, so that it arrives meanwhile, but it is not delivered before the
  state is safe: a power cut would deliver more than one page again.
- **Import** reads and compiles 1.8 MB of program, which is nearly half of the time, and makes 6,400 schemas of every action and
  trigger, which is a third with the memory that it takes. It was 42 ms on a faster machine with a third of them. To make a schema only
  when its action is used would be the way; \`okta-connector/hosts\` and the command line need them all for lists and checks.
- **Installed** counts the packages of an installation, and for the connector what it publishes itself.

axios stands between the connector and undici, bare of its defaults, and takes about 6 microseconds of an action. When it
went over Node's own http module, get_user took 314 microseconds of CPU on the same machine.
${receiverSection()}${syncSection()}${scimSection()}${fleetSection()}`;
}

const COLOURS: Record<Name, string> = { connector: '#2f81f7', sdk: '#8b949e', bare: '#d0d7de' };

/** Bars of throughput, each group as a share of plain undici. */
function svg(results: Results): string {
  const rows = rowsOf(results);
  const speed = (title: string, row: Row | undefined) => ({
    title,
    share: figures((name) => {
      const { more = true, figures: { [name]: own = 0, bare = 1 } = {} as Row['figures'] } = row ?? {};
      return more ? own / bare : bare / own;
    }),
  });
  const groups = [
    speed('get_user', rows[0]),
    speed('add_user_to_group', rows[2]),
    speed('100,000 users', rows[4]),
    speed('log, read', rows[6]),
    speed('log, new_event', rows[8]),
  ];
  const [left, top, barHeight, gap, scale] = [170, 56, 18, 22, 480];
  const longest = Math.max(1, ...groups.flatMap(({ share }) => Object.values(share)));
  const height = top + groups.length * (NAMES.length * barHeight + gap) + 8;
  const bars = groups.flatMap(({ title, share }, group) => {
    const y = top + group * (NAMES.length * barHeight + gap);
    return [
      `<text x="${left - 12}" y="${y + 1.9 * barHeight}" text-anchor="end" fill="#24292f">${title}</text>`,
      ...NAMES.map((name, at) => {
        const width = (share[name] / longest) * scale;
        const line = y + at * barHeight;
        return `<rect x="${left}" y="${line}" width="${width.toFixed(1)}" height="${barHeight - 3}" fill="${COLOURS[name]}"/><text x="${(left + width + 6).toFixed(1)}" y="${line + barHeight - 6}" fill="#57606a">${ratio(share[name])}</text>`;
      }),
    ];
  });
  const legend = NAMES.map(
    (name, at) =>
      `<rect x="${left + at * 190}" y="18" width="12" height="12" fill="${COLOURS[name]}"/><text x="${left + at * 190 + 18}" y="29" fill="#24292f">${titles[name]}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="720" height="${height}" viewBox="0 0 720 ${height}" font-family="system-ui, -apple-system, Segoe UI, sans-serif" font-size="13">
<title>Work done in a second, as a share of undici alone</title>
<rect width="720" height="${height}" fill="#ffffff"/>
${legend.join('\n')}
${bars.join('\n')}
</svg>
`;
}

export function writeReport(results: Results): void {
  const docs = join(import.meta.dirname, '../docs');
  writeFileSync(join(docs, 'benchmarks.md'), markdown(results));
  writeFileSync(join(docs, 'images/benchmarks.svg'), svg(results));
}

/** Writes the report again, of the figures that were saved. */
export function rewriteReport(): void {
  writeReport(JSON.parse(readFileSync(join(import.meta.dirname, 'results.json'), 'utf8')) as Results);
}

if (import.meta.main) rewriteReport();
