import type { IDataObject } from 'n8n-workflow';
import type { StateStore } from '../../../state/store.ts';

/**
 * What n8n remembers of a node. It is saved with the next emitted item, not by itself: what was read and not emitted is
 * read again after a restart, and delivered once all the same.
 * @param name keeps test runs apart from the live one.
 */
export function staticDataStore(data: IDataObject, name: string): StateStore {
  const keyOf = (key: string) => `${name} ${key}`;
  const read = (key: string) => {
    const text = data[keyOf(key)];
    return typeof text === 'string' ? text : undefined;
  };
  return {
    get: async (key) => read(key),
    async compareAndSet(key, expected, next) {
      if (read(key) !== expected) return false;
      data[keyOf(key)] = next;
      return true;
    },
  };
}

/** The state of `hold`, as it stands in the node's data: the hook's secret is read by who receives. */
export function heldValue<T>(
  data: IDataObject,
  name: string,
  isKey: (key: string) => boolean,
): T | undefined {
  const key = Object.keys(data).find(
    (one) => one.startsWith(`${name} `) && isKey(one.slice(name.length + 1)),
  );
  if (key === undefined) return undefined;
  return (JSON.parse(String(data[key])) as { value?: T }).value;
}
