import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Org } from '../org.ts';
import type { EventFields } from './event.ts';
import { generateEvents, generateSchema } from './generate.ts';
import type { LogStore } from './log-store.ts';

const time = z.iso.datetime({ offset: true });
export const eventSchema = z.looseObject({
  eventType: z.string().min(1).default('user.session.start'),
  published: time.optional(),
  /** When the event appears in the log. */
  persisted: time.optional(),
  /** The same, in milliseconds from now. */
  delayMs: z.number().min(0).optional(),
  uuid: z.string().min(1).optional(),
  /** Members to omit, and members to override, even if the result is not a valid event. */
  omit: z.array(z.string()).optional(),
  show: z.record(z.string(), z.unknown()).optional(),
  generate: z.undefined().optional(),
});

/** One partial event, a list of them, or a number of generated ones. */
export const eventsSchema = z.union([
  z.array(eventSchema),
  z.strictObject({ generate: generateSchema }),
  eventSchema.transform((event) => [event]),
]);

type PartialEvent = z.infer<typeof eventSchema>;

/**
 * Adds events to the log, now or later, whenever they happened.
 * @returns their uuids, or an error message when the log already has later events than one of them.
 */
export function appendEvents(org: Org, request: z.infer<typeof eventsSchema>): { uuids: string[] } | string {
  if (!Array.isArray(request)) return generateEvents(org, request.generate);
  const now = org.clock.now();
  const planned = request.map((event) => ({ event: newEvent(event), delay: delayOf(event, now) }));
  let last = Math.min(now, org.log.lastPersisted);
  for (const { delay } of planned) {
    if (delay > 0) continue;
    if (now + delay < last) return 'persisted: the log already has later events';
    last = now + delay;
  }
  for (const { event, delay } of planned) {
    const persisted = now + delay;
    const published = event.published ?? now;
    if (delay <= 0) org.log.append({ ...event, persisted, published: event.published ?? persisted });
    else org.later(delay, () => org.log.append({ ...event, published, persisted }));
  }
  return { uuids: planned.map(({ event }) => event.uuid) };
}

function delayOf({ persisted, delayMs }: PartialEvent, now: number): number {
  return persisted === undefined ? (delayMs ?? 0) : Date.parse(persisted) - now;
}

/** Adds the events of a seed; by default they were logged when they happened. */
export function seedEvents(log: LogStore, events: PartialEvent[], now: number): void {
  const past = events.map((event) => {
    const { published = now, ...rest } = newEvent(event);
    return { ...rest, published, persisted: event.persisted ? Date.parse(event.persisted) : published };
  });
  for (const event of past.sort((a, b) => a.persisted - b.persisted)) log.append(event);
}

function newEvent(partial: PartialEvent) {
  const { eventType, published, persisted: _, delayMs: __, generate: ___, uuid, ...more } = partial;
  const { omit, show, ...fields } = more;
  const happened = published === undefined ? undefined : Date.parse(published);
  return {
    ...{ eventType, uuid: uuid ?? randomUUID(), published: happened },
    fields: fields as EventFields,
    odd: omit || show ? { omit: omit ?? [], show: show ?? {} } : undefined,
  };
}
