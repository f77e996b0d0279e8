/** What polling costs in n8n's queue mode: a real n8n with two workers, its Postgres and its Redis. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from '../../test/fleet/farm/redis.ts';
import { install } from '../../test/n8n/install.ts';
import { Rest } from '../../test/n8n/rest.ts';
import { N8n, type N8nOptions, until } from '../../test/n8n/server.ts';
import { postgres } from '../../test/state-servers/servers.ts';
import { cpuSecondsOf, memoryMbOf } from './process-figures.ts';

export interface N8nWork {
  /** Polling nodes, which n8n lets poll once a minute at most. */
  polling: number;
  /** Schedules with a request, all due at once: executed by the workers as fast as they can. */
  scheduled: number;
}

export interface N8nMeasured extends N8nWork {
  version: string;
  /** Of a polling node that finds nothing new, which is the main process's work: CPU of that, beyond what it uses idle. */
  cpuMsPerPoll: number;
  /** Of the schedules: requests a second, and the CPU of all three processes for each. */
  executionsPerSecond: number;
  cpuMsPerExecution: number;
  /** Memory of the three processes. */
  memoryMb: number;
}

const MINUTE_MS = 60_000;
/** Nodes in one workflow: to activate one for each takes minutes. */
const TOGETHER = 10;
/** How long n8n is measured without a workflow. */
const IDLE_MS = 10_000;

/** A feed with one old entry, which is an empty page of a list as well. */
const FEED =
  '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><link>http://a.test</link><description>d</description><item><title>old</title><pubDate>Thu, 01 Jan 2026 00:00:00 GMT</pubDate></item></channel></rss>';

export async function measureN8n(work: N8nWork): Promise<N8nMeasured> {
  const folder = mkdtempSync(join(tmpdir(), 'okta-connector-bench-n8n-'));
  const data = join(folder, 'redis');
  mkdirSync(data);
  const installed = install('2');
  const [redis, database] = await Promise.all([Redis.start(data), postgres.start()]);
  const asked = { feed: 0, page: 0 };
  const source = createServer((request, response) => {
    const isFeed = request.url?.startsWith('/feed');
    asked[isFeed ? 'feed' : 'page'] += 1;
    response.setHeader('Content-Type', isFeed ? 'application/rss+xml' : 'application/json');
    response.end(isFeed ? FEED : '[]');
  }).listen(0, '127.0.0.1');
  await once(source, 'listening');
  const { port } = source.address() as AddressInfo;
  const { hostname, port: redisPort } = new URL(redis.url);
  const options: N8nOptions = {
    ...{ installed, userFolder: folder, database: database.url },
    env: {
      EXECUTIONS_MODE: 'queue',
      ...{ QUEUE_BULL_REDIS_HOST: hostname, QUEUE_BULL_REDIS_PORT: redisPort },
      // What was executed is not written down, which is in n8n's favour.
      ...{ EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none', EXECUTIONS_DATA_SAVE_MANUAL_EXECUTIONS: 'false' },
    },
  };
  const main = await N8n.create(options);
  const workers = [
    await N8n.create({ ...options, isWorker: true }),
    await N8n.create({ ...options, isWorker: true }),
  ];
  const cpuSeconds = (processes: N8n[]) => processes.reduce((sum, { pid }) => sum + cpuSecondsOf(pid), 0);
  const told = (text: string) => process.stderr.write(`n8n: ${text}          \r`);
  try {
    told('starting');
    // The main process makes the tables.
    await main.start();
    await Promise.all(workers.map((worker) => worker.start()));
    const rest = new Rest(main.url);
    await rest.setUp();
    const version = (await rest.call('GET', '/settings')).versionCli as string;

    await sleep(IDLE_MS);
    const started = cpuSeconds([main]);
    await sleep(IDLE_MS);
    const idleShare = (cpuSeconds([main]) - started) / (IDLE_MS / 1_000);

    const url = `http://127.0.0.1:${port}`;
    for (let n = 0; n < work.polling; n += TOGETHER) {
      told(`${n} of ${work.polling} polling nodes`);
      const nodes = feeds(`${url}/feed`, Math.min(TOGETHER, work.polling - n));
      await rest.activate(await rest.createWorkflow(`poll ${n}`, nodes, {}));
    }
    await sleep(5_000);
    const from = { at: performance.now(), cpu: cpuSeconds([main]), feed: asked.feed };
    told('polling');
    await sleep(MINUTE_MS);
    const polled = { at: performance.now(), cpu: cpuSeconds([main]), feed: asked.feed };
    const polls = polled.feed - from.feed;
    const idleSeconds = (idleShare * (polled.at - from.at)) / 1_000;
    if (polls < work.polling * 0.9) throw new Error(`n8n polled ${polls} of ${work.polling} times`);

    for (let n = 0; n < work.scheduled; n += TOGETHER) {
      told(`${n} of ${work.scheduled} schedules`);
      const { nodes, connections } = scheduled(`${url}/page`, Math.min(TOGETHER, work.scheduled - n));
      await rest.activate(await rest.createWorkflow(`ask ${n}`, nodes, connections));
    }
    // Those that were there already ran with the minute in which the others were made.
    await sleep(Math.max(0, 15_000 - (Date.now() % MINUTE_MS)));
    told('executing');
    const all = [main, ...workers];
    const cpuBefore = cpuSeconds(all);
    const done = asked.page;
    await until(() => asked.page > done, 2 * MINUTE_MS);
    const begun = performance.now();
    await until(() => asked.page >= done + work.scheduled, 3 * MINUTE_MS);
    const ended = performance.now();
    // The last of them are still being finished.
    await sleep(1_000);
    return {
      ...{ ...work, version },
      cpuMsPerPoll: ((polled.cpu - from.cpu - idleSeconds) / polls) * 1_000,
      executionsPerSecond: work.scheduled / ((ended - begun) / 1_000),
      cpuMsPerExecution: ((cpuSeconds(all) - cpuBefore) / work.scheduled) * 1_000,
      memoryMb: all.reduce((sum, { pid }) => sum + memoryMbOf(pid), 0),
    };
  } finally {
    await Promise.all([main, ...workers].map((one) => one.stop('SIGKILL')));
    source.closeAllConnections();
    source.close();
    await Promise.all([redis.stop(), database.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

const node = (name: string, type: string, typeVersion: number, parameters: object) => ({
  ...{ id: crypto.randomUUID(), name, type: `n8n-nodes-base.${type}`, typeVersion, parameters },
  position: [0, 0],
});

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

const feeds = (feedUrl: string, count: number) =>
  upTo(count).map((n) =>
    node(`Feed ${n}`, 'rssFeedReadTrigger', 1, { feedUrl, pollTimes: { item: [{ mode: 'everyMinute' }] } }),
  );

/** All at the beginning of each minute, so that the workers have more than they can do. */
const MINUTELY = { rule: { interval: [{ field: 'cronExpression', expression: '0 * * * * *' }] } };

function scheduled(url: string, count: number) {
  const pairs = upTo(count).map((n) => [
    node(`Minute ${n}`, 'scheduleTrigger', 1.2, MINUTELY),
    node(`Ask ${n}`, 'httpRequest', 4.2, { url, options: {} }),
  ]);
  const connections = Object.fromEntries(
    pairs.map(([from, to]) => [from?.name, { main: [[{ node: to?.name, type: 'main', index: 0 }]] }]),
  );
  return { nodes: pairs.flat(), connections };
}

if (import.meta.main) console.log(await measureN8n(JSON.parse(process.argv[2] ?? '{}')));
