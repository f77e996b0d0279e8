import { InputError } from '../errors/errors.ts';
import { isRecord } from '../schema/record.ts';
import type { Pieces, StateStore } from './store.ts';

/** A record as it is stored. */
export interface Stored<T> {
  lease:
    | { owner: string; host: string; pid: number; started?: string | undefined; until: number }
    | undefined;
  value: T | undefined;
}

/** @throws InputError for a text that is no record. */
export function parse<R extends Stored<unknown>>(text: string): R {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    throw damagedState();
  }
  if (!isRecord(record)) throw damagedState();
  return record as unknown as R;
}

export const damagedState = (): InputError =>
  new InputError('The state of this trigger is damaged', {
    hint: 'Use another state to start over; pass since to re-read from that time.',
  });

/** The one text of a record that is kept in pieces. */
export function wholeText({ text, lists }: Pieces): string {
  if (Object.keys(lists).length === 0) return text;
  const { value, ...rest } = parse<Stored<object>>(text);
  return JSON.stringify({ ...rest, value: { ...value, ...lists } });
}

/** A record of a store, read and written as a whole. */
export interface RecordPlace<T> {
  /** The record, and the mark of this version of it. @throws InputError for a damaged one. */
  read(): Promise<{ record: Stored<T>; mark: string } | undefined>;
  /** @returns the mark of what was written; undefined when there was another version. */
  write(expected: string | undefined, record: Stored<T>): Promise<string | undefined>;
}

/** @param lists the members of the value that are lists which grow: a store that can keeps them in pieces. */
export function recordPlace<T>(
  store: StateStore,
  key: string,
  lists: readonly string[] = [],
): RecordPlace<T> {
  const { pieces } = store;
  if (!pieces || lists.length === 0) {
    return {
      async read() {
        const mark = await store.get(key);
        return mark === undefined ? undefined : { record: parse<Stored<T>>(mark), mark };
      },
      async write(expected, record) {
        const text = JSON.stringify(record);
        return (await store.compareAndSet(key, expected, text)) ? text : undefined;
      },
    };
  }
  return {
    async read() {
      const found = await pieces.read(key);
      if (!found) return undefined;
      const record = parse<Stored<T>>(found.text);
      const value = isRecord(record.value) ? { ...record.value, ...found.lists } : record.value;
      return { record: { ...record, value: value as T | undefined }, mark: found.mark };
    },
    write: (expected, record) => pieces.write(key, expected, taken(record, lists)),
  };
}

/** A record without the lists, and the lists. */
function taken({ value, ...rest }: Stored<unknown>, names: readonly string[]): Pieces {
  if (!isRecord(value)) return { text: JSON.stringify({ ...rest, value }), lists: {} };
  const isList = (entry: [string, unknown]): entry is [string, unknown[]] =>
    names.includes(entry[0]) && Array.isArray(entry[1]);
  const entries = Object.entries(value);
  return {
    text: JSON.stringify({ ...rest, value: Object.fromEntries(entries.filter((one) => !isList(one))) }),
    lists: Object.fromEntries(entries.filter(isList)),
  };
}
