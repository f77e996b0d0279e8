import type { DeclaredTrigger } from './file-schema.ts';
import type { Hooked } from './instant.ts';
import { type FleetKeys, partsOfId } from './names.ts';
import type { PollQueue } from './queue.ts';
import type { FleetRedis } from './redis.ts';

/** How a trigger of a connection fares. */
export interface TriggerStatus {
  id: string;
  connection: string;
  /** Key of the trigger; `sync` for a directory sync. */
  trigger: string;
  /** Empty for a sync. */
  sink: string;
  everySeconds: number;
  /** `active`, `failing` (tried again by itself), `parked` (needs `resume`, or another secret) or `paused`. */
  state: 'active' | 'failing' | 'parked' | 'paused';
  /** ISO 8601. */
  lastPoll?: string;
  nextPoll?: string;
  lastItem?: string;
  /** Items delivered, or changes told. */
  items: number;
  /** Items that the sink refused for good, if any: they are in the stream `okta-fleet:dead`. */
  setAside?: number;
  /** Of a sync: its last run. */
  synced?: {
    at: string;
    mode: 'full' | 'delta';
    users: number;
    groups: number;
    memberships: number;
    requests: number;
    /** Rows that could not be told. */
    failed: number;
  };
  /** Of an instant one: whether Okta calls; if not, it is polled. `problem` is missing as long as no worker has tried. */
  hook?: { isRegistered: boolean; problem?: string };
  /** What went wrong last, of one that is failing or parked. */
  problem?: { at: string; code: string; message: string; hint?: string };
}

/** A fleet as it is in Redis. */
export interface FleetStatus {
  connections: number;
  triggers: number;
  syncs: number;
  active: number;
  failing: number;
  parked: number;
  paused: number;
  /** Removed ones whose event hook a worker has yet to delete. */
  leaving: number;
  /** Active ones whose time came more than one interval ago. */
  late: number;
  /** Processes that poll. */
  workers: number;
  queue: { delayed: number; waiting: number; active: number };
  each: TriggerStatus[];
}

const AT_ONCE = 1_000;

export async function fleetStatus(
  redis: FleetRedis,
  keys: FleetKeys,
  queue: PollQueue,
): Promise<FleetStatus> {
  const ids = (await redis.smembers(keys.all)).sort();
  const each: TriggerStatus[] = [];
  const now = Date.now();
  let late = 0;
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE);
    const found = await Promise.all(some.map((id) => fieldsOf(redis, keys.trigger(id))));
    for (const [index, id] of some.entries()) {
      const fields = found[index];
      if (!fields?.def) continue;
      const status = oneStatus(id, fields);
      each.push(status);
      const isDue = Number(fields.due ?? now) < now - Number(fields.every);
      if (isDue && status.state === 'active') late += 1;
    }
  }
  const count = (state: TriggerStatus['state']) => each.filter((one) => one.state === state).length;
  const syncs = each.filter(({ trigger }) => trigger === 'sync').length;
  const [leaving, connections, counts, workers] = await Promise.all([
    redis.sdiff(keys.active, keys.all),
    redis.hlen(keys.connections),
    queue.counts(),
    queue.workers(),
  ]);
  return {
    ...{
      connections,
      triggers: each.length - syncs,
      syncs,
      active: count('active'),
      failing: count('failing'),
    },
    ...{
      parked: count('parked'),
      paused: count('paused'),
      leaving: leaving.length,
      late,
      workers,
      queue: counts,
      each,
    },
  };
}

const FIELDS = [
  'def',
  'sink',
  'every',
  'stop',
  'failures',
  'problem',
  'at',
  'due',
  'last',
  'events',
  'hooked',
  'synced',
  'aside',
] as const;
type Fields = Partial<Record<(typeof FIELDS)[number], string>>;

async function fieldsOf(redis: FleetRedis, key: string): Promise<Fields> {
  const values = await redis.hmget(key, ...FIELDS);
  return Object.fromEntries(FIELDS.flatMap((name, n) => (values[n] == null ? [] : [[name, values[n]]])));
}

const timeOfMs = (ms: string | undefined) =>
  ms === undefined ? undefined : new Date(Number(ms)).toISOString();

function oneStatus(id: string, fields: Fields): TriggerStatus {
  const {
    def = '{}',
    sink = '',
    every,
    stop,
    failures,
    problem,
    at,
    due,
    last,
    events,
    hooked,
    aside,
    synced,
  } = fields;
  const { trigger = 'sync', instant } = JSON.parse(def) as Partial<DeclaredTrigger>;
  const state = (stop as 'paused' | 'parked' | undefined) ?? (failures ? 'failing' : 'active');
  const lastPoll = timeOfMs(at);
  const nextPoll = stop ? undefined : timeOfMs(due);
  const lastItem = timeOfMs(last);
  return {
    ...{ id, connection: partsOfId(id)[0], trigger, sink },
    ...{ everySeconds: Number(every) / 1_000, state },
    ...(lastPoll ? { lastPoll } : {}),
    ...(nextPoll ? { nextPoll } : {}),
    ...(lastItem ? { lastItem } : {}),
    items: Number(events ?? 0),
    ...(aside ? { setAside: Number(aside) } : {}),
    ...(synced ? { synced: JSON.parse(synced) } : {}),
    ...(instant ? { hook: hookOf(hooked) } : {}),
    ...(problem && state !== 'active' ? { problem: JSON.parse(problem) } : {}),
  };
}

function hookOf(hooked: string | undefined): { isRegistered: boolean; problem?: string } {
  if (hooked === undefined) return { isRegistered: false };
  const { problem } = JSON.parse(hooked) as Hooked;
  return { isRegistered: problem === undefined, ...(problem === undefined ? {} : { problem }) };
}
