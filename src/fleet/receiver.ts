import { randomUUID } from 'node:crypto';
import type { LogEvent } from '../resources/log/log-event.ts';
import { openHookRecord } from './hooks.ts';
import type { FleetLog } from './log.ts';
import { idOfTrigger } from './names.ts';
import type { FleetParts } from './queue.ts';

/** Events that an inbox holds. What comes while it is full is left to the System Log, which is read anyway. */
const MOST_WAITING = 1_000;

interface ReceiverOptions extends FleetParts {
  log: FleetLog;
}

/**
 * Answers what Okta sends to any trigger of the fleet, at `…/CONNECTION/TRIGGER`: its challenge, and deliveries, which are in Redis
 * before the answer. Any number of these share one URL; a worker that is free delivers.
 */
export function fleetReceiver({ redis, keys, queue, log }: ReceiverOptions) {
  /** Puts events into an inbox and wakes the trigger. */
  async function take(id: string, events: readonly LogEvent[]): Promise<void> {
    const texts = events.map((event) => JSON.stringify(event ?? null));
    if (texts.length === 0) return;
    const fate = await redis.fleetTake(keys.trigger(id), keys.inbox(id), MOST_WAITING, ...texts);
    if (fate === 'stored') await queue.wake(id);
  }

  return async function receive(request: Request): Promise<Response> {
    const [connection = '', trigger = ''] = new URL(request.url).pathname.split('/').slice(-2);
    const id = idOfTrigger(connection, trigger);
    const notice = (message: string) => log({ level: 'warn', message, connection, trigger });
    try {
      const { receiverApp } = await import('../triggers/sources/hook/receiver-app.ts');
      const origin = await redis.hget(keys.trigger(id), 'origin');
      const known = origin === null ? undefined : await openHookRecord(redis, keys, id, origin).read();
      // Nobody learns which triggers there are: one that is not there has a secret that nobody knows.
      const { secret } = known ?? { secret: randomUUID() };
      return await receiverApp(
        () => secret,
        (events) => take(id, events),
        notice,
      ).fetch(request);
    } catch (error) {
      // Okta tries again, and the System Log has what it gives up on.
      notice(`A delivery could not be stored: ${(error as Error).message}`);
      return new Response(null, { status: 503 });
    }
  };
}
