import { hash } from 'node:crypto';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { canonical, isRecord } from '../../../schema/record.ts';

/** The id of an event: its uuid, or a digest of its content if it has no usable uuid; log and hook may order it differently. */
export function idOf(event: LogEvent): string {
  const uuid: unknown = (event as LogEvent | null)?.uuid;
  return typeof uuid === 'string' && uuid !== '' ? uuid : `sha256-${hash('sha256', canonical(event), 'hex')}`;
}

/** When an event happened, milliseconds since the epoch; undefined if unreadable. It may be wrong. */
export function timeOf(event: LogEvent): number | undefined {
  const published: unknown = (event as LogEvent | null)?.published;
  const time = typeof published === 'string' ? Date.parse(published) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Checks for the T of an ISO 8601 time; a regular expression would take longer than the rest of the check. */
const hasTime = (published: string): boolean => published.charCodeAt(10) === 0x54;

const isText = (value: unknown): boolean =>
  typeof value === 'string' || value === undefined || value === null;

const isPart = (value: unknown, has: (part: never) => boolean): boolean =>
  value === undefined || value === null || (isRecord(value) && has(value as never));

const hasParty = ({ id, type, alternateId, displayName }: Record<string, unknown>): boolean =>
  isText(id) && isText(type) && isText(alternateId) && isText(displayName);
const hasOutcome = ({ result, reason }: Record<string, unknown>): boolean => isText(result) && isText(reason);
const hasAddress = ({ ipAddress }: Record<string, unknown>): boolean => isText(ipAddress);
const isParty = (value: unknown): boolean => isPart(value, hasParty);

/** Whether the parts of an event that are read have their documented shape. Hot path: runs for each event of the log. */
export function isUsual(event: LogEvent): boolean {
  if (!isRecord(event)) return false;
  const { uuid, eventType, published, severity, displayMessage, target } = event as LogEvent;
  return (
    typeof uuid === 'string' &&
    uuid !== '' &&
    typeof eventType === 'string' &&
    typeof published === 'string' &&
    hasTime(published) &&
    isText(severity) &&
    isText(displayMessage) &&
    isParty(event.actor) &&
    isPart(event.client, hasAddress) &&
    isPart(event.outcome, hasOutcome) &&
    (target === undefined || target === null || (Array.isArray(target) && target.every(isParty)))
  );
}

/** Ids of the malformed events. */
export const oddIds = (events: readonly LogEvent[]): string[] =>
  events.filter((event) => !isUsual(event)).map((event) => idOf(event));

/** What becomes of malformed events. */
export type OddFate = 'delivered as received' | 'set aside';

/** Reports malformed events, with their ids. */
export function tellOdd(
  ids: readonly string[],
  notice: (message: string) => void,
  fate: OddFate = 'delivered as received',
): void {
  if (ids.length === 0) return;
  const [have, are] = ids.length === 1 ? ['event has', 'it is'] : ['events have', 'they are'];
  const first = ids.slice(0, 3).map((id) => id.slice(0, 80));
  const some = `${first.join(', ')}${ids.length > 3 ? ' and others' : ''}`;
  notice(`${ids.length} ${have} an unexpected shape; ${are} ${fate}: ${some}`);
}
