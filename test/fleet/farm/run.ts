import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Redis as Client } from 'ioredis';
import { seeded } from '../../support/seeded.ts';
import { openFarm } from './farm.ts';
import { fleetFileFor } from './fleet-file.ts';
import { judge, type Verdict } from './judge.ts';
import { type Receipt, startReceiver } from './receiver.ts';
import { Redis } from './redis.ts';

export interface FarmRun {
  orgs: number;
  everySeconds: number;
  /** How long events happen, and processes are killed. */
  seconds: number;
  /** Between two events of one org. */
  eventEveryMs: number;
  /** Orgs that log more than others. */
  heavy?: { orgs: number; times: number };
  /** What is killed, in this order, at moments that the seed decides. */
  kills: ('worker' | 'redis')[];
  seed: number;
  tls?: boolean;
  keepSockets?: boolean;
}

export interface FarmOutcome extends Verdict {
  /** Requests that the farm was sent, and connections that were opened for them. */
  requests: number;
  connections: number;
  /** Requests of one org at the same time. */
  overlaps: number;
  /** Time between two polls of one org, 99 of 100. */
  gapP99Ms: number;
  /** Seconds from the last event until everything had come. */
  caughtUpSeconds: number;
  /** What the workers wrote. */
  log: string;
}

const WORKERS = 2;
const AWAY_MS = 2_000;
const LATENCY_MS = 5;
const CLI = process.env.FLEET_CLI ?? join(import.meta.dirname, '../../../dist/cli.js');
const STREAM = 'farm-events';

/**
 * Polls a farm with two workers of the built command line and one Redis, kills them meanwhile, and waits until nothing more comes.
 * Half of the orgs deliver to a webhook, the others to a stream.
 */
export async function runFarm(run: FarmRun): Promise<FarmOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'okta-connector-farm-'));
  const [data, tlsFolder] = ['redis', 'tls'].map((name) => join(folder, name)) as [string, string];
  for (const own of [data, tlsFolder]) mkdirSync(own);
  const random = seeded(run.seed);
  const [redis, farm, receiver] = await Promise.all([
    Redis.start(data),
    openFarm({ orgs: run.orgs, seed: run.seed, latencyMs: LATENCY_MS }, run.tls ? tlsFolder : undefined),
    startReceiver(),
  ]);
  const env = {
    ...process.env,
    FARM_SINK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    ...(farm.caFile ? { NODE_EXTRA_CA_CERTS: farm.caFile } : {}),
  };
  const workers: ChildProcess[] = [];
  let log = '';
  const startWorker = (at: number) => {
    const flags = ['--redis', redis.url, ...(run.keepSockets ? ['--keep-sockets'] : [])];
    const stdio: ['ignore', 'ignore', 'pipe'] = ['ignore', 'ignore', 'pipe'];
    const child = spawn(process.execPath, [CLI, 'fleet', 'worker', ...flags], { env, stdio });
    child.stderr.on('data', (text) => {
      log += text;
    });
    workers[at] = child;
  };
  const killWorker = async (at: number) => {
    const child = workers[at] as ChildProcess;
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`Worker ${at} had ended by itself (${child.exitCode}):\n${log}`);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  const client = new Client(redis.url, { maxRetriesPerRequest: null });
  client.on('error', () => {});
  const streamed: Receipt[] = [];
  let place = '-';
  /** Reads on in the stream. What Redis lost with a kill comes again behind it. */
  const readStream = async () => {
    const entries = await client.xrange(STREAM, place === '-' ? '-' : `(${place}`, '+', 'COUNT', 5_000);
    for (const [id, fields] of entries) {
      streamed.push({ id: fields[fields.indexOf('id') + 1] ?? '', at: Number.parseInt(id, 10) });
      place = id;
    }
  };
  try {
    const sinks = {
      hook: { type: 'webhook', url: receiver.url, secret: { env: 'FARM_SINK_SECRET' } },
      bus: { type: 'redis-stream', key: STREAM },
    };
    const { everySeconds } = run;
    const sinkOf = (org: number) => (org % 2 === 0 ? 'hook' : 'bus');
    const file = fleetFileFor(farm, folder, { everySeconds, sinks, sinkOf });
    await promisify(execFile)(process.execPath, [CLI, 'fleet', 'apply', file, '--redis', redis.url], { env });
    for (let at = 0; at < WORKERS; at++) startWorker(at);

    // A first poll only finds out where the log ends.
    const intervalMs = everySeconds * 1_000;
    await until(
      async () => (await farm.tally()).asked === run.orgs,
      3 * intervalMs + 60_000,
      () => log,
    );
    await sleep(2_000);
    await farm.tell({ do: 'grow', everyMs: run.eventEveryMs, heavy: run.heavy });
    const from = Date.now();
    const kills: number[] = [];
    const step = (run.seconds * 1_000) / (run.kills.length + 1);
    for (const [n, what] of run.kills.entries()) {
      await sleep(Math.max(0, from + (n + 0.5 + random()) * step - Date.now()));
      kills.push(Date.now());
      if (what === 'redis') {
        await redis.kill();
        await sleep(AWAY_MS * (0.5 + random()));
        await redis.start();
      } else {
        const at = Math.floor(random() * WORKERS);
        await killWorker(at);
        await sleep(AWAY_MS * random());
        startWorker(at);
      }
      // What is written while Redis comes back is in flight as well.
      kills.push(Date.now());
      await readStream();
    }
    await sleep(Math.max(0, from + run.seconds * 1_000 - Date.now()));
    const { growth } = await farm.tell({ do: 'stop' });
    const stopped = Date.now();

    const verdict = () => judge(growth, run.orgs, [...receiver.receipts, ...streamed], kills);
    // A killed run comes back when its lock has expired, so that a late one is not a lost one.
    await until(
      async () => {
        await readStream();
        return verdict().lost.length === 0;
      },
      3 * intervalMs + 120_000,
      () => `${JSON.stringify({ ...verdict(), lost: verdict().lost.slice(0, 20) })}\n${log}`,
    ).catch(() => {});
    const caughtUpSeconds = (Date.now() - stopped) / 1_000;
    // Nothing may come again either.
    await sleep(Math.min(intervalMs, 10_000));
    await readStream();
    const { requests, connections, overlaps, gaps } = await farm.tell({ do: 'report' });
    gaps.sort((a, b) => a - b);
    const gapP99Ms = gaps[Math.floor(gaps.length * 0.99)] ?? 0;
    return { ...verdict(), requests, connections, overlaps, gapP99Ms, caughtUpSeconds, log };
  } finally {
    client.disconnect();
    for (const child of workers) child.kill('SIGKILL');
    receiver.close();
    await Promise.all([farm.stop(), redis.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws Error when it does not come true, with what is known by then. */
async function until(isSo: () => Promise<boolean>, withinMs: number, known: () => string): Promise<void> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(500))
    if (await isSo()) return;
  throw new Error(`Not so after ${withinMs / 1_000} s:\n${known().slice(-4_000)}`);
}
