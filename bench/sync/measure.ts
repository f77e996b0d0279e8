/** Runs one contestant in its own process and prints the measurements as JSON. argv: name, URL of the org, speed of its clock. */
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { peakRssMb } from '../peak-memory.ts';
import { type Crawl, contestants, type Name } from './contestants.ts';

export interface Measured extends Crawl {
  /** Of the whole run. */
  seconds: number;
  cpuSeconds: number;
  /** In the database. */
  databaseSeconds: number;
  peakRssMb: number;
}

let databaseMs = 0;
for (const [{ prototype }, names] of [
  [DatabaseSync, ['exec', 'prepare']],
  [StatementSync, ['all', 'get', 'run']],
] as const) {
  const methods = prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of names) {
    const own = methods[name] as (...args: unknown[]) => unknown;
    methods[name] = function (this: unknown, ...args) {
      const began = performance.now();
      try {
        return own.apply(this, args);
      } finally {
        databaseMs += performance.now() - began;
      }
    };
  }
}

const [name = '', orgUrl = '', scale = '1'] = process.argv.slice(2);
const cpu = process.cpuUsage();
const started = performance.now();
const crawl = await contestants[name as Name](orgUrl, Number(scale));
const seconds = (performance.now() - started) / 1_000;
const { user, system } = process.cpuUsage(cpu);
const measured: Measured = {
  ...{ ...crawl, seconds, cpuSeconds: (user + system) / 1e6 },
  ...{ databaseSeconds: databaseMs / 1_000, peakRssMb: peakRssMb() },
};
console.log(JSON.stringify(measured));
process.exit(0);
