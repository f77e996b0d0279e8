import type { LogEvent } from '../../../resources/log/log-event.ts';
import { isRecord } from '../../../schema/record.ts';
import { type EventItem, partiesOf } from './event-item.ts';

/** Where events name the user whom they are about, if they may be silent of it among their targets. */
export type UserPlace = 'actor' | 'request';

/** A user whom an event must be about. */
export interface Concerned {
  id: string;
  place: UserPlace;
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** The user for whom access was requested, and the one who asked, as far as the event tells them. */
function requestersOf(event: LogEvent): string[] {
  const { debugContext } = (event as { debugContext?: unknown } | null) ?? {};
  const data = isRecord(debugContext) && isRecord(debugContext.debugData) ? debugContext.debugData : {};
  return [text(data.requestedForId), text(data.requesterId)].filter((id) => id !== undefined);
}

/** Whether an event is about a user. A request that does not tell its users counts, so that none gets lost. */
export function concerns(event: LogEvent, { id, place }: Concerned): boolean {
  const { actor, target } = (event as { actor?: unknown; target?: unknown } | null) ?? {};
  if (partiesOf(target).some((one) => one.id === id)) return true;
  if (place === 'actor') return isRecord(actor) && actor.id === id;
  const told = requestersOf(event);
  return told.length === 0 || told.includes(id);
}

/** An item with the user whom the event is about, where its targets name none. */
export function withUser(item: EventItem, event: LogEvent, place: UserPlace): EventItem {
  if (typeof item.userId === 'string') return item;
  if (place === 'request') return { ...item, userId: requestersOf(event)[0] ?? null };
  if (item.actorType !== 'User') return item;
  const { actorId, actorLogin, actorName } = item;
  return { ...item, userId: actorId, userLogin: actorLogin, userName: actorName };
}
