import { randomUUID } from 'node:crypto';
import { OktaError } from '../../errors/errors.ts';
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
 * is persistent, and a deploy in any case. A context that fails after it worked, or with an error of the system, is
 * `state_locked` with `retryable`: it may pass.
 * @param nodeId whose context it is.
 * @param storeName which of Node-RED's context stores; its default when left out.
 */
export function contextStore(
  context: NodeContext,
  nodeId: string,
  storeName?: string,
  now: () => number = Date.now,
): ContextStore {
  /** What the context holds, as far as it was read or written here. */
  const known = new Map<string, Entry>();
  const left = leftBy.get(nodeId) ?? new Map<string, Entry>();
  leftBy.delete(nodeId);
  let wasUsable = false;

  // Dots and brackets in a key would make a path of it.
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
  /** Writes what the node before has left; what could not be written is written the next time. */
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
      const entries = new Map(left);
      for (const [name, written] of [...known]) {
        // Somebody may have deleted it meanwhile.
        const entry = await read(name).catch(() => written);
        if (entry) entries.set(name, entry);
      }
      leftBy.set(nodeId, entries);
    },
  };
}

/** A full disk may get room; a store that is not there stays what it is. */
function failure(error: NodeJS.ErrnoException, wasUsable: boolean): Error {
  if (!wasUsable && error.code === undefined) return error;
  return new OktaError(`The context of the node cannot be used (${error.code ?? error.message})`, {
    code: 'state_locked',
    actor: 'caller',
    retryable: true,
    hint: "Check the disk of Node-RED's contextStorage.",
  });
}
