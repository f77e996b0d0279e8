import { InputError } from '../errors/errors.ts';
import { within } from '../http/within.ts';
import { assertPublicUrl } from '../triggers/sources/hook/public-url.ts';
import { countFleet } from './counts.ts';
import { hookKeeper } from './hooks.ts';
import type { FleetLog } from './log.ts';
import { POLL_QUEUE } from './names.ts';
import type { PollObserver } from './observer.ts';
import { pollRunner } from './poll-run.ts';
import { preparer } from './prepared.ts';
import type { FleetParts } from './queue.ts';
import { fleetReceiver } from './receiver.ts';
import { keepReconciled } from './reconcile.ts';
import { fleetLibraries } from './redis.ts';
import { redisStateStore } from './redis-store.ts';
import type { NextRun } from './run-ends.ts';
import { openTracing } from './tracing.ts';

export interface WorkerOptions {
  /** Polls at the same time. Default 50. */
  concurrency?: number | undefined;
  /** Keep the sockets to Okta open between two polls: about 100 KB of memory for each org, and less CPU. Default false. */
  keepSockets?: boolean | undefined;
  /** Triggers that are kept ready between two polls. Default 20,000. */
  keepReady?: number | undefined;
  /** Receives what an operator may want to know. Default: nothing. */
  log?: FleetLog | undefined;
  /** Count for `metrics`. Default false. */
  metrics?: boolean | undefined;
  /**
   * Where Okta reaches `receive` of this worker, or of any other with the same URL, https. Instant triggers are registered there, by
   * all workers.
   */
  publicUrl?: string | undefined;
}

/** Polls until it is stopped. */
export interface RunningWorker {
  /** Takes no more triggers, lets those end that run, and resolves. */
  stop(): Promise<void>;
  /** What Prometheus reads. @throws InputError without the option `metrics`. */
  metrics(): Promise<{ text: string; contentType: string }>;
  /** Answers a request of Okta, for any trigger: mount it in any server that speaks fetch, at and below the public URL. */
  receive(request: Request): Promise<Response>;
  /** Whether it polls: false while Redis is away. */
  isHealthy(): Promise<boolean>;
}

interface WorkerParts extends FleetParts {
  prefix: string;
}

/** A poll every day is the longest: a socket is kept until then. */
const KEPT_MS = 24 * 60 * 60_000;
const STOP_MS = 25_000;
/** Within which Redis has to answer. */
const HEALTH_MS = 2_000;
/** Without a sign of life from its worker, a trigger is polled by another one after this long, and half of it at most. */
const LOCK_MS = 10_000;

export async function startWorker(
  { redis, keys, prefix, queue }: WorkerParts,
  { concurrency = 50, keepSockets = false, keepReady = 20_000, log = () => {}, ...rest }: WorkerOptions,
): Promise<RunningWorker> {
  const { metrics, publicUrl } = rest;
  if (publicUrl !== undefined) {
    assertPublicUrl(publicUrl);
    await redis.set(keys.publicUrl, publicUrl.replace(/\/+$/, ''));
  }
  const [{ bullmq }, tracing] = await Promise.all([fleetLibraries(), openTracing()]);
  const stop = new AbortController();
  const stopping = stop.signal;
  const counted = metrics
    ? (await import('./metrics.ts')).fleetMetrics(
        () => countFleet(redis, keys, queue),
        () => ready.size(),
      )
    : undefined;
  const counting: PollObserver = counted ?? { ran() {}, failed() {} };
  const observer = tracing?.observing(counting) ?? counting;
  const budget = redisStateStore(redis, keys.store);
  const ready = preparer({
    ...{ redis, log, most: keepReady, keepSocketsMs: keepSockets ? KEPT_MS : undefined },
    mostPerSink: Math.max(1, Math.ceil(concurrency / 2)),
    budget,
    requested: observer.requested,
    tracing,
  });
  const run = pollRunner({
    redis,
    keys,
    preparer: ready,
    hooks: hookKeeper({ redis, keys, log }),
    log,
    observer,
    stopping,
    keepsSockets: keepSockets,
    mostSyncs: Math.max(1, Math.floor(concurrency / 10)),
    budget,
  });

  // One for all runs: each would make a stack that nobody reads.
  const delayed = new bullmq.DelayedError();
  const worker = new bullmq.Worker(
    POLL_QUEUE,
    async (job, token) => {
      const id = job.id as string;
      const polling = () => run(id, job.stalledCounter);
      let next: NextRun | undefined;
      try {
        next = await (tracing ? tracing.poll(id, polling) : polling());
      } catch (error) {
        // An error that escapes would end the job, and so the polling, until the next reconciliation.
        log({ level: 'error', message: `A run failed: ${(error as Error).message}`, job: job.id });
        next = { at: Date.now() + 60_000, mayWake: false };
      }
      if (next === undefined) return;
      await job.moveToDelayed(Math.round(next.at), token);
      // What came while the job ran could not wake it.
      if (next.mayWake && (await redis.llen(keys.inbox(id))) > 0) await queue.wake(id);
      throw delayed;
    },
    {
      ...{ connection: redis, prefix, concurrency, autorun: false, maxStalledCount: 1e9 },
      ...{ lockDuration: LOCK_MS, stalledInterval: LOCK_MS / 2 },
      ...{ removeOnComplete: { count: 0 }, removeOnFail: { count: 0 } },
    },
  );
  let isAway = false;
  worker.on('error', (error: NodeJS.ErrnoException) => {
    // Such a run has just ended, or its fencing number is old: neither says anything about Redis.
    if (isAway || error.message.startsWith('could not renew lock')) return;
    isAway = true;
    log({ level: 'warn', message: `Redis does not answer (${error.code ?? error.message}): waiting for it` });
  });
  redis.on('ready', () => {
    if (isAway) log({ level: 'info', message: 'Redis answers again' });
    isAway = false;
  });
  worker.on('stalled', (id: string) =>
    log({ level: 'warn', message: 'A worker was lost while it polled: polling again', job: id }),
  );
  worker.on('completed', ({ id = '' }) => {
    // Whoever resumed the trigger a moment ago found its job still there.
    const comeBack = async () => {
      if ((await redis.sismember(keys.active, id)) === 1) await queue.add([{ id, delayMs: 0 }]);
    };
    // Without Redis, the next reconciliation adds it.
    comeBack().catch(() => {});
  });
  await worker.waitUntilReady();
  const reconciling = keepReconciled({ redis, keys, queue, log }, stopping);
  void worker.run().catch((error: Error) => log({ level: 'error', message: error.message }));
  log({ level: 'info', message: `Polling, ${concurrency} triggers at a time` });
  return {
    async stop() {
      stop.abort();
      // Without Redis nothing can be handed back; its lock ends by itself.
      await within(worker.close(), STOP_MS);
      await within(reconciling, 100);
      await ready.close();
    },
    async metrics() {
      if (!counted)
        throw new InputError('This worker counts nothing', { hint: 'Start it with metrics: true.' });
      return counted.read();
    },
    receive: fleetReceiver({ redis, keys, queue, log }),
    async isHealthy() {
      const answers = await within(redis.ping(), HEALTH_MS).catch(() => false);
      return answers && worker.isRunning();
    },
  };
}
