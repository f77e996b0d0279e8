import { memoryOkta } from './memory-okta.ts';
import type { Sync } from './memory-rows.ts';
import { memoryTarget } from './memory-target.ts';
import { packed, unpacked } from './packed.ts';
import type { Ping, Store } from './store.ts';
import { turns } from './turns.ts';

/** A store whose content is one JSON value. */
export interface MemoryStore extends Store {
  /** Everything in it, compressed: about 200 bytes a user of 600 who was told, and 3 a membership. */
  toJSON(): unknown;
}

/**
 * A snapshot in memory: for a run without a state, and for hosts that keep what `toJSON` gives.
 * @param saved what `toJSON` gave; undefined for an empty one. @throws InputError when it is something else.
 */
export function memoryStore(saved?: unknown): MemoryStore {
  const rows = unpacked(saved);
  const { values } = rows;
  const order = turns();
  const methods: Sync = {
    get: (name) => {
      const text = values.get(name);
      return text === undefined ? undefined : JSON.parse(text);
    },
    set: (name, value) => rows.set(values, name, JSON.stringify(value)),
    ...memoryOkta(rows),
    ...memoryTarget(rows),
    addPings(pings) {
      const all = new Map<string, Ping>(rows.lists.pings);
      for (const ping of pings) all.set(ping.key, { ...ping });
      rows.replace({ pings: all });
    },
    pings: (limit) => [...rows.lists.pings.values()].slice(0, limit),
    dropPings(keys) {
      const left = new Map(rows.lists.pings);
      for (const key of keys) left.delete(key);
      rows.replace({ pings: left });
    },
    pushOut: (batch) => rows.replace({ out: [...rows.lists.out, JSON.stringify(batch)] }),
    firstOut: () => {
      const [first] = rows.lists.out;
      return first === undefined ? undefined : JSON.parse(first);
    },
    dropOut: () => rows.replace({ out: rows.lists.out.slice(1) }),
  };
  const inOrder = Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      (...args: unknown[]) => order.call(() => (method as (...args: unknown[]) => unknown)(...args)),
    ]),
  ) as unknown as Store;
  return {
    ...inOrder,
    transaction: (work) =>
      order.transaction(async (inside) => {
        rows.begin();
        let isKept = false;
        try {
          const result = await inside(work);
          isKept = true;
          return result;
        } finally {
          rows.end(isKept);
        }
      }),
    close: async () => {},
    toJSON: () => packed(rows),
  };
}
