import { z } from 'zod';
import { MASK } from '../../../errors/redact.ts';
import {
  type EventMember,
  eventDataOf,
  flagsByName,
  type OktaFlag,
  plainName,
} from '../../../resources/event-type/event-data.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { field } from '../../../schema/fields.ts';
import { isRecord } from '../../../schema/record.ts';

/** What to hide in events: what Okta flags as sensitive, or that and what tells who a person is. */
export type Redaction = 'none' | 'sensitive' | 'personal';

/** What items must not have. */
export const redactField = field(
  z.enum(['none', 'sensitive', 'personal']).default('none'),
  'Redact',
  'Hide what Okta flags: sensitive, or personal as well.',
  'personal',
);

/** Secrets by their name that Okta flags nowhere. */
const SECRET = /(token|secret|privatekey)$/;

type Hides = (name: string, known: readonly EventMember[]) => boolean;

/** Whether a member is hidden: by its flags in the data of the event type, or else in that of any. */
const hiding =
  (wanted: readonly OktaFlag[]): Hides =>
  (name, known) => {
    const plain = plainName(name);
    const flags = known.find((one) => plainName(one.name) === plain)?.flags ?? [...flagsByName(name)];
    return SECRET.test(plain) || flags.some((flag) => wanted.includes(flag));
  };

/** An object without the values of hidden members; what should be one and is not is hidden whole. */
function masked(data: unknown, known: readonly EventMember[], hides: Hides, clean: Clean): unknown {
  if (data === null || data === undefined) return data;
  if (!isRecord(data)) return MASK;
  const entries = Object.entries(data).map(([name, value]) => [
    name,
    hides(name, known) && value !== null ? MASK : clean(value),
  ]);
  return Object.fromEntries(entries);
}

type Clean = (value: unknown) => unknown;
const asIs: Clean = (value) => value;

/** Logins and e-mail addresses within URLs and texts. Splits, because a pattern for addresses can take quadratic time. */
const withoutAddresses: Clean = (value) => {
  if (typeof value === 'string')
    return value
      .split(/([\s"',;/?&=<>()[\]{}]+)/)
      .map((part) => (/@|%40/i.test(part) ? MASK : part))
      .join('');
  if (Array.isArray(value)) return value.map(withoutAddresses);
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutAddresses(one)]))
    : value;
};

/** Changes a member that is there. */
const changed = (record: Record<string, unknown>, name: string, change: Clean) =>
  record[name] === undefined || record[name] === null ? {} : { [name]: change(record[name]) };

const each = (list: unknown, change: Clean): unknown =>
  Array.isArray(list) ? list.map(change) : change(list);

/** Parties that are no people, whose names say nothing about one. */
const isThing = (type: unknown): boolean =>
  typeof type === 'string' && (!/user|phone|mail|contact/i.test(type) || /group|type|schema/i.test(type));

/** Names and addresses of a person; the id stays, so that a flow can still tell who. */
const nameless = (party: Record<string, unknown>) =>
  isThing(party.type)
    ? {}
    : { ...changed(party, 'alternateId', () => MASK), ...changed(party, 'displayName', () => MASK) };

/** Where a request came from, up to the country. */
const placeless: Clean = (from) => {
  if (!isRecord(from)) return MASK;
  const place = (at: unknown) =>
    isRecord(at)
      ? Object.fromEntries(Object.entries(at).map(([name, one]) => [name, name === 'country' ? one : MASK]))
      : MASK;
  return {
    ...from,
    ...changed(from, 'ip', () => MASK),
    ...changed(from, 'ipAddress', () => MASK),
    ...changed(from, 'geographicalContext', place),
  };
};

/** The event with hidden values; ids, types, times and the outcome stay. Where an event has no usual shape, more is hidden. */
function redacted(event: LogEvent, flags: readonly OktaFlag[], people: boolean): LogEvent {
  if (!isRecord(event)) return MASK as never;
  const known = typeof event.eventType === 'string' ? eventDataOf(event.eventType) : undefined;
  const hides = hiding(flags);
  const clean = people ? withoutAddresses : asIs;
  const data =
    (members: readonly EventMember[] = []): Clean =>
    (one) =>
      masked(one, members, hides, clean);
  const changes: Clean = (one) =>
    isRecord(one)
      ? {
          ...one,
          ...changed(one, 'from', data(known?.changeDetails)),
          ...changed(one, 'to', data(known?.changeDetails)),
        }
      : MASK;
  const party: Clean = (one) =>
    isRecord(one)
      ? {
          ...one,
          ...changed(one, 'detailEntry', data(known?.detailEntry)),
          ...changed(one, 'changeDetails', changes),
          ...(people ? nameless(one) : {}),
        }
      : one === null
        ? null
        : MASK;
  const context: Clean = (one) =>
    isRecord(one) ? { ...one, ...changed(one, 'debugData', data(known?.debugData)) } : MASK;
  const request: Clean = (one) =>
    isRecord(one) ? { ...one, ...changed(one, 'ipChain', (chain) => each(chain, placeless)) } : MASK;
  return {
    ...event,
    ...changed(event, 'debugContext', context),
    ...changed(event, 'actor', party),
    ...changed(event, 'target', (targets) => each(targets, party)),
    ...(people ? { ...changed(event, 'client', placeless), ...changed(event, 'request', request) } : {}),
  } as LogEvent;
}

/** An event for an item. */
export function redactEvent(event: LogEvent, redact: Redaction = 'none'): LogEvent {
  if (redact === 'none') return event;
  const isPersonal = redact === 'personal';
  return redacted(event, isPersonal ? ['sensitive', 'personal'] : ['sensitive'], isPersonal);
}

/** An event for a sample, which hosts store and show: without any value that Okta flags, whatever was chosen for items. */
export const redactSample = (event: LogEvent, redact: Redaction = 'none'): LogEvent =>
  redacted(event, ['sensitive', 'personal'], redact === 'personal');
