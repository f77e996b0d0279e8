import { z } from 'zod';
import { type LogEvent, logEvent, logEventSample } from '../../resources/log/log-event.ts';
import { field } from '../../schema/fields.ts';

const text = (title: string, description: string, example: string) =>
  field(z.string().nullish(), title, description, example);

/** What a trigger delivers: a flat summary to map from, and the event as Okta sent it. */
export const eventItem = z.looseObject({
  id: field(
    z.string(),
    'ID',
    'Id of the event: the same event always has the same.',
    '5b1f2c3d-0000-11f1-8000-000000000001',
  ),
  eventType: field(z.string(), 'Event type', 'What happened.', 'group.user_membership.add'),
  published: field(z.string(), 'Published', 'When it happened, ISO 8601 in UTC.', '2026-02-03T10:11:12.345Z'),
  message: text('Message', 'Short text for people.', 'Add user to group membership'),
  severity: text('Severity', 'DEBUG, INFO, WARN or ERROR.', 'INFO'),
  outcome: text('Outcome', 'SUCCESS, FAILURE and others.', 'SUCCESS'),
  outcomeReason: text('Reason', 'Why it ended so.', 'INVALID_CREDENTIALS'),
  actorId: text('Actor ID', 'Who did it.', '00u1abcdefghijklmnop'),
  actorType: text('Actor type', 'User, PublicClientApp, SystemPrincipal and others.', 'User'),
  actorLogin: text('Actor login', 'Login of who did it.', 'admin@acme.test'),
  actorName: text('Actor name', 'Name of who did it.', 'Alex Admin'),
  userId: text('User ID', 'The user it was done to.', '00u2abcdefghijklmnop'),
  userLogin: text('User login', 'Login of that user.', 'ana.ruiz@acme.test'),
  userName: text('User name', 'Name of that user.', 'Ana Ruiz'),
  groupId: text('Group ID', 'The group it was done to.', '00g1abcdefghijklmnop'),
  groupName: text('Group name', 'Name of that group.', 'Sales EU'),
  appId: text('App ID', 'The app it was done to.', '0oa1abcdefghijklmnop'),
  appName: text('App name', 'Name of that app.', 'Nightly sync'),
  ipAddress: text('IP address', 'From where.', '203.0.113.9'),
  city: text('City', 'City of that address.', 'Rome'),
  country: text('Country', 'Country of that address.', 'Italy'),
  userAgent: text('User agent', 'Browser or program.', 'Mozilla/5.0'),
  user: field(
    z.looseObject({}).nullish(),
    'User',
    'The whole user as it is now, when asked for; null when there is none any more.',
    { id: '00u2abcdefghijklmnop' },
  ),
  group: field(
    z.looseObject({}).nullish(),
    'Group',
    'The whole group as it is now, when asked for; null when there is none any more.',
    { id: '00g1abcdefghijklmnop' },
  ),
  event: field(logEvent, 'Event', 'The event as Okta sent it.', logEventSample),
});

export type EventItem = z.output<typeof eventItem>;

interface Client {
  ipAddress?: string | null;
  userAgent?: { rawUserAgent?: string | null } | null;
  geographicalContext?: { city?: string | null; country?: string | null } | null;
}

/** Summarises an event. Targets are found by type, because their order varies. */
export function itemOf(event: LogEvent): EventItem {
  const target = (type: string) => event.target?.find((one) => one?.type === type);
  const [user, group, app] = [
    target('User') ?? target('AppUser'),
    target('UserGroup'),
    target('AppInstance'),
  ];
  const client = event.client as Client | null | undefined;
  return {
    id: event.uuid,
    eventType: event.eventType,
    published: event.published,
    message: event.displayMessage,
    severity: event.severity,
    outcome: event.outcome?.result,
    outcomeReason: event.outcome?.reason,
    actorId: event.actor?.id,
    actorType: event.actor?.type,
    actorLogin: event.actor?.alternateId,
    actorName: event.actor?.displayName,
    userId: user?.id,
    userLogin: user?.alternateId,
    userName: user?.displayName,
    groupId: group?.id,
    groupName: group?.displayName,
    appId: app?.id,
    appName: app?.displayName,
    ipAddress: client?.ipAddress,
    city: client?.geographicalContext?.city,
    country: client?.geographicalContext?.country,
    userAgent: client?.userAgent?.rawUserAgent,
    event,
  };
}

/** An item with invented data, for samples. */
export const eventItemSample: EventItem = itemOf(logEventSample);
