import type { IDataObject } from 'n8n-workflow';
import type { StateStore } from '../../../state/store.ts';
import { parsedOr } from './values.ts';

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
    perConnection: true,
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
    ...store,
    async compareAndSet(key, expected, next) {
      const done = await store.compareAndSet(key, expected, next);
      if (done && JSON.stringify(valueIn(next)) !== JSON.stringify(valueIn(expected))) moved();
      return done;
    },
  };
}

/** How far the polls of this process got, in milliseconds since the epoch. */
const reached = new Map<string, number>();

/**
 * n8n saves a node's data together with items only. After days without any, a change of the workflow would put its trigger
 * back by these days, and event types that it is told to take from now on would be delivered for all of them.
 * @param id of the node in its workflow.
 */
export function catchUp(data: IDataObject, id: string): void {
  for (const [key, stored, watermark] of watermarks(data)) {
    const at = reached.get(`${id} ${key}`) ?? 0;
    if (at > watermark) data[key] = JSON.stringify({ ...stored, value: { ...stored.value, watermark: at } });
  }
}

/** Remembers how far a poll got. */
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

/** The state of `hold`, as it stands in the node's data: the hook's secret is read by who receives. */
export function heldValue<T>(data: IDataObject, name: string, key: string): T | undefined {
  const text = data[keyOf(name, key)];
  return typeof text === 'string' ? (valueIn(text) as T | undefined) : undefined;
}

/** Forgets it. */
export function dropHeld(data: IDataObject, name: string, key: string): void {
  delete data[keyOf(name, key)];
}

/** What this process has held last, as the node's data hold it, by URL of the node, name and key. */
const lastHeld = new Map<string, string>();

const placeOf = (url: string, name: string, key: string) => `${url} ${keyOf(name, key)}`;

/**
 * n8n saves the data of all nodes of a workflow at once: a polling trigger that goes on while the hook beside it is made anew
 * (n8n 2) saves the data of the hook before. This is what the process itself remembers; with several, another one may have
 * made a later hook.
 */
export const lastHeldValue = <T>(url: string, name: string, key: string): T | undefined =>
  valueIn(lastHeld.get(placeOf(url, name, key))) as T | undefined;

/** Sets the node's data to what this process remembers. */
export function recallHeld(data: IDataObject, url: string, name: string, key: string): void {
  const text = lastHeld.get(placeOf(url, name, key));
  if (text !== undefined && data[keyOf(name, key)] !== text) data[keyOf(name, key)] = text;
}

/** Notes what the node's data hold; nothing any more when it was dropped. */
export function noteHeld(data: IDataObject, url: string, name: string, key: string): void {
  const text = data[keyOf(name, key)];
  if (typeof text === 'string') lastHeld.set(placeOf(url, name, key), text);
  else lastHeld.delete(placeOf(url, name, key));
}
