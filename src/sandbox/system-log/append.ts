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
  /** When the log takes the event up. */
  persisted: time.optional(),
  /** The same, counted from now. */
  delayMs: z.number().min(0).optional(),
  uuid: z.string().min(1).optional(),
  /** Members to leave out, and members to show like this, whatever an event should have there. */
  omit: z.array(z.string()).optional(),
  show: z.record(z.string(), z.unknown()).optional(),
  generate: z.undefined().optional(),
});

/** One partial event, many, or as many as wanted of the sandbox's own invention. */
export const eventsSchema = z.union([
  z.array(eventSchema),
  z.strictObject({ generate: generateSchema }),
  eventSchema.transform((event) => [event]),
]);

type PartialEvent = z.infer<typeof eventSchema>;

/**
 * Takes up events as if Okta had just learnt of them, whenever they happened, or will learn of them only later.
 * Answers with their uuids, and with a message when the log has already gone past the moment of one.
 */
export function appendEvents(org: Org, request: z.infer<typeof eventsSchema>): { uuids: string[] } | string {
  if (!Array.isArray(request)) return generateEvents(org, request.generate);
  const now = org.clock.now();
  const planned = request.map((event) => ({ event: newEvent(event), delay: delayOf(event, now) }));
  let last = Math.min(now, org.log.lastPersisted);
  for (const { delay } of planned) {
    if (delay > 0) continue;
    if (now + delay < last) return 'persisted: the log has already taken up later events';
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

/** Events of a seed: unless they say otherwise, the log has known them since they happened. */
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
