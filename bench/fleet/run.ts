/**
 * The benchmark of a fleet: orgs of a farm polled by one worker of the built command line and by the floor, a bare BullMQ loop of
 * undici requests; and polls in n8n's queue mode. Prints tables and writes bench/fleet/results.json and docs/benchmarks.md. About
 * twelve minutes on two idle cores. `--no-n8n` leaves n8n's figures as they are; `--quick` does a fraction and writes nothing.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { rewriteReport } from '../report.ts';
import type { Name } from './contestants.ts';
import { type Measured, measure, type Work } from './measure.ts';
import { measureN8n } from './n8n.ts';
import { FILE, type FleetResults, tables } from './report.ts';

const isQuick = process.argv.includes('--quick');
const load = Number((loadavg()[0] ?? 0).toFixed(1));

const [MANY, FEW, BUSY] = isQuick ? [400, 100, 200] : [10_000, 2_000, 4_000];
/** The farm has two files for each org then, and a process may often open 20,000. */
const KEPT = Math.min(MANY, 9_000);
/** Of connections that wait most of the time. */
const minutely: Omit<Work, 'orgs'> = {
  ...{ everySeconds: isQuick ? 10 : 60, seconds: isQuick ? 5 : 20, tls: true, keeps: false },
};
/** More than any worker can do: the interval of the first is longer than undici keeps a socket, so each poll connects anew. */
const connecting: Work = { orgs: BUSY, everySeconds: 5, seconds: isQuick ? 5 : 15, tls: true, keeps: false };
const connected: Work = { orgs: BUSY, everySeconds: 1, seconds: isQuick ? 5 : 15, tls: false, keeps: true };

async function both(work: Work): Promise<Record<Name, Measured>> {
  return { floor: await measure('floor', work), connector: await measure('connector', work) };
}

const idle = await both({ ...minutely, orgs: MANY });
const results: FleetResults = {
  date: new Date().toISOString().slice(0, 10),
  ...{ node: process.version, machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`, load },
  idle: {
    ...idle,
    few: await measure('connector', { ...minutely, orgs: FEW }),
    kept: await measure('connector', { ...minutely, orgs: KEPT, keeps: true }),
  },
  saturated: { connecting: await both(connecting), connected: await both(connected) },
  n8n: lastN8n(),
};
save();
if (!process.argv.includes('--no-n8n')) {
  results.n8n = await measureN8n(isQuick ? { polling: 20, scheduled: 20 } : { polling: 200, scheduled: 200 });
  save();
}
console.log(tables(results));

function save(): void {
  if (isQuick) return;
  writeFileSync(FILE, `${JSON.stringify(results, undefined, 2)}\n`);
  rewriteReport();
}

function lastN8n(): FleetResults['n8n'] {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as FleetResults).n8n : undefined;
}
