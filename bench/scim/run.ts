/**
 * The benchmark of the SCIM server: what Okta sends, to the connector's server with its file, to scimmy-routers on express and to
 * bare hono, both in memory. In one run, each in a process of its own, taking turns; the fastest of ROUNDS counts. Prints a table
 * and writes bench/scim/results.json and docs/benchmarks.md. With `--quick`, it does a fiftieth of the work once and writes nothing.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { rewriteReport } from '../report.ts';
import { Load } from './load.ts';
import { type Measured, type PhaseName, type ScimResults, table } from './report.ts';
import { type Account, type Name, servers } from './servers.ts';

const isQuick = process.argv.includes('--quick');
const [share, ROUNDS] = isQuick ? [1 / 50, 1] : [1, 3];
const USERS = 100_000 * share;

const file = (name: string) => join(import.meta.dirname, name);
/** Built, so that no server pays for reading TypeScript. */
const SERVERS = join(import.meta.dirname, '../../node_modules/.cache/bench-scim/servers.mjs');

async function measure(name: Name): Promise<Measured> {
  const server = fork(SERVERS, [name]);
  const [{ port }] = (await once(server, 'message')) as [AddressInfo];
  const account = async (): Promise<Account> => {
    server.send('account');
    return (await once(server, 'message'))[0];
  };
  const load = new Load(`http://127.0.0.1:${port}`, USERS);
  const work = {
    creates: () => load.creates(),
    finds: () => load.finds(USERS / 2),
    patches: () => load.patches(USERS / 2),
    pages: () => load.pages(),
  };
  const phases = {} as Measured['phases'];
  try {
    for (const [phase, run] of Object.entries(work)) {
      process.stderr.write(`${name}: ${phase}          \r`);
      const before = await account();
      const result = await run();
      const { cpuSeconds } = await account();
      phases[phase as PhaseName] = { ...result, cpuSeconds: cpuSeconds - before.cpuSeconds };
    }
    return { phases, peakRssMb: (await account()).peakRssMb };
  } finally {
    await load.close();
    server.kill();
  }
}

/** The fastest of each phase, with the highest memory of all rounds. */
function best(rounds: Measured[]): Measured {
  const fastest = (name: PhaseName) =>
    rounds.map(({ phases }) => phases[name]).toSorted((a, b) => a.seconds - b.seconds)[0];
  const names: PhaseName[] = ['creates', 'finds', 'patches', 'pages'];
  return {
    phases: Object.fromEntries(names.map((name) => [name, fastest(name)])) as Measured['phases'],
    peakRssMb: Math.max(...rounds.map(({ peakRssMb }) => peakRssMb)),
  };
}

const load = loadavg()[0] ?? 0;
const rounds: Partial<Record<Name, Measured[]>> = {};
// Each round tells what is best so far: on a busy machine they take long.
for (let round = 1; round <= ROUNDS; round++) {
  for (const name of Object.keys(servers) as Name[])
    rounds[name] = [...(rounds[name] ?? []), await measure(name)];
  const results: ScimResults = {
    date: new Date().toISOString().slice(0, 10),
    ...{ node: process.version, machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores` },
    ...{ load: Number(load.toFixed(1)), users: USERS, rounds: round },
    of: Object.fromEntries(
      Object.entries(rounds).map(([name, all]) => [name, best(all)]),
    ) as ScimResults['of'],
  };
  console.log(table(results));
  if (isQuick) continue;
  writeFileSync(file('results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  rewriteReport();
}
