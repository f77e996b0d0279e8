import type { Redis } from 'ioredis';
import { InputError } from '../errors/errors.ts';
import { parseUrl } from '../text/url.ts';
import { BEGIN, COMPARE_AND_SET_TEXT, END, FORGET, RELEASE, SAVE, SET_ASIDE, TAKE } from './scripts.ts';

type Reply = (string | number)[];

/** Redis with the scripts of a fleet as commands. */
export interface FleetRedis extends Redis {
  fleetBegin(
    ...keys: [trigger: string, connections: string, sinks: string, now: number, rev: string, stalls: number]
  ): Promise<Reply>;
  fleetSave(trigger: string, stream: string, inbox: string, ...args: (string | number)[]): Promise<number>;
  fleetEnd(trigger: string, active: string, parked: string, ...args: (string | number)[]): Promise<number>;
  fleetTake(
    ...args: [trigger: string, inbox: string, most: number, ...events: string[]]
  ): Promise<'gone' | 'full' | 'stopped' | 'stored'>;
  fleetSetAside(trigger: string, dead: string, ...args: (string | number)[]): Promise<number>;
  fleetForget(
    ...args: [
      trigger: string,
      inbox: string,
      hook: string,
      all: string,
      active: string,
      fence: number,
      id: string,
    ]
  ): Promise<number>;
  fleetCompareAndSet(key: string, ...args: string[]): Promise<number>;
  fleetRelease(key: string, token: string): Promise<number>;
}

const LONGEST_PAUSE_MS = 2_000;

/** ioredis and BullMQ, which only a fleet needs. @throws InputError when they are not installed. */
export async function fleetLibraries(): Promise<{
  Client: typeof Redis;
  bullmq: typeof import('bullmq');
}> {
  try {
    const [{ Redis: Client }, bullmq] = await Promise.all([import('ioredis'), import('bullmq')]);
    return { Client, bullmq };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new InputError('A fleet needs the packages bullmq and ioredis', {
      hint: 'Install them beside okta-connector: npm install bullmq@6 ioredis@6',
    });
  }
}

/** @throws InputError for anything but a redis URL; the URL may hold a password and is not repeated. */
export function assertRedisUrl(text: string): void {
  const url = parseUrl(text);
  if (url && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== '') return;
  throw new InputError('This is not the URL of a Redis', { hint: 'For example redis://127.0.0.1:6379/0' });
}

/**
 * Connects to Redis. While it is away, commands wait: after a moment at first, then every two seconds, each client at a moment
 * of its own.
 * @param isPatient false: the first command fails when Redis cannot be reached.
 */
export async function openRedis(url: string, isPatient: boolean): Promise<FleetRedis> {
  assertRedisUrl(url);
  const { Client } = await fleetLibraries();
  const redis = new Client(url, {
    // Not enableAutoPipelining: for each turn of the event loop it copies all scripts of BullMQ, which costs more than it saves.
    ...{ maxRetriesPerRequest: null, enableReadyCheck: true, lazyConnect: true },
    retryStrategy: (tries: number) =>
      Math.min(LONGEST_PAUSE_MS, 50 * 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2),
  });
  redis.defineCommand('fleetBegin', { numberOfKeys: 3, lua: BEGIN });
  redis.defineCommand('fleetSave', { numberOfKeys: 3, lua: SAVE });
  redis.defineCommand('fleetEnd', { numberOfKeys: 3, lua: END });
  redis.defineCommand('fleetTake', { numberOfKeys: 2, lua: TAKE });
  redis.defineCommand('fleetSetAside', { numberOfKeys: 2, lua: SET_ASIDE });
  redis.defineCommand('fleetForget', { numberOfKeys: 5, lua: FORGET });
  redis.defineCommand('fleetCompareAndSet', { numberOfKeys: 1, lua: COMPARE_AND_SET_TEXT });
  redis.defineCommand('fleetRelease', { numberOfKeys: 1, lua: RELEASE });
  // Without a listener each failed attempt is printed; what matters is told by who uses the connection.
  let problem: Error | undefined;
  redis.on('error', (error) => {
    problem = error;
  });
  if (!isPatient) {
    await redis.connect().catch((error: Error) => {
      redis.disconnect();
      throw unreachable(problem ?? error);
    });
  }
  return redis as unknown as FleetRedis;
}

const unreachable = (error: NodeJS.ErrnoException): InputError =>
  new InputError(`Redis cannot be reached (${error.code ?? error.message})`, {
    hint: 'Check the address, and that the server runs and takes this password.',
  });
