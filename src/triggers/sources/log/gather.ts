import { z } from 'zod';
import type { ActionContext } from '../../../define.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { only } from '../../../resources/reference.ts';
import { field } from '../../../schema/fields.ts';
import { isRecord } from '../../../schema/record.ts';
import type { EventItem } from './event-item.ts';
import { logParameters } from './log-query.ts';
import { timeOf } from './odd-event.ts';

/** An event that says as a whole what others of the same transaction say one by one. */
export interface Gathered {
  whole: string;
  part: string;
}

/** How old an event is before its transaction is looked at: until then, Okta may still be logging. */
const SETTLED_MS = 20_000;
/** Events of one request are logged within this time. */
const AROUND_MS = 15 * 60_000;
const MOST_TRANSACTIONS = 1_000;

/** Whether several events about one thing become one item. */
export const oneItemField = only(
  'polling',
  field(
    z.boolean().default(false),
    'One item for a reset of all factors',
    'The event of the reset with those of its factors in "parts", none of which comes by itself. An item then waits until its event is 20 seconds old, and each reads the System Log once.',
    true,
  ),
);

const transactionOf = (event: LogEvent): string | undefined => {
  const transaction: unknown = (event as LogEvent | null)?.transaction;
  const id = isRecord(transaction) ? transaction.id : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
};

/**
 * Puts events of one transaction together. The state has no part in it: which event belongs to which is read from the log, so
 * that a restart, or a page that ends between them, changes nothing.
 * @param settledMs how old an event must be; samples need not wait.
 * @returns what belongs to an event, or that it belongs to another. An event that names no transaction stands for itself.
 */
export function gatherer({ whole, part }: Gathered, settledMs = SETTLED_MS) {
  const looked = new Map<string, Promise<LogEvent[]>>();

  const look = async (context: ActionContext, id: string, time: number): Promise<LogEvent[]> => {
    const left = settledMs - (context.clock.now() - time);
    // A wrong clock must not hold everything up.
    if (left > 0) await context.clock.sleep(Math.min(left, settledMs), context.signal);
    const { filter } = logParameters({ eventTypes: [whole, part], transaction: id });
    const query = {
      filter,
      since: new Date(time - AROUND_MS).toISOString(),
      until: new Date(time + AROUND_MS).toISOString(),
      sortOrder: 'ASCENDING',
      limit: 100,
    };
    const { items } = await context.page({ method: 'GET', path: '/api/v1/logs', query });
    return items as LogEvent[];
  };

  return async (context: ActionContext, item: EventItem, event: LogEvent): Promise<Gatherings> => {
    const [id, time, eventType] = [transactionOf(event), timeOf(event), item.eventType];
    if (id === undefined || time === undefined || (eventType !== whole && eventType !== part)) return {};
    if (looked.size >= MOST_TRANSACTIONS) looked.clear();
    const found = looked.get(id) ?? look(context, id, time);
    looked.set(id, found);
    found.catch(() => looked.delete(id));
    const events = await found;
    if (eventType === whole) return { parts: events.filter((one) => one?.eventType === part) };
    return { isWithin: events.some((one) => one?.eventType === whole) };
  };
}

/** What belongs to an event, or whether it belongs to another. */
interface Gatherings {
  parts?: LogEvent[];
  isWithin?: boolean;
}
