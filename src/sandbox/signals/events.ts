import { isObject, type Json } from '../json.ts';
import type { LogRecord } from '../system-log/event.ts';
import { displayMessages } from '../system-log/event-types.ts';
import { credentialChange, sessionRevoked } from './stream.ts';

/** How a credential changes, for each event of the log that Okta maps to a change of a credential. */
const changes: Readonly<Record<string, 'create' | 'delete' | 'revoke' | 'update'>> = {
  'user.mfa.factor.activate': 'create',
  'user.mfa.factor.deactivate': 'delete',
  'user.mfa.factor.reset_all': 'revoke',
  'user.mfa.factor.suspend': 'update',
  'user.mfa.factor.unsuspend': 'update',
  'user.mfa.factor.update': 'update',
  'user.account.reset_password': 'revoke',
  'user.account.update_password': 'revoke',
};

/** Credential types by what the log calls a factor; the others have their name in capitals. */
const credentials: Readonly<Record<string, string>> = {
  Phone: 'phone-sms',
  Email: 'EMAIL_FACTOR',
  'Okta Verify': 'OKTA_VERIFY_PUSH',
  'Authenticator app': 'TOTP',
  'Security Key or Biometric': 'fido2-roaming',
};

/** What a stream sends of an event of the log; undefined if nothing. */
export function signalOf(record: LogRecord, issuer: string): { uri: string; event: Json } | undefined {
  const { eventType, published, fields } = record;
  const parties = (Array.isArray(fields.target) ? fields.target : []).filter(isObject);
  const user = parties.find(({ type }) => type === 'User') ?? (isObject(fields.actor) ? fields.actor : {});
  const subject = { format: 'iss_sub', iss: issuer, sub: String(user.id) };
  // Milliseconds, in all of Okta's examples.
  const about = { event_timestamp: published, initiating_entity: 'user' };
  const message = displayMessages[eventType as keyof typeof displayMessages] ?? eventType;
  const reason_admin = { en: message };
  if (eventType === 'user.session.end')
    return { uri: sessionRevoked, event: { subject: { user: subject }, ...about, reason_admin } };
  const change_type = changes[eventType];
  if (change_type === undefined) return undefined;
  const factor = parties.find(({ type }) => type !== 'User');
  const [credential_type, friendly_name] = credentialOf(eventType, String(factor?.displayName ?? ''));
  return {
    uri: credentialChange,
    event: { subject, credential_type, change_type, friendly_name, ...about, reason_admin },
  };
}

function credentialOf(eventType: string, factor: string): [type: string, name: string] {
  if (eventType.endsWith('_password')) return ['password', 'PASSWORD_AS_FACTOR'];
  if (eventType.endsWith('.reset_all')) return ['ALL_FACTORS', 'ALL_FACTORS'];
  const name = factor.toUpperCase().replace(/\W+/g, '_');
  return [credentials[factor] ?? name, name];
}
