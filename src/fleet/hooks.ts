import { isOktaError, type OktaError } from '../errors/errors.ts';
import type { Session } from '../session/session.ts';
import { HOOK_SCOPES } from '../triggers/sources/hook/event-hook.ts';
import { HookRecord } from '../triggers/sources/hook/hook-record.ts';
import { ensureDelivery, removeDelivery } from '../triggers/sources/signal/delivery.ts';
import { STREAM_SCOPES } from '../triggers/sources/signal/signal-stream.ts';
import type { Hooked, InstantTrigger } from './instant.ts';
import type { FleetLog } from './log.ts';
import { type FleetKeys, hookRecord, partsOfId } from './names.ts';
import type { FleetRedis } from './redis.ts';
import { redisStateStore } from './redis-store.ts';

/** How often it is checked that Okta still has a hook, and how soon one is tried again. */
const CHECK_MS = 60 * 60_000;
const RETRY_MS = 5 * 60_000;
/** Where Okta reaches the workers is read again after this time. */
const URL_MS = 30_000;

/** The hook of a trigger in Redis: its secret, its name and its id. */
export const openHookRecord = (redis: FleetRedis, keys: FleetKeys, id: string, origin: string): HookRecord =>
  new HookRecord(redisStateStore(redis, keys.store), hookRecord(id, origin));

interface HookKeeperOptions {
  redis: FleetRedis;
  keys: FleetKeys;
  log: FleetLog;
}

/** Keeps the event hooks in Okta as they are declared. */
export function hookKeeper({ redis, keys, log }: HookKeeperOptions) {
  let publicUrl: string | undefined;
  let readAt = 0;

  async function urlOf(id: string): Promise<string | undefined> {
    if (Date.now() - readAt > URL_MS) {
      publicUrl = (await redis.get(keys.publicUrl)) ?? undefined;
      readAt = Date.now();
    }
    return publicUrl && `${publicUrl}/${id}`;
  }

  const channelsOf = (session: Session, memory: HookRecord) => ({
    hooks: session.reading(HOOK_SCOPES),
    streams: session.reading(STREAM_SCOPES),
    memory,
  });

  return {
    /**
     * Makes sure that Okta has the hook of a trigger, unless it was so a moment ago. A hook that Okta refuses is told and tried again
     * later; until then the trigger is polled.
     */
    async ensure(
      id: string,
      rev: string,
      { origin, hooked, filter }: InstantTrigger,
      session: Session,
    ): Promise<Hooked | undefined> {
      const url = await urlOf(id);
      if (url === undefined) return undefined;
      const wanted = `${rev} ${url}`;
      const age = Date.now() - (hooked?.at ?? 0);
      if (hooked?.wanted === wanted && age < (hooked.problem ? RETRY_MS : CHECK_MS)) return undefined;
      const [connection, trigger] = partsOfId(id);
      const memory = openHookRecord(redis, keys, id, origin);
      try {
        // The secret first: Okta's challenge may reach another worker.
        await memory.create();
        await ensureDelivery({ ...channelsOf(session, memory), url }, [await filter()]);
        if (hooked?.wanted !== wanted || hooked.problem)
          log({ level: 'info', message: 'Okta calls when something happens', connection, trigger });
        return { wanted, at: Date.now() };
      } catch (error) {
        if (!isOktaError(error)) throw error;
        const { message: problem, code, hint } = error;
        if (hooked?.problem !== problem) {
          const message = `No event hook, so it is only polled: ${problem}`;
          log({ level: 'warn', message, connection, trigger, code, hint });
        }
        return { wanted, at: Date.now(), problem };
      }
    },

    /** Deletes the hook of a trigger that no longer is instant, or leaves. @throws OktaError when Okta refuses or is away. */
    async remove(id: string, origin: string, session: () => Promise<Session>): Promise<void> {
      const memory = openHookRecord(redis, keys, id, origin);
      if ((await memory.read())?.hookId === undefined) return;
      await removeDelivery(channelsOf(await session(), memory));
    },

    /** Tells of a hook that stays in Okta. */
    async leave(id: string, origin: string, { message, code }: Partial<OktaError>): Promise<void> {
      const record = await openHookRecord(redis, keys, id, origin).read();
      const [connection, trigger] = partsOfId(id);
      log({
        ...{ level: 'error', message: `Its event hook stays in Okta: ${message}`, connection, trigger, code },
        hint: `Delete the event hook "${record?.name}" there; what it still sends is refused.`,
      });
    },
  };
}

export type HookKeeper = ReturnType<typeof hookKeeper>;
