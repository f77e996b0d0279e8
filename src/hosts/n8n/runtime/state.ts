import type { IDataObject } from 'n8n-workflow';
import type { StateStore } from '../../../state/store.ts';
import { parsedOr } from './values.ts';

const keyOf = (name: string, key: string) => `${name} ${key}`;

/**
 * A store in the static data of a node. n8n saves it only with the next emitted item: events that were read and not emitted
 * are read again after a restart, and still delivered once.
 * @param name keeps test runs apart from the live one.
 */
export function staticDataStore(data: IDataObject, name: string): StateStore {
  const read = (key: string) => {
    const text = data[keyOf(name, key)];
    return typeof text === 'string' ? text : undefined;
  };
  return {
    perConnection: true,
    get: async (key) => read(key),
    async compareAndSet(key, expected, next) {
      if (read(key) !== expected) return false;
      data[keyOf(name, key)] = next;
      return true;
    },
  };
}

/** The value of a record as the connector stores it. */
export const valueIn = (text: string | undefined): unknown =>
  text === undefined ? undefined : (JSON.parse(text) as { value?: unknown }).value;

/** The same store; `moved` is called when a value has changed, not when only a lease was extended. */
export function watched(store: StateStore, moved: () => void): StateStore {
  return {
    ...store,
    async compareAndSet(key, expected, next) {
      const done = await store.compareAndSet(key, expected, next);
      if (done && JSON.stringify(valueIn(next)) !== JSON.stringify(valueIn(expected))) moved();
      return done;
    },
  };
}

/** How far the polls of this process have read, in milliseconds since the epoch. */
const reached = new Map<string, number>();

/**
 * n8n saves node data only with items. Without this, editing a quiet workflow would rewind its cursor by days, and event types
 * added to it would be delivered for all of these days.
 * @param id of the node in its workflow.
 */
export function catchUp(data: IDataObject, id: string): void {
  for (const [key, stored, watermark] of watermarks(data)) {
    const at = reached.get(`${id} ${key}`) ?? 0;
    if (at > watermark) data[key] = JSON.stringify({ ...stored, value: { ...stored.value, watermark: at } });
  }
}

/** Remembers how far a poll has read. */
export function remember(data: IDataObject, id: string): void {
  for (const [key, , watermark] of watermarks(data)) reached.set(`${id} ${key}`, watermark);
}

function* watermarks(data: IDataObject): Generator<[string, { value: object }, number], void, undefined> {
  for (const [key, text] of Object.entries(data)) {
    if (typeof text !== 'string') continue;
    const stored = parsedOr(text) as { value?: { watermark?: unknown } } | undefined;
    const value = stored?.value;
    if (typeof value?.watermark === 'number') yield [key, { ...stored, value }, value.watermark];
  }
}
