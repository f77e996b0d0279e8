import { randomUUID } from 'node:crypto';
import type { StateStore } from '../../state/store.ts';
import type { NodeContext } from './red.ts';

interface Entry {
  text: string;
  /** Milliseconds since the epoch; absent for what stays. */
  until?: number;
  /** The process that wrote it. */
  by: string;
}

/** Leases that a killed process left behind mean nothing: a context belongs to one process at a time. */
const self = randomUUID();

export interface ContextStore extends StateStore {
  /** Leaves what is remembered to the node that starts next with the same id. */
  handOver(): Promise<void>;
}

/**
 * What nodes that stopped remembered, by their id. A deploy stops and starts a node, and it may come back with an empty
 * context: Node-RED drops those in memory, and a node on another tab, or with another store, has another one.
 */
const leftBy = new Map<string, Map<string, Entry>>();

/**
 * The context of a node as the place where a trigger remembers. It outlives a restart when Node-RED's `contextStorage`
 * is persistent, and a deploy in any case.
 * @param nodeId whose context it is.
 * @param storeName which of Node-RED's context stores; its default when left out.
 */
export function contextStore(
  context: NodeContext,
  nodeId: string,
  storeName?: string,
  now: () => number = Date.now,
): ContextStore {
  const names = new Set<string>();

  // Dots and brackets in a key would make a path of it.
  const nameOf = (key: string) => `state_${key.replace(/\W/g, '_')}`;

  const read = (name: string) =>
    new Promise<Entry | undefined>((resolve, reject) => {
      names.add(name);
      context.get(name, storeName, (error, value) =>
        error ? reject(error) : resolve(value as Entry | undefined),
      );
    });

  const write = (name: string, entry: Entry) =>
    new Promise<void>((resolve, reject) => {
      names.add(name);
      context.set(name, entry, storeName, (error) => (error ? reject(error) : resolve()));
    });

  const takenOver = Promise.all([...(leftBy.get(nodeId) ?? [])].map(([name, entry]) => write(name, entry)));
  leftBy.delete(nodeId);
  let last: Promise<unknown> = takenOver.catch(() => {});

  const get = async (key: string) => {
    await takenOver;
    const entry = await read(nameOf(key));
    const gone = entry?.until !== undefined && (entry.until <= now() || entry.by !== self);
    return gone ? undefined : entry?.text;
  };

  return {
    get,
    compareAndSet(key, expected, next, ttlMs) {
      const done = last.then(async () => {
        if ((await get(key)) !== expected) return false;
        const until = ttlMs === undefined ? {} : { until: now() + ttlMs };
        await write(nameOf(key), { text: next, by: self, ...until });
        return true;
      });
      last = done.catch(() => {});
      return done;
    },
    async handOver() {
      // A node that stops at once may not have taken over yet.
      await last;
      const entries = new Map<string, Entry>();
      for (const name of names) {
        const entry = await read(name);
        if (entry) entries.set(name, entry);
      }
      leftBy.set(nodeId, entries);
    },
  };
}
