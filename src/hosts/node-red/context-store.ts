import { randomUUID } from 'node:crypto';
import { OktaError } from '../../errors/errors.ts';
import type { StateStore } from '../../state/store.ts';
import type { NodeContext } from './red.ts';

interface Entry {
  text: string;
  /** Milliseconds since the epoch; absent for entries that do not expire. */
  until?: number;
  /** The process that wrote it. */
  by: string;
}

/** Leases of another process are stale (it was killed): a context belongs to one process at a time. */
const self = randomUUID();

export interface ContextStore extends StateStore {
  /** Hands the state over to the next node that starts with the same id. */
  handOver(): Promise<void>;
}

/**
 * State of stopped nodes, by node id. A deploy stops and restarts a node, which may then find an empty context: Node-RED
 * drops contexts in memory, and moving the node to another tab or store gives it a different one.
 */
const leftBy = new Map<string, Map<string, Entry>>();

/**
 * The context of a node as the store of a trigger's state. It always survives a deploy, and a restart if Node-RED's
 * `contextStorage` is persistent. If a context fails after it has worked, or with a system error, the error is
 * `state_locked` and `retryable`: it may be temporary.
 * @param nodeId the node that owns the context.
 * @param storeName one of Node-RED's context stores; its default if omitted.
 */
export function contextStore(
  context: NodeContext,
  nodeId: string,
  storeName?: string,
  now: () => number = Date.now,
): ContextStore {
  /** The entries of the context that were read or written here. */
  const known = new Map<string, Entry>();
  const left = leftBy.get(nodeId) ?? new Map<string, Entry>();
  leftBy.delete(nodeId);
  let wasUsable = false;

  // Node-RED treats dots and brackets in a key as a path.
  const nameOf = (key: string) => `state_${key.replace(/\W/g, '_')}`;

  const read = (name: string) =>
    new Promise<Entry | undefined>((resolve, reject) => {
      context.get(name, storeName, (error, value) => {
        if (error) return reject(failure(error, wasUsable));
        const entry = value as Entry | undefined;
        if (entry) known.set(name, entry);
        else known.delete(name);
        resolve(entry);
      });
    });

  const write = (name: string, entry: Entry) =>
    new Promise<void>((resolve, reject) => {
      context.set(name, entry, storeName, (error) => {
        if (error) return reject(failure(error, wasUsable));
        wasUsable = true;
        known.set(name, entry);
        resolve();
      });
    });

  let takingOver: Promise<void> | undefined;
  /** Writes the state handed over by the previous node; entries that fail are written the next time. */
  function takeOver(): Promise<void> {
    const work = async () => {
      for (const [name, entry] of left) {
        await write(name, entry);
        left.delete(name);
      }
    };
    takingOver ??= work().finally(() => {
      takingOver = undefined;
    });
    return takingOver;
  }
  let last: Promise<unknown> = takeOver().catch(() => {});

  const get = async (key: string) => {
    await takeOver();
    const entry = await read(nameOf(key));
    const gone = entry?.until !== undefined && (entry.until <= now() || entry.by !== self);
    return gone ? undefined : entry?.text;
  };

  return {
    perConnection: true,
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
      // A node that is stopped right after its start may not have taken over the state yet.
      await last;
      const entries = new Map(left);
      for (const [name, written] of [...known]) {
        // It may have been deleted in the meantime.
        const entry = await read(name).catch(() => written);
        if (entry) entries.set(name, entry);
      }
      leftBy.set(nodeId, entries);
    },
  };
}

/** A full disk may be cleared; a store that does not exist will not appear. */
function failure(error: NodeJS.ErrnoException, wasUsable: boolean): Error {
  if (!wasUsable && error.code === undefined) return error;
  return new OktaError(`The node's context cannot be used (${error.code ?? error.message})`, {
    code: 'state_locked',
    actor: 'caller',
    retryable: true,
    hint: "Check the disk of Node-RED's contextStorage.",
  });
}
