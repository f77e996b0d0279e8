/**
 * The benchmark: the built connector, Okta's own SDK and plain undici side by side in one run. Each contestant runs in its own
 * process, and so does the server; they take turns, and the best of ROUNDS counts, because other load on the machine can only
 * slow them down. Prints a table and writes bench/results.json, docs/benchmarks.md and docs/images/benchmarks.svg. With
 * `--quick`, it does a twentieth of the work and writes nothing.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { contestants } from './contestants.ts';
import { coldImports, installed, publishedMb } from './footprint.ts';
import type { Measured, Work } from './measure.ts';
import type { MembershipResult } from './membership.ts';
import { type Results, table, writeReport } from './report.ts';

const isQuick = process.argv.includes('--quick');
const share = isQuick ? 1 / 20 : 1;
const [USERS, EVENTS] = [100_000 * share, 1_000_000 * share];
const WORK: { work: Work; count: number; rounds: number }[] = [
  { work: 'getUser', count: 30_000 * share, rounds: 5 },
  { work: 'addUserToGroup', count: 15_000 * share, rounds: 5 },
  { work: 'exportUsers', count: USERS, rounds: 3 },
  { work: 'readLog', count: EVENTS, rounds: 5 },
  { work: 'followLog', count: EVENTS, rounds: 5 },
];

const file = (name: string) => join(import.meta.dirname, name);
/** Built before: to run TypeScript, Node would load 20 MB into each contestant. */
const MEASURE = 'node_modules/.cache/bench/measure.mjs';
const node = (...args: string[]) =>
  execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 24 })
    .trim()
    .split('\n')
    .at(-1) ?? '';
const names = Object.keys(contestants) as (keyof typeof contestants)[];

const server = spawn(process.execPath, [file('server.ts'), String(USERS), String(EVENTS)], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [port] = (await once(server.stdout, 'data')) as [Buffer];
const orgUrl = `http://127.0.0.1:${String(port).trim()}`;

/** Only the connector can follow; the others are compared by the time they took to read. */
const takes = (work: Work, name: string) => work !== 'followLog' || name === 'connector';

const measured = {} as Results['work'];
for (const { work, count, rounds } of WORK) {
  const all: Record<string, Measured[]> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names.filter((one) => takes(work, one))) {
      process.stderr.write(`${work} ${name} ${round + 1}/${rounds}\r`);
      const result = JSON.parse(node(MEASURE, name, work, orgUrl, String(count))) as Measured;
      if (result.count !== count) throw new Error(`${name} did ${result.count} of ${count} (${work})`);
      all[name] = [...(all[name] ?? []), result];
    }
  }
  measured[work] = Object.fromEntries(
    names.map((name) => [name, takes(work, name) ? best(all[name] ?? []) : measured.readLog[name]]),
  ) as never;
}
server.kill();

/** The fastest round, with the highest memory of all rounds. */
function best(rounds: Measured[]): Measured {
  const [fastest] = rounds.toSorted((a, b) => a.seconds - b.seconds) as [Measured];
  return {
    count: fastest.count,
    seconds: fastest.seconds,
    cpuSeconds: Math.min(...rounds.map((one) => one.cpuSeconds)),
    peakRssMb: Math.max(...rounds.map((one) => one.peakRssMb)),
  };
}

function memberships() {
  const of = (name: string) => {
    process.stderr.write(`5,000 changes under a rate limit, ${name}\r`);
    return JSON.parse(node(file('membership.ts'), name)) as MembershipResult;
  };
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Results['membership'];
}

const sum = (all: { mb: number }[]) => all.reduce((total, one) => total + one.mb, 0);
const results: Results = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
  load: Number((loadavg()[0] ?? 0).toFixed(1)),
  work: measured,
  membership: isQuick ? undefined : memberships(),
  footprint: {
    connector: { importMs: coldImports('./dist/index.js')[0] ?? 0, mb: sum(installed('')) + publishedMb() },
    sdk: {
      importMs: coldImports('@okta/okta-sdk-nodejs')[0] ?? 0,
      mb: sum(installed('node_modules/@okta/okta-sdk-nodejs')),
    },
    bare: { importMs: coldImports('undici')[0] ?? 0, mb: sum(installed('node_modules/undici')) },
  },
};
console.log(table(results));
if (!isQuick) {
  writeFileSync(file('results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  writeReport(results);
}
