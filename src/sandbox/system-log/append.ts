import { z } from 'zod';
import type { EventFields } from './event.ts';
import type { LogStore } from './log-store.ts';

const time = z.iso.datetime({ offset: true });
export const eventSchema = z.looseObject({
  eventType: z.string().min(1).default('user.session.start'),
  published: time.optional(),
  uuid: z.string().min(1).optional(),
});

/** One partial event, or many. */
export const eventsSchema = z.union([z.array(eventSchema), eventSchema.transform((event) => [event])]);

type PartialEvent = z.infer<typeof eventSchema>;

/** Takes up events as if Okta had just learnt of them, whenever they happened; answers with their uuids. */
export function appendEvents(log: LogStore, events: PartialEvent[]): { uuids: string[] } {
  return { uuids: events.map((event) => log.append(newEvent(event)).uuid) };
}

/** Events of a seed: the log has known them since they happened. */
export function seedEvents(log: LogStore, events: PartialEvent[]): void {
  const past = events.map(newEvent).sort((a, b) => (a.published ?? 0) - (b.published ?? 0));
  for (const event of past) log.append({ ...event, persisted: event.published });
}

function newEvent({ eventType, published, uuid, ...fields }: PartialEvent) {
  const happened = published === undefined ? undefined : Date.parse(published);
  return { eventType, uuid, published: happened, fields: fields as EventFields };
}
