import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFarm } from '../../test/fleet/farm/farm.ts';
import { Redis } from '../../test/fleet/farm/redis.ts';
import { contestants, type Name } from './contestants.ts';
import { cpuSecondsOf, memoryMbOf } from './process-figures.ts';

/** What one run asks of a contestant. */
export interface Work {
  orgs: number;
  everySeconds: number;
  /** How long is measured, once each org has been asked. */
  seconds: number;
  tls: boolean;
  keeps: boolean;
}

export interface Measured extends Work {
  pollsPerSecond: number;
  /** CPU time as a share of one core. */
  workerCpu: number;
  redisCpu: number;
  /** Of the worker, for one poll. */
  cpuMsPerPoll: number;
  /** Memory that the worker has to itself, MB, at the end. */
  memoryMb: number;
  /** Of Redis, by its own account. */
  redisMb: number;
  /** How much later than its interval a poll came, 99 of 100. */
  lagP99Ms: number;
  /** Connections opened for one poll. */
  connectionsPerPoll: number;
  /** Requests that were answered with an error. */
  refused: number;
}

/** Without it, each org could be asked once a second. */
const NO_LIMIT = 1_000_000;

/** Runs one contestant in processes of its own, with a Redis and a farm of its own. */
export async function measure(name: Name, work: Work): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'okta-connector-bench-fleet-'));
  const [data, tlsFolder] = ['redis', 'tls'].map((own) => join(folder, own)) as [string, string];
  for (const own of [data, tlsFolder]) mkdirSync(own);
  const redis = await Redis.start(data);
  const farm = await openFarm(
    { orgs: work.orgs, seed: 1, limit: NO_LIMIT },
    work.tls ? tlsFolder : undefined,
  );
  const { everySeconds, keeps } = work;
  const running = await contestants[name]({ redis: redis.url, farm, everySeconds, keeps, folder });
  try {
    const deadline = Date.now() + (3 * everySeconds + 60) * 1_000;
    for (;;) {
      const { asked } = await farm.tally();
      process.stderr.write(`${name}: ${asked} of ${work.orgs} orgs asked     \r`);
      if (asked === work.orgs) break;
      if (Date.now() > deadline) throw new Error(`${name} asked ${asked} of ${work.orgs} orgs only`);
      await sleep(1_000);
    }
    // The first polls are not like the others: code is compiled, connections are prepared.
    await sleep(Math.min(everySeconds, 10) * 1_000);
    await farm.tell({ do: 'report' });
    const account = async () => ({
      ...(await farm.tally()),
      worker: cpuSecondsOf(running.pid),
      store: cpuSecondsOf(redis.pid),
      at: performance.now(),
    });
    const before = await account();
    await sleep(work.seconds * 1_000);
    const after = await account();
    const { gaps } = await farm.tell({ do: 'report' });
    const passed = (of: keyof typeof before) => after[of] - before[of];
    const seconds = passed('at') / 1_000;
    gaps.sort((a, b) => a - b);
    return {
      ...work,
      pollsPerSecond: passed('requests') / seconds,
      workerCpu: passed('worker') / seconds,
      redisCpu: passed('store') / seconds,
      cpuMsPerPoll: (passed('worker') / passed('requests')) * 1_000,
      memoryMb: memoryMbOf(running.pid),
      redisMb: Number(/used_memory:(\d+)/.exec(await redis.ask('INFO memory'))?.[1]) / 1e6,
      lagP99Ms: Math.max(0, (gaps[Math.floor(gaps.length * 0.99)] ?? 0) - everySeconds * 1_000),
      connectionsPerPoll: passed('connections') / passed('requests'),
      refused: passed('refused'),
    };
  } finally {
    await running.stop();
    await farm.stop();
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const [name, work] = process.argv.slice(2);
  console.log(await measure(name as Name, JSON.parse(work ?? '{}')));
}
