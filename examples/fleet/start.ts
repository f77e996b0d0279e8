/**
 * A fleet on this machine without containers: Redis, a local Okta org, two workers and Prometheus, until Ctrl-C.
 * `npm run fleet`; needs redis-server and prometheus. It begins anew each time.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dashboardPage } from './page.ts';

const REDIS = 'redis://127.0.0.1:6390';
const PROMETHEUS = 'http://127.0.0.1:9390';
const METRICS_PORTS = [9301, 9302];
const PATIENCE_MS = 30_000;

const here = import.meta.dirname;
const root = join(here, '../..');
const folder = join(root, '.okta-connector/fleet');
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());
const { signal } = stopping;

const running: { name: string; child: ChildProcess }[] = [];

/** Starts a program that has to run until the end; what it writes goes to a file of its own. */
async function start(name: string, program: string, args: string[]): Promise<void> {
  // A group of its own: Ctrl-C in a terminal would reach all at once, and Redis has to end last.
  const child = spawn(program, args, { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push({ name, child });
  const log = createWriteStream(join(folder, `${name}.log`));
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  child.once('exit', () => {
    if (signal.aborted) return;
    console.error(`${name} has ended: see ${join(folder, `${name}.log`)}`);
    process.exitCode = 1;
    stopping.abort();
  });
  await once(child, 'spawn').catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      error.code === 'ENOENT'
        ? `${program} is not installed: sudo apt-get install redis-server prometheus`
        : error.message,
    );
  });
}

const cli = (...args: string[]) => [join(root, 'dist/cli.js'), 'fleet', ...args, '--redis', REDIS];

/** Runs a command of the fleet to its end. */
async function fleet(...args: string[]): Promise<void> {
  const child = spawn(process.execPath, cli(...args), { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`fleet ${args[0]} failed`);
}

/** Waits until an address answers. */
async function answering(url: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!signal.aborted) {
    if ((await fetch(url, { signal }).catch(() => undefined))?.ok) return;
    if (Date.now() > end) throw new Error(`${url} does not answer: see the logs in ${folder}`);
    await sleep(100);
  }
}

/** Ends the programs, the first ones last: a worker hands back to Redis what it polls. */
async function stop(): Promise<void> {
  stopping.abort();
  for (const { child } of running.reverse()) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
}

try {
  rmSync(folder, { recursive: true, force: true });
  for (const name of ['redis', 'prometheus', 'consoles']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'consoles/fleet.html'), dashboardPage());
  await start('redis', 'redis-server', [join(here, 'redis.conf'), '--dir', join(folder, 'redis')]);
  await start('org', process.execPath, [join(here, 'org.ts')]);
  await answering('http://127.0.0.1:9010/__sandbox__/');
  await fleet('apply', join(here, 'fleet.yaml'));
  for (const port of METRICS_PORTS)
    await start(`worker-${port}`, process.execPath, cli('worker', '--metrics-port', `${port}`));
  await start('prometheus', 'prometheus', [
    `--config.file=${join(here, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'prometheus')}`,
    `--web.listen-address=${new URL(PROMETHEUS).host}`,
    `--web.console.templates=${join(folder, 'consoles')}`,
  ]);
  for (const port of METRICS_PORTS) await answering(`http://127.0.0.1:${port}/healthz`);
  await answering(`${PROMETHEUS}/-/ready`);
  console.log(`
  Dashboard  ${PROMETHEUS}/consoles/fleet.html
  Alerts     ${PROMETHEUS}/alerts
  Logs       ${folder}

  On the command line:
    npx node dist/cli.js fleet status --redis ${REDIS}

  Ctrl-C ends everything.
`);
  if (!signal.aborted) await once(signal, 'abort');
} catch (error) {
  if (!signal.aborted) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
} finally {
  await stop();
}
