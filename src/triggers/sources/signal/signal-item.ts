import { z } from 'zod';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { field } from '../../../schema/fields.ts';
import { isRecord } from '../../../schema/record.ts';
import { itemOf } from '../log/event-item.ts';
import { idOf } from '../log/odd-event.ts';
import type { SetClaims } from './set.ts';
import { LOGGED_AS, SIGNAL_KINDS, signalKindOf } from './signal-kinds.ts';

// Types, not interfaces: events of the inbox may have further members.
type Signal = {
  /** The `jti` of its token; of an event in the log, another id than that event has when a hook brings it. */
  uuid: string;
  /** Its type, a URL. */
  eventType: string;
  published: string;
  /** When it arrived, milliseconds since the epoch. */
  receivedAt: number;
};
/** A signed event as it waits for its delivery: an event of the inbox, with the claims of its token. */
export type SignedSignal = Signal & { signed: SetClaims };
/** One that was found in the System Log instead. */
export type LoggedSignal = Signal & { logged: LogEvent };
export type StoredSignal = SignedSignal | LoggedSignal;

export const isSigned = (signal: StoredSignal): signal is SignedSignal => 'signed' in signal;

export const isSignal = (event: unknown): event is StoredSignal =>
  isRecord(event) &&
  (isRecord(event.signed) || isRecord(event.logged)) &&
  typeof event.eventType === 'string';

const text = (title: string, description: string, example: string) =>
  field(z.string().nullable(), title, description, example);

/** An item: the usual members of a signed event, and the token's claims as they are. */
export const signalItem = z.looseObject({
  id: field(
    z.string(),
    'ID',
    'Id of the token (jti); stays the same when Okta delivers it again. From the System Log: id of the event.',
    'set-07efd930',
  ),
  kind: field(
    z.string(),
    'Kind',
    'session_revoked: a session ended, which an ordinary sign-out does, too. credential_change: a password or factor was added, changed or removed.',
    'credential_change',
  ),
  source: field(
    z.enum(['stream', 'log']),
    'Source',
    'stream: signed by Okta and verified. log: found in the System Log, which has no signature, because it did not come signed.',
    'stream',
  ),
  eventType: field(z.string(), 'Event type', 'The type as signed, a URL.', SIGNAL_KINDS.credential_change),
  userId: text('User ID', 'Id of the user in Okta; null if the subject is none.', '00u1abcdefghijklmnop'),
  subject: field(
    z.record(z.string(), z.unknown()).nullable(),
    'Subject',
    'Whom it is about, as signed. What a subject does not name, such as a session, may be any.',
    { format: 'iss_sub', iss: 'https://acme.okta.com', sub: '00u1abcdefghijklmnop' },
  ),
  credentialType: text(
    'Credential type',
    'The credential that changed; Okta has more types than the standard (ALL_FACTORS, OKTA_VERIFY_PUSH).',
    'password',
  ),
  changeType: text('Change', 'create, update, revoke or delete; a changed password is a revoke.', 'revoke'),
  credentialName: text('Credential name', 'What Okta calls the credential.', 'PASSWORD_AS_FACTOR'),
  initiatedBy: text('Initiated by', 'admin, user, policy or system, if Okta says so.', 'user'),
  reason: text('Reason', 'Why, for administrators.', 'User update password for Okta'),
  occurredAt: text('Occurred', 'When it happened, ISO 8601 in UTC.', '2026-02-03T10:11:12.345Z'),
  issuedAt: text('Issued', 'When the token was signed, ISO 8601 in UTC.', '2026-02-03T10:11:13.000Z'),
  ageSeconds: field(
    z.number().nullable(),
    'Age',
    'Seconds from its signature to its arrival; more than a minute for one that was delivered again.',
    2,
  ),
  claims: field(
    z.record(z.string(), z.unknown()).nullable(),
    'Claims',
    'All that was signed; null from the log.',
    {},
  ),
  event: field(
    z.looseObject({}).nullable(),
    'Event',
    'The event of the System Log as Okta sent it; null for a signed one.',
    null,
  ),
});
export type SignalItem = z.output<typeof signalItem>;

/** Anything larger is milliseconds, which Okta sends where the standard has seconds. */
const MOST_SECONDS = 1e11;

/** ISO 8601 of a time in seconds or milliseconds; null for anything else. */
export function timeOfClaim(value: unknown): string | null {
  if (typeof value !== 'number') return null;
  const date = new Date(Math.abs(value) > MOST_SECONDS ? value : value * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** The subject: of the token, or else within the event; the user where it names several things. */
function subjectOf(
  { sub_id: given }: SetClaims,
  event: Record<string, unknown>,
): Record<string, unknown> | null {
  const subject = isRecord(given) ? given : event.subject;
  return isRecord(subject) ? subject : null;
}

function userIdOf(subject: Record<string, unknown> | null): string | null {
  const user = isRecord(subject?.user) ? subject.user : subject;
  const { format, subject_type: type, sub, id } = user ?? {};
  const found = (format ?? type) === 'opaque' ? id : sub;
  return typeof found === 'string' ? found : null;
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const inEnglish = (value: unknown): string | null =>
  isRecord(value) ? textOf(value.en ?? Object.values(value)[0]) : textOf(value);

/** The item of a signed event, whatever its shape. */
export const signalItemOf = (signal: StoredSignal): SignalItem =>
  isSigned(signal) ? itemOfSigned(signal) : itemOfLogged(signal);

/** Only what the log tells; the names of credentials there are others. */
function itemOfLogged({ eventType, logged }: LoggedSignal): SignalItem {
  const { changeType = null, credentialType = null } = LOGGED_AS[logged.eventType] ?? {};
  const { userId, actorId, published } = itemOf(logged);
  const time = published === null ? Number.NaN : Date.parse(published);
  return {
    id: idOf(logged),
    kind: signalKindOf(eventType),
    source: 'log',
    eventType,
    // Whoever signs out is the actor.
    userId: userId ?? actorId ?? null,
    subject: null,
    credentialType,
    changeType,
    credentialName: null,
    initiatedBy: null,
    reason: textOf(logged.displayMessage),
    occurredAt: Number.isNaN(time) ? null : new Date(time).toISOString(),
    issuedAt: null,
    ageSeconds: null,
    claims: null,
    event: logged,
  };
}

function itemOfSigned({ uuid, eventType, receivedAt, signed }: SignedSignal): SignalItem {
  const found = signed.events[eventType];
  const event = isRecord(found) ? found : {};
  const subject = subjectOf(signed, event);
  return {
    id: uuid,
    kind: signalKindOf(eventType),
    source: 'stream',
    eventType,
    userId: userIdOf(subject),
    subject,
    credentialType: textOf(event.credential_type),
    changeType: textOf(event.change_type),
    credentialName: textOf(event.friendly_name),
    initiatedBy: textOf(event.initiating_entity),
    reason: inEnglish(event.reason_admin) ?? inEnglish(event.reason_user),
    occurredAt: timeOfClaim(event.event_timestamp),
    issuedAt: timeOfClaim(signed.iat),
    ageSeconds: Math.max(0, Math.round(receivedAt / 1000 - signed.iat)),
    claims: signed,
    event: null,
  };
}

/** What a token delivers: an event each, whose id is that of the token. */
export function signalsOf(signed: SetClaims, receivedAt: number): SignedSignal[] {
  return Object.entries(signed.events).map(([eventType, event], at) => ({
    uuid: at === 0 ? signed.jti : `${signed.jti}#${at + 1}`,
    eventType,
    published:
      timeOfClaim(isRecord(event) ? event.event_timestamp : undefined) ??
      timeOfClaim(signed.iat) ??
      new Date(receivedAt).toISOString(),
    receivedAt,
    signed,
  }));
}

/** What an event of the log delivers; undefined for one that Okta does not sign. */
export function loggedSignalOf(logged: LogEvent, receivedAt: number): LoggedSignal | undefined {
  const { kind } = LOGGED_AS[logged.eventType] ?? {};
  if (kind === undefined) return undefined;
  const { published } = logged;
  return { uuid: `signal ${idOf(logged)}`, eventType: SIGNAL_KINDS[kind], published, receivedAt, logged };
}

/** An example: a password was changed. */
export const signalItemSample: SignalItem = signalItemOf({
  uuid: 'set-07efd930f0977e4fcc1149a733ce7f78',
  eventType: SIGNAL_KINDS.credential_change,
  published: '2026-02-03T10:11:12.345Z',
  receivedAt: Date.parse('2026-02-03T10:11:15.000Z'),
  signed: {
    iss: 'https://acme.okta.com',
    aud: 'https://hooks.acme.test',
    jti: 'set-07efd930f0977e4fcc1149a733ce7f78',
    iat: 1_770_113_473,
    events: {
      [SIGNAL_KINDS.credential_change]: {
        subject: { format: 'iss_sub', iss: 'https://acme.okta.com', sub: '00u1abcdefghijklmnop' },
        credential_type: 'password',
        change_type: 'revoke',
        friendly_name: 'PASSWORD_AS_FACTOR',
        initiating_entity: 'user',
        reason_admin: { en: 'User update password for Okta' },
        event_timestamp: 1_770_113_472_345,
      },
    },
  },
});
