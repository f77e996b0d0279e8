import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetLog } from './log.ts';
import { type FleetParts, spread } from './queue.ts';

const EVERY_MS = 3 * 60_000;
/** One worker reconciles; should it be killed, the next one may. */
const LOCK_MS = 60_000;

interface ReconcileOptions extends FleetParts {
  log: FleetLog;
}

/**
 * Adds the jobs that are missing: a Redis without persistence loses them at a restart, and a queue says nothing when it has none.
 */
async function reconcileJobs({ redis, keys, queue, log }: ReconcileOptions): Promise<void> {
  const token = randomUUID();
  if ((await redis.set(keys.reconciling, token, 'PX', LOCK_MS, 'NX')) === null) return;
  try {
    const [wanted, { delayed, waiting, active }] = await Promise.all([
      redis.scard(keys.active),
      queue.counts(),
    ]);
    const missing = Math.max(0, wanted - delayed - waiting - active);
    if (missing === 0) return;
    const ids = await redis.smembers(keys.active);
    const times = await Promise.all(ids.map((id) => redis.hmget(keys.trigger(id), 'every', 'due')));
    const now = Date.now();
    await queue.add(
      ids.map((id, n) => {
        const [every, due] = times[n] ?? [];
        const leftMs = Number(due ?? 0) - now;
        return { id, delayMs: leftMs > 0 ? leftMs : spread(n, Number(every ?? 60_000)) };
      }),
    );
    log({
      ...{
        level: 'warn',
        message: `${missing} of ${wanted} triggers had no job and were added again`,
        missing,
      },
      hint: 'Redis may have been restarted without persistence: see docs/fleet.md.',
    });
  } finally {
    await redis.fleetRelease(keys.reconciling, token);
  }
}

/** Reconciles at once and every three minutes, until the signal aborts. */
export async function keepReconciled(options: ReconcileOptions, stopping: AbortSignal): Promise<void> {
  const { redis, keys, log } = options;
  let hadSome = false;
  while (!stopping.aborted) {
    try {
      await reconcileJobs(options);
      const has = (await redis.scard(keys.all)) > 0;
      if (!has && hadSome) log({ level: 'error', message: 'Redis has lost the fleet: apply its file again' });
      hadSome = has;
    } catch (error) {
      if (stopping.aborted) return;
      log({ level: 'warn', message: `Not reconciled: ${(error as Error).message}` });
    }
    await sleep(EVERY_MS, undefined, { signal: stopping }).catch(() => {});
  }
}
