/**
 * What a connection takes in Redis, and what a poll asks of it: `node bench/fleet/redis.ts 1000 10000`. A connection is one trigger
 * of a quiet org that is polled every minute; its items go to a stream. docs/fleet-growth.md has the figures.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis as Client } from 'ioredis';
import { openFleet } from '../../src/fleet/index.ts';
import { openFarm } from '../../test/fleet/farm/farm.ts';
import { fleetFileFor } from '../../test/fleet/farm/fleet-file.ts';
import { Redis } from '../../test/fleet/farm/redis.ts';

const EVERY_SECONDS = 60;

for (const count of process.argv.slice(2).map(Number)) {
  const folder = mkdtempSync(join(tmpdir(), 'okta-fleet-redis-'));
  mkdirSync(join(folder, 'redis'));
  const farm = await openFarm({ orgs: count, seed: 1 });
  const redis = await Redis.start(join(folder, 'redis'));
  const client = new Client(redis.url);
  const fleet = await openFleet({ redis: redis.url });
  const infoOf = async (section: string, name: string) =>
    Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(await client.info(section))?.[1]);
  const memory = () => infoOf('memory', 'used_memory');
  try {
    const empty = await memory();
    const sinks = { bus: { type: 'redis-stream', key: 'events' } };
    const file = fleetFileFor(farm, folder, { everySeconds: EVERY_SECONDS, sinks, sinkOf: () => 'bus' });
    await fleet.apply(file);
    const applied = await memory();
    const worker = await fleet.work();
    while ((await farm.tally()).asked < count) await sleep(1_000);
    // From the second poll on, a trigger has all that it keeps.
    await sleep(EVERY_SECONDS * 1_000);
    const polled = await memory();
    await client.config('RESETSTAT');
    const [from, cpuFrom] = [await farm.tally(), await infoOf('cpu', 'used_cpu_user')];
    const [sysFrom, started] = [await infoOf('cpu', 'used_cpu_sys'), performance.now()];
    const ownFrom = process.cpuUsage();
    await sleep(EVERY_SECONDS * 1_000);
    const own = process.cpuUsage(ownFrom);
    const [stats, till] = [await client.info('commandstats'), await farm.tally()];
    const cpu =
      (await infoOf('cpu', 'used_cpu_user')) + (await infoOf('cpu', 'used_cpu_sys')) - cpuFrom - sysFrom;
    const polls = till.requests - from.requests;
    const calls = [...stats.matchAll(/^cmdstat_([\w|]+):calls=(\d+),usec=(\d+)/gm)]
      .map(([, name, called, usec]) => ({ name, calls: Number(called), usec: Number(usec) }))
      .filter(({ name }) => !['info', 'config|resetstat'].includes(String(name)))
      .sort((a, b) => b.calls - a.calls);
    const network = {
      in: await infoOf('stats', 'total_net_input_bytes'),
      out: await infoOf('stats', 'total_net_output_bytes'),
    };
    console.log(
      JSON.stringify({
        ...{ count, empty, bytesApplied: (applied - empty) / count, bytesPolled: (polled - empty) / count },
        ...{
          rss: await infoOf('memory', 'used_memory_rss'),
          polls,
          seconds: (performance.now() - started) / 1_000,
        },
        callsAPoll: Object.fromEntries(calls.map(({ name, calls: n }) => [name, +(n / polls).toFixed(3)])),
        workerCpuMsAPoll: (own.user + own.system) / 1_000 / polls,
        usecAPoll: calls.reduce((sum, { usec }) => sum + usec, 0) / polls,
        ...{
          redisCpuMsAPoll: (cpu * 1_000) / polls,
          netInAPoll: network.in / polls,
          netOutAPoll: network.out / polls,
        },
      }),
    );
    await worker.stop();
  } finally {
    await fleet.close();
    client.disconnect();
    await redis.kill();
    await farm.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
