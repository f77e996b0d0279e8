/**
 * The benchmark of the receiver: deliveries of an event hook to the connector's receiver, which has each on the disk before it answers,
 * and to bare hono. Each server has a process of its own, new in each round, and so has the org; they take turns, and the fastest
 * round counts. Prints a table and writes bench/receiver/results.json and docs/benchmarks.md. With `--quick`, it does a tenth of the
 * work once and writes nothing.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { rewriteReport } from '../report.ts';
import { connections, deliver } from './load.ts';
import { type Measured, type ReceiverResults, table } from './report.ts';
import type { Account, Name } from './server.ts';

const isQuick = process.argv.includes('--quick');
const [COUNT, ROUNDS] = isQuick ? [10_000, 1] : [100_000, 5];
const load = Number((loadavg()[0] ?? 0).toFixed(1));

const cli = join(import.meta.dirname, '../../dist/cli.js');
const org = spawn(process.execPath, [cli, 'sandbox', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
const [line] = await once(createInterface(org.stdout), 'line');
const { orgUrl, apiToken } = JSON.parse(line);

async function measure(name: Name): Promise<Measured> {
  const server = fork(join(import.meta.dirname, 'server.ts'), [name, orgUrl, apiToken]);
  const [{ port, secret }] = await once(server, 'message');
  const account = async (): Promise<Account> => {
    server.send('account');
    return (await once(server, 'message'))[0];
  };
  try {
    // Node accepts one connection per turn of its loop, and each turn may wait for the disk: that would be the slowest per cent.
    const sockets = await connections(port);
    await deliver(sockets, secret, 5_000);
    const before = await account();
    const measured = await deliver(sockets, secret, COUNT);
    const after = await account();
    for (const socket of sockets) socket.destroy();
    for (let tries = 0; name === 'connector' && (await account()).delivered < COUNT + 5_000; tries += 1) {
      if (tries === 500) throw new Error('the receiver did not deliver everything');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { ...measured, cpuSeconds: after.cpuSeconds - before.cpuSeconds, peakRssMb: after.peakRssMb };
  } finally {
    server.kill();
  }
}

const rounds: Record<Name, Measured[]> = { connector: [], bare: [] };
try {
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const name of ['connector', 'bare'] as const) {
      process.stderr.write(`${name} ${round}/${ROUNDS}\r`);
      rounds[name].push(await measure(name));
    }
  }
} finally {
  org.kill();
}

/** The fastest round, with the highest memory of all. */
function best(all: Measured[]): Measured {
  const [fastest] = all.toSorted((a, b) => a.seconds - b.seconds) as [Measured];
  return { ...fastest, peakRssMb: Math.max(...all.map(({ peakRssMb }) => peakRssMb)) };
}

const results: ReceiverResults = {
  date: new Date().toISOString().slice(0, 10),
  ...{ node: process.version, machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`, load },
  of: { connector: best(rounds.connector), bare: best(rounds.bare) },
};
console.log(table(results));
if (!isQuick) {
  writeFileSync(join(import.meta.dirname, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  rewriteReport();
}
