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

/**
 * The context of a node as the place where a trigger remembers. It outlives a restart when Node-RED's `contextStorage`
 * is persistent.
 * @param storeName which of Node-RED's context stores; its default when left out.
 */
export function contextStore(
  context: NodeContext,
  storeName?: string,
  now: () => number = Date.now,
): StateStore {
  let last: Promise<unknown> = Promise.resolve();

  // Dots and brackets in a key would make a path of it.
  const nameOf = (key: string) => `state_${key.replace(/\W/g, '_')}`;

  const read = (key: string) =>
    new Promise<string | undefined>((resolve, reject) => {
      context.get(nameOf(key), storeName, (error, value) => {
        if (error) return reject(error);
        const entry = value as Entry | undefined;
        const gone = entry?.until !== undefined && (entry.until <= now() || entry.by !== self);
        resolve(gone ? undefined : entry?.text);
      });
    });

  const write = (key: string, entry: Entry) =>
    new Promise<void>((resolve, reject) => {
      context.set(nameOf(key), entry, storeName, (error) => (error ? reject(error) : resolve()));
    });

  return {
    get: read,
    compareAndSet(key, expected, next, ttlMs) {
      const done = last.then(async () => {
        if ((await read(key)) !== expected) return false;
        await write(key, { text: next, by: self, ...(ttlMs === undefined ? {} : { until: now() + ttlMs }) });
        return true;
      });
      last = done.catch(() => {});
      return done;
    },
  };
}
