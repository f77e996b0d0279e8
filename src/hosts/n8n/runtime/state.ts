import type { IDataObject } from 'n8n-workflow';
import type { StateStore } from '../../../state/store.ts';

const keyOf = (name: string, key: string) => `${name} ${key}`;

/**
 * What n8n remembers of a node. It is saved with the next emitted item, not by itself: what was read and not emitted is
 * read again after a restart, and delivered once all the same.
 * @param name keeps test runs apart from the live one.
 */
export function staticDataStore(data: IDataObject, name: string): StateStore {
  const read = (key: string) => {
    const text = data[keyOf(name, key)];
    return typeof text === 'string' ? text : undefined;
  };
  return {
    get: async (key) => read(key),
    async compareAndSet(key, expected, next) {
      if (read(key) !== expected) return false;
      data[keyOf(name, key)] = next;
      return true;
    },
  };
}

const valueIn = (text: string | undefined): unknown =>
  text === undefined ? undefined : (JSON.parse(text) as { value?: unknown }).value;

/** The same store; `moved` is told when what `hold` keeps has changed, not when its lease was only prolonged. */
export function watched(store: StateStore, moved: () => void): StateStore {
  return {
    get: (key) => store.get(key),
    async compareAndSet(key, expected, next) {
      const done = await store.compareAndSet(key, expected, next);
      if (done && JSON.stringify(valueIn(next)) !== JSON.stringify(valueIn(expected))) moved();
      return done;
    },
  };
}

/** The state of `hold`, as it stands in the node's data: the hook's secret is read by who receives. */
export function heldValue<T>(data: IDataObject, name: string, key: string): T | undefined {
  const text = data[keyOf(name, key)];
  return typeof text === 'string' ? (valueIn(text) as T | undefined) : undefined;
}

/** Forgets it. */
export function dropHeld(data: IDataObject, name: string, key: string): void {
  delete data[keyOf(name, key)];
}
