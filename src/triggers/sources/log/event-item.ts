import { z } from 'zod';
import { type LogEvent, logEvent, logEventSample } from '../../../resources/log/log-event.ts';
import { field } from '../../../schema/fields.ts';
import { isRecord } from '../../../schema/record.ts';
import { idOf } from './odd-event.ts';

const text = (title: string, description: string, example: string) =>
  field(z.string().nullish(), title, description, example);

/** The whole object that an event is about, where the trigger offers it and it was asked for. */
const included = <const N extends string>(name: N, title: string, id: string) =>
  ({
    [name]: field(
      z.looseObject({}).nullish(),
      title,
      `The whole ${title.toLowerCase()} as it is now, if requested; null if it no longer exists.`,
      { id },
    ),
  }) as Record<N, z.ZodOptional<z.ZodNullable<z.ZodObject<Record<never, never>, z.core.$loose>>>>;

/** What a trigger delivers: a flat summary to map from, and the event as Okta sent it. */
export const eventItem = z.looseObject({
  id: field(
    z.string(),
    'ID',
    'Id of the event; the same event always has the same id.',
    '5b1f2c3d-0000-11f1-8000-000000000001',
  ),
  eventType: field(
    z.string().nullable(),
    'Event type',
    'What happened; null if the event does not contain it.',
    'group.user_membership.add',
  ),
  published: field(
    z.string().nullable(),
    'Published',
    'When it happened, ISO 8601 in UTC; null if the event does not contain it.',
    '2026-02-03T10:11:12.345Z',
  ),
  message: text('Message', 'Short text for people.', 'Add user to group membership'),
  severity: text('Severity', 'DEBUG, INFO, WARN or ERROR.', 'INFO'),
  outcome: text('Outcome', 'SUCCESS, FAILURE and others.', 'SUCCESS'),
  outcomeReason: text('Reason', 'Reason for the outcome.', 'INVALID_CREDENTIALS'),
  actorId: text('Actor ID', 'Id of the actor.', '00u1abcdefghijklmnop'),
  actorType: text('Actor type', 'User, PublicClientApp, SystemPrincipal and others.', 'User'),
  actorLogin: text('Actor login', 'Login of the actor.', 'admin@acme.test'),
  actorName: text('Actor name', 'Name of the actor.', 'Alex Admin'),
  userId: text('User ID', 'The affected user.', '00u2abcdefghijklmnop'),
  userLogin: text('User login', 'Login of that user.', 'ana.ruiz@acme.test'),
  userName: text('User name', 'Name of that user.', 'Ana Ruiz'),
  groupId: text('Group ID', 'The affected group.', '00g1abcdefghijklmnop'),
  groupName: text('Group name', 'Name of that group.', 'Sales EU'),
  appId: text('App ID', 'The affected app.', '0oa1abcdefghijklmnop'),
  appName: text('App name', 'Name of that app.', 'Nightly sync'),
  ipAddress: text('IP address', 'Where the request came from.', '203.0.113.9'),
  city: text('City', 'City of that address.', 'Rome'),
  country: text('Country', 'Country of that address.', 'Italy'),
  phoneNumber: text(
    'Phone number',
    'Number of the call or text message, in events about one.',
    '+15550100000',
  ),
  userAgent: text('User agent', 'Browser or program.', 'Mozilla/5.0'),
  ...included('user', 'User', '00u2abcdefghijklmnop'),
  ...included('group', 'Group', '00g1abcdefghijklmnop'),
  ...included('app', 'App', '0oa1abcdefghijklmnop'),
  ...included('policy', 'Policy', '00p1abcdefghijklmnop'),
  ...included('accessRequest', 'Access request', 'req1abcdefghijklmnop'),
  unread: text(
    'Not read',
    'Why the object that the item was to include is null.',
    'No access request has this id.',
  ),
  changed: field(
    z.array(z.string()).nullish(),
    'Changed',
    'Names of what changed, in triggers about changes; null if the event does not tell.',
    ['department'],
  ),
  parts: field(
    z.array(z.looseObject({})).nullish(),
    'Parts',
    'Events within this one, if they were to be one item.',
    [logEventSample],
  ),
  event: field(logEvent, 'Event', 'The event as Okta sent it.', logEventSample),
});

type Party = LogEvent['actor'];

interface Client {
  userAgent?: { rawUserAgent?: string | null } | null;
  geographicalContext?: { city?: string | null; country?: string | null } | null;
}

export type EventItem = z.output<typeof eventItem>;

/** A string for the summary; a value of any other type is left to the event itself. */
const read = (value: unknown): string | null | undefined =>
  typeof value === 'string' || value === null ? value : undefined;

/** The readable targets; tolerates a single object where Okta documents a list. */
export function partiesOf(target: unknown): readonly NonNullable<Party>[] {
  if (Array.isArray(target)) return target.filter(isRecord);
  return isRecord(target) ? [target as NonNullable<Party>] : [];
}

const NOTHING: Partial<LogEvent> = {};

/**
 * Summarises an event of any shape; unreadable parts are omitted from the summary. Targets are found by type, because
 * their order varies.
 */
export function itemOf(event: LogEvent): EventItem {
  // A malformed event can be any JSON value.
  const { eventType, published, displayMessage, severity, outcome, actor, client, target, debugContext } =
    (event as LogEvent | null) ?? NOTHING;
  const targets = partiesOf(target);
  const first = (type: string) => targets.find((one) => one?.type === type);
  const [user, group, app] = [first('User') ?? first('AppUser'), first('UserGroup'), first('AppInstance')];
  const { userAgent, geographicalContext: place } = (client ?? {}) as Client;
  return {
    id: idOf(event),
    eventType: read(eventType) ?? null,
    published: read(published) ?? null,
    message: read(displayMessage),
    severity: read(severity),
    outcome: read(outcome?.result),
    outcomeReason: read(outcome?.reason),
    actorId: read(actor?.id),
    actorType: read(actor?.type),
    actorLogin: read(actor?.alternateId),
    actorName: read(actor?.displayName),
    userId: read(user?.id),
    userLogin: read(user?.alternateId),
    userName: read(user?.displayName),
    groupId: read(group?.id),
    groupName: read(group?.displayName),
    appId: read(app?.id),
    appName: read(app?.displayName),
    ipAddress: read(client?.ipAddress),
    city: read(place?.city),
    country: read(place?.country),
    phoneNumber: phoneOf(debugContext, targets),
    userAgent: read(userAgent?.rawUserAgent),
    event,
  };
}

/** Identity Engine has the number of a call or text message in the context; Classic Engine, among the targets. */
function phoneOf(context: unknown, targets: readonly NonNullable<Party>[]): string | null | undefined {
  const data = isRecord(context) && isRecord(context.debugData) ? context.debugData : {};
  const target = targets.find(({ type }) => typeof type === 'string' && /phone/i.test(type));
  return read(data.phoneNumber) ?? read(target?.alternateId) ?? read(target?.displayName);
}

/** An item with invented data, for samples. */
export const eventItemSample: EventItem = itemOf(logEventSample);
