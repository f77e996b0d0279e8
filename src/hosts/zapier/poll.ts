import type { ZObject } from 'zapier-platform-core';
import type { TriggerItem } from '../../define.ts';
import { isOktaError } from '../../errors/errors.ts';
import type { ZapierPerform } from './authentication.ts';
import { startsInThePast, type ZapierTrigger } from './operations.ts';
import { type PollReader, pollReader } from './poll-reader.ts';
import { zapierInput } from './values.ts';

/** New items of one poll; the next poll has the others. */
export const ITEMS_PER_POLL = 1_000;

/** Items whose ids Zapier notes when a Zap is switched on, and those of a poll that has no position. */
const ITEMS_IN_WINDOW = 20_000;

/** Where a poll begins that knows of none before it: Zapier keeps the position for one hour, and the ids for good. */
export const WINDOW_HOURS = 24;

/** Where the latest poll began and ended. */
interface Position {
  /** The input's `since`, to which the cursors are bound. */
  since: string | undefined;
  from: string;
  to: string;
  /** Items in between: the next poll repeats them, as Zapier may have lost the answer. */
  count: number;
}

/**
 * The perform of a polling trigger: the items since the poll before, newest first, and those of that poll once more. Zapier drops
 * the ids that it has seen.
 */
export function pollPerform(trigger: ZapierTrigger): ZapierPerform {
  return async (client, z, bundle) => {
    const input = zapierInput(trigger, bundle);
    if (bundle.meta?.isLoadingSample) return client.sample(trigger.key, input);
    const read = pollReader(client, trigger.key, input);
    // What is searched anew each time has no position.
    if (!startsInThePast(trigger)) return newest((await read.from(undefined, ITEMS_IN_WINDOW)).items);
    if (bundle.meta?.isPopulatingDedupe) return noted(z, read);

    const latest = await positionIn(z);
    if (latest === 'unavailable') return newest((await read.from(windowStart(), ITEMS_IN_WINDOW)).items);
    const { items, position } = (latest && (await goneOn(read, latest))) ?? (await begun(read));
    await z.cursor.set(JSON.stringify(position));
    return newest(items);
  };
}

const windowStart = (): string => new Date(Date.now() - WINDOW_HOURS * 3_600_000).toISOString();

/** Zapier takes the newest first. */
const newest = (items: TriggerItem[]): TriggerItem[] => items.slice(-2 * ITEMS_PER_POLL).reverse();

/** A Zap is switched on: the ids of the window, for Zapier to know, and the position after them. */
async function noted(z: ZObject, read: PollReader): Promise<{ id: string }[]> {
  const since = windowStart();
  const window = await read.from(since, ITEMS_IN_WINDOW);
  // Too many to note in time: the Zap then begins now, and only a poll without a position would find the others.
  const start = window.more ? { since: undefined, ...(await read.from(undefined, 0)) } : { since, ...window };
  const position: Position = { since: start.since, from: start.cursor, to: start.cursor, count: 0 };
  // A test without Zapier has no place for it.
  await z.cursor.set(JSON.stringify(position)).catch(() => {});
  return window.items.map(({ id }) => ({ id })).reverse();
}

interface Polled {
  items: TriggerItem[];
  position: Position;
}

async function begun(read: PollReader): Promise<Polled> {
  const since = windowStart();
  const start = await read.from(since, 0);
  const { items, cursor } = await read.after(since, start.cursor, ITEMS_PER_POLL);
  return { items, position: { since, from: start.cursor, to: cursor, count: items.length } };
}

/** Undefined if the position is that of another question: the form was changed. */
async function goneOn(read: PollReader, { since, from, to, count }: Position): Promise<Polled | undefined> {
  try {
    const before = count > 0 ? (await read.after(since, from, count)).items : [];
    const { items, cursor } = await read.after(since, to, ITEMS_PER_POLL);
    return { items: [...before, ...items], position: { since, from: to, to: cursor, count: items.length } };
  } catch (error) {
    if (isOktaError(error) && error.code === 'invalid_input') return undefined;
    throw error;
  }
}

/** The position of the latest poll; undefined if Zapier has none, or no more. */
async function positionIn(z: ZObject): Promise<Position | undefined | 'unavailable'> {
  let text: string | null;
  try {
    text = await z.cursor.get();
  } catch {
    // Zapier's storage is out of reach, or this is a test without Zapier.
    return 'unavailable';
  }
  if (!text) return undefined;
  try {
    return JSON.parse(text) as Position;
  } catch {
    return undefined;
  }
}
