import type { Client } from '../../client.ts';
import type { TriggerItem } from '../../define.ts';
import { bytesOf, MAX_RESULT_BYTES } from './results.ts';

/** Time for reading within Zapier's 30 seconds. What was read by then is delivered. */
const READING_MS = 15_000;

/** Items of one request. */
const PAGE = 200;

/** Half of what a result may hold: a poll returns the items of two. */
const MAX_BYTES = MAX_RESULT_BYTES / 2;

interface Read {
  /** Oldest first. */
  items: TriggerItem[];
  cursor: string;
  more: boolean;
}

/** Reads the items of a trigger, as many as fit in the time and in the size of a result. */
export interface PollReader {
  /** From a time, or from now; at most so many items. */
  from(since: string | undefined, items: number): Promise<Read>;
  /** After a cursor, which is bound to the `since` with which the reading began. */
  after(since: string | undefined, cursor: string, items: number): Promise<Read>;
}

export function pollReader(client: Client, key: string, input: Record<string, unknown>): PollReader {
  const end = Date.now() + READING_MS;
  const asked = (since: string | undefined) => (since === undefined ? input : { ...input, since });

  async function after(since: string | undefined, start: string, most: number): Promise<Read> {
    const read: Read = { items: [], cursor: start, more: true };
    let [bytes, page] = [0, PAGE];
    while (read.more && read.items.length < most && Date.now() < end) {
      const limit = Math.min(page, most - read.items.length);
      const { items, cursor, more } = await client.pull(key, asked(since), { cursor: read.cursor, limit });
      bytes += bytesOf(items);
      if (bytes > MAX_BYTES && read.items.length > 0) break;
      if (bytes > MAX_BYTES && items.length > 1) {
        [bytes, page] = [0, Math.ceil(items.length / 2)];
        continue;
      }
      read.items.push(...items);
      Object.assign(read, { cursor, more });
    }
    return read;
  }

  return {
    after,
    async from(since, items) {
      const { cursor } = await client.pull(key, asked(since));
      return after(since, cursor, items);
    },
  };
}
