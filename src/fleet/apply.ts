import { hash, randomUUID } from 'node:crypto';
import { OktaError } from '../errors/errors.ts';
import { canonical } from '../schema/record.ts';
import type { SecretReference } from './file-parts.ts';
import type { DeclaredConnection, FleetFile } from './file-schema.ts';
import { type FleetKeys, hookRecord, idOfSync, idOfTrigger, partsOfId } from './names.ts';
import { type FleetParts, spread } from './queue.ts';
import type { FleetRedis } from './redis.ts';
import type { DeclaredSync } from './sync-schema.ts';

/** What an application of a file changed, in triggers and syncs. */
export interface ApplyReport {
  connections: number;
  triggers: number;
  syncs: number;
  added: number;
  changed: number;
  unchanged: number;
  /** Parked ones that go on, because their connection changed. */
  resumed: number;
  removed: number;
  /** Not in the file and kept, because nobody asked to remove them. */
  left: number;
  /** What is needed beside the file. */
  hint?: string;
}

export interface ApplyOptions {
  /** Remove what is not in the file. Default false. */
  prune?: boolean | undefined;
}

const LOCK_MS = 60_000;
const AT_ONCE = 1_000;
/** Within which a sync, or an instant trigger, runs first: its hook is to be there soon. */
const SOON_MS = 60_000;

/** What is stored of a trigger, from the file alone. */
interface Wanted {
  id: string;
  fields: { rev: string; conn: string; sink: string; def: string; every: string };
  /** Changes with what the position of a trigger belongs to. */
  origin: string;
  /** Changes with the way to connect. */
  access: string;
  everyMs: number;
  startsSoon: boolean;
  isInstant: boolean;
}

const digestOf = (value: unknown): string => hash('sha256', canonical(value), 'base64url').slice(0, 16);

function wantedOf({ connections, sinks, state }: FleetFile): Wanted[] {
  return Object.entries(connections).flatMap(([conn, { triggers, syncs, ...connection }]) => [
    ...Object.entries(syncs).map(([name, sync]): Wanted => {
      const def: DeclaredSync = { sync, state: state as SecretReference };
      return {
        id: idOfSync(conn, name),
        fields: {
          ...{ rev: digestOf([connection, def]), conn, sink: '' },
          ...{ def: JSON.stringify(def), every: String(sync.every) },
        },
        ...{ origin: digestOf([connection.orgUrl, 'sync']), access: digestOf([connection, state]) },
        ...{ everyMs: sync.every, startsSoon: true, isInstant: false },
      };
    }),
    ...Object.entries(triggers).map(([name, declared]) => {
      const { every, sink, ...def } = declared;
      return {
        id: idOfTrigger(conn, name),
        fields: {
          rev: digestOf([connection, declared, sinks[sink]]),
          ...{ conn, sink, def: JSON.stringify(def), every: String(every) },
        },
        origin: digestOf([connection.orgUrl, def.trigger]),
        access: digestOf(connection),
        everyMs: every,
        startsSoon: def.instant === true,
        isInstant: def.instant === true,
      };
    }),
  ]);
}

/**
 * Makes the fleet in Redis what the file says. What did not change keeps its place and its time.
 * @throws OktaError `state_locked` while another process applies a file.
 */
export async function applyFile(
  { redis, keys, queue }: FleetParts,
  file: FleetFile,
  { prune = false }: ApplyOptions,
): Promise<ApplyReport> {
  const token = randomUUID();
  if ((await redis.set(keys.applying, token, 'PX', LOCK_MS, 'NX')) === null) {
    throw new OktaError('Another process applies a file to this fleet', {
      ...{ code: 'state_locked', actor: 'caller', retryable: true },
      hint: 'Try again in a minute.',
    });
  }
  try {
    const wanted = wantedOf(file);
    const syncs = Object.values(file.connections).reduce((n, one) => n + Object.keys(one.syncs).length, 0);
    const report: ApplyReport = {
      connections: Object.keys(file.connections).length,
      ...{ triggers: wanted.length - syncs, syncs },
      ...{ added: 0, changed: 0, unchanged: 0, resumed: 0, removed: 0, left: 0 },
    };
    await storeHashes(redis, keys, file);
    const count = await redis.scard(keys.all);
    for (let at = 0; at < wanted.length; at += AT_ONCE) {
      await applySome({ redis, keys, queue }, wanted.slice(at, at + AT_ONCE), count + at, report);
      await redis.pexpire(keys.applying, LOCK_MS);
    }
    const names = new Set(wanted.map(({ id }) => id));
    const others = (await redis.smembers(keys.all)).filter((id) => !names.has(id));
    if (prune) {
      await removeTriggers({ redis, keys, queue }, others);
      await pruneHashes(redis, keys, file);
      report.removed = others.length;
    } else report.left = others.length;
    if (wanted.some(({ isInstant }) => isInstant) && (await redis.exists(keys.publicUrl)) === 0)
      report.hint = NOBODY_LISTENS;
    return report;
  } finally {
    await redis.fleetRelease(keys.applying, token);
  }
}

const NOBODY_LISTENS =
  'No worker has listened so far: instant triggers are only polled until one does ("okta-connector fleet worker --listen 0.0.0.0:8080 --public-url https://…").';

async function storeHashes(redis: FleetRedis, keys: FleetKeys, { connections, sinks }: FleetFile) {
  const entries = Object.entries(connections).map(([name, { orgUrl, auth }]): [string, string] => [
    name,
    JSON.stringify({ orgUrl, auth } satisfies DeclaredConnection),
  ]);
  for (let at = 0; at < entries.length; at += AT_ONCE)
    await redis.hset(keys.connections, ...entries.slice(at, at + AT_ONCE).flat());
  const stored = Object.entries(sinks).map(([name, sink]) => [name, JSON.stringify(sink)]);
  if (stored.length > 0) await redis.hset(keys.sinks, ...stored.flat());
}

async function pruneHashes(redis: FleetRedis, keys: FleetKeys, { connections, sinks }: FleetFile) {
  for (const [key, named] of [
    [keys.connections, connections],
    [keys.sinks, sinks],
  ] as const) {
    const gone = (await redis.hkeys(key)).filter((name) => !Object.hasOwn(named, name));
    if (gone.length > 0) await redis.hdel(key, ...gone);
  }
}

async function applySome(
  { redis, keys, queue }: FleetParts,
  wanted: readonly Wanted[],
  first: number,
  report: ApplyReport,
): Promise<void> {
  const found = await Promise.all(
    wanted.map(({ id }) => redis.hmget(keys.trigger(id), 'rev', 'stop', 'every', 'origin', 'access')),
  );
  const jobs: { id: string; delayMs: number }[] = [];
  const writes: Promise<unknown>[] = [];
  const now = Date.now();
  for (const [index, { id, fields, origin, access, everyMs, startsSoon }] of wanted.entries()) {
    const [rev, stop, every, knownOrigin, knownAccess] = found[index] ?? [];
    if (rev === fields.rev && stop !== 'leaving') {
      report.unchanged += 1;
      continue;
    }
    const key = keys.trigger(id);
    const delayMs = spread(first + index, startsSoon ? Math.min(everyMs, SOON_MS) : everyMs);
    const isLeaving = stop === 'leaving';
    const isNew = !rev || isLeaving;
    const isResumed = stop === 'parked' && knownAccess !== access;
    const isMoved = isNew || isResumed || (stop === null && (startsSoon || every !== fields.every));
    // A run under way began with what was declared before: what it still saves does not count.
    if (rev) writes.push(redis.hincrby(key, 'fence', 1));
    // The events of another org, or of another kind, are not those that the position is about.
    if (isLeaving || (!isNew && knownOrigin !== origin)) {
      writes.push(redis.hdel(key, 'state', 'failures', 'problem', 'hooked', ...(isLeaving ? LEAVING : [])));
      writes.push(redis.del(keys.inbox(id)));
    }
    if (isResumed) writes.push(redis.hdel(key, 'stop', 'failures', 'problem'));
    writes.push(redis.hset(key, { ...fields, origin, access, ...(isMoved ? { due: now + delayMs } : {}) }));
    writes.push(redis.sadd(keys.all, id));
    if (isMoved) {
      writes.push(redis.sadd(keys.active, id), redis.srem(keys.parked, id));
      if (!isNew) writes.push(queue.remove(id));
      jobs.push({ id, delayMs });
    }
    if (isResumed) report.resumed += 1;
    if (isNew) report.added += 1;
    else report.changed += 1;
  }
  await Promise.all(writes);
  await queue.add(jobs);
}

/** What a trigger has until a worker has deleted its hook. */
const LEAVING = ['stop', 'left'];

/** Removes triggers with all that is known of them. One with a hook leaves: a worker, which has the secret, deletes the hook first. */
export async function removeTriggers(
  { redis, keys, queue }: FleetParts,
  ids: readonly string[],
): Promise<void> {
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE);
    const origins = await Promise.all(some.map((id) => redis.hget(keys.trigger(id), 'origin')));
    const hooks = await Promise.all(
      some.map((id, n) => redis.exists(keys.store + hookRecord(id, origins[n] ?? ''))),
    );
    const leaving = some.filter((_, n) => hooks[n] === 1);
    const connections = await Promise.all(
      leaving.map((id) => redis.hget(keys.connections, partsOfId(id)[0])),
    );
    const active = some.filter((id) => !leaving.includes(id));
    await Promise.all([
      redis.srem(keys.parked, ...some),
      redis.srem(keys.all, ...some),
      ...some.map((id) => queue.remove(id)),
      ...(active.length > 0 ? [redis.srem(keys.active, ...active)] : []),
      ...active.map((id) => redis.del(keys.trigger(id), keys.inbox(id))),
      ...leaving.flatMap((id, n) => [
        redis.hset(keys.trigger(id), { stop: 'leaving', left: connections[n] ?? '' }),
        redis.hincrby(keys.trigger(id), 'fence', 1),
        redis.hdel(keys.trigger(id), 'failures'),
        redis.sadd(keys.active, id),
      ]),
    ]);
    await queue.add(leaving.map((id) => ({ id, delayMs: 0 })));
  }
}

/** The ids of a connection's triggers, or the one of `CONNECTION/TRIGGER`. */
export async function triggerIds(redis: FleetRedis, keys: FleetKeys, target: string): Promise<string[]> {
  if (target.includes('/')) return (await redis.sismember(keys.all, target)) === 1 ? [target] : [];
  return (await redis.smembers(keys.all)).filter((id) => partsOfId(id)[0] === target);
}
