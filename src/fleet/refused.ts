import type { FleetLog } from './log.ts';
import type { FleetKeys } from './names.ts';
import type { FleetRedis } from './redis.ts';
import type { SinkMessage } from './sinks/sink.ts';

/** As often as a sync posts a batch: with pauses that double, about two minutes. */
export const ITEM_TRIES = 8;
const FIRST_PAUSE_MS = 1_000;
/** Items that are kept aside; the oldest go first. */
const MOST_ASIDE = 100_000;

/** The message that a sink refused last, and how often it did. */
export interface Refused {
  tries: number;
  id: string;
}

/** As it is stored: the number, and the id, which may have spaces. */
export function refusedOf(text: string): Refused | undefined {
  const at = text.indexOf(' ');
  return at < 0 ? undefined : { tries: Number(text.slice(0, at)), id: text.slice(at + 1) };
}

/** How often a message was tried, with this time. */
export const triesOf = (refused: Refused | undefined, id: string): number =>
  1 + (refused?.id === id ? refused.tries : 0);

/** When a refused message is to be tried again. */
export const pauseAfter = (tries: number): number => FIRST_PAUSE_MS * 2 ** (tries - 1);

interface SetAsideOptions {
  redis: FleetRedis;
  keys: FleetKeys;
  log: FleetLog;
  /** Of the trigger, and of its run. */
  id: string;
  fence: number;
}

/**
 * Keeps a message that the sink refuses for good where somebody can look at it, before the position moves past it.
 * @returns false when another run has taken over, and nothing was done.
 */
export async function setAside(
  { redis, keys, log, id, fence }: SetAsideOptions,
  { id: messageId, connection, trigger, type, item }: SinkMessage,
  reason: string,
): Promise<boolean> {
  const fields = { id: messageId, connection, trigger, type, at: new Date().toISOString(), reason };
  const entry = Object.entries({ ...fields, data: JSON.stringify(item) }).flat();
  if ((await redis.fleetSetAside(keys.trigger(id), keys.dead, fence, MOST_ASIDE, ...entry)) !== 1)
    return false;
  const message = `Set aside after ${ITEM_TRIES} tries: ${reason}`;
  log({ level: 'error', message, connection, trigger, item: messageId, stream: keys.dead });
  return true;
}
