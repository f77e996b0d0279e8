/**
 * The benchmark of a directory sync: the built engine, Okta's own SDK and plain undici read the same org in one run, each in a
 * process of its own, taking turns; the fastest of ROUNDS counts. Prints a table and writes bench/sync/results.json and
 * docs/benchmarks.md. With `--quick`, it does a twentieth of the work once and writes nothing.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rewriteReport } from '../report.ts';
import { contestants, type Name } from './contestants.ts';
import type { Delta } from './delta.ts';
import type { Measured } from './measure.ts';
import { type SyncResults, table } from './report.ts';
import type { Size } from './server.ts';

const isQuick = process.argv.includes('--quick');
const [share, ROUNDS] = isQuick ? [1 / 20, 1] : [1, 3];
const NO_LIMIT = { perMinute: Number.POSITIVE_INFINITY, scale: 1 };
const sizeOf = (part: number): Size => ({
  ...{ users: 100_000 * part, groups: 1_000 * part, memberships: 1_000_000 * part, largest: 100_000 * part },
  ...NO_LIMIT,
});
/** Small lists, so that only the limit matters: a request for each group. */
const LIMITED: Size = {
  ...{ users: 2_000, groups: 3_000 * share, memberships: 30_000 * share, largest: 10 },
  ...{ perMinute: 600 * share, scale: 10 },
};
const GROUP_PAGE = 200;

const names = Object.keys(contestants) as Name[];
const file = (name: string) => join(import.meta.dirname, name);
const run = promisify(execFile);
const node = async <T>(...args: string[]): Promise<T> => {
  const { stdout } = await run(process.execPath, args, { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
};

/** Runs contestants against an org of this size. */
async function against<T>(
  size: Size,
  work: (of: (name: Name) => Promise<Measured>) => Promise<T>,
): Promise<T> {
  const server = spawn(process.execPath, [file('server.ts'), JSON.stringify(size)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(server.stdout, 'data')) as [Buffer];
  const orgUrl = `http://127.0.0.1:${String(port).trim()}`;
  try {
    return await work(async (name) => {
      process.stderr.write(`${size.users} users, ${size.groups} groups: ${name}          \r`);
      const measured = await node<Measured>(file('measure.ts'), name, orgUrl, String(size.scale));
      for (const what of ['users', 'groups', 'memberships'] as const) {
        if (measured[what] === size[what]) continue;
        throw new Error(`${name} read ${measured[what]} of ${size[what]} ${what}`);
      }
      return measured;
    });
  } finally {
    server.kill();
  }
}

/** The fastest round, with the highest memory of all rounds. */
function best(rounds: Measured[]): Measured {
  const [fastest] = rounds.toSorted((a, b) => a.readSeconds - b.readSeconds) as [Measured];
  const lowest = (name: 'seconds' | 'cpuSeconds' | 'readCpuSeconds' | 'databaseSeconds') =>
    Math.min(...rounds.map((one) => one[name]));
  return {
    ...fastest,
    ...{ seconds: lowest('seconds'), cpuSeconds: lowest('cpuSeconds') },
    ...{ readCpuSeconds: lowest('readCpuSeconds'), databaseSeconds: lowest('databaseSeconds') },
    peakRssMb: Math.max(...rounds.map((one) => one.peakRssMb)),
  };
}

const load = loadavg()[0] ?? 0;
const whole = await against(sizeOf(share), async (of) => {
  const all: Partial<Record<Name, Measured[]>> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) all[name] = [...(all[name] ?? []), await of(name)];
  }
  return Object.fromEntries(names.map((name) => [name, best(all[name] ?? [])])) as SyncResults['whole'];
});
const half = await against(sizeOf(share / 2), (of) => of('connector'));
const limited = await against(LIMITED, async (of) => {
  const all = {} as SyncResults['limited']['of'];
  for (const name of names) {
    all[name] = await of(name);
    // A new window for the next one.
    await new Promise((resolve) => setTimeout(resolve, 60_000 / LIMITED.scale));
  }
  return all;
});
process.stderr.write('changes                              \r');
const requests = LIMITED.groups + Math.ceil(LIMITED.groups / GROUP_PAGE);
const results: SyncResults = {
  date: new Date().toISOString().slice(0, 10),
  ...{ node: process.version, machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores` },
  load: Number(load.toFixed(1)),
  ...{ whole, half },
  limited: {
    ...{ perMinute: LIMITED.perMinute, scale: LIMITED.scale, requests, of: limited },
    // The first window starts at once.
    least: Math.ceil(requests / LIMITED.perMinute) - 1,
  },
  delta: await node<Delta>(file('delta.ts'), String(100_000 * share + 1)),
};
console.log(table(results));
if (!isQuick) {
  writeFileSync(file('results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  rewriteReport();
}
