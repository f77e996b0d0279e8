import { iso } from '../clock.ts';
import type { Json } from '../json.ts';
import type { Org } from '../org.ts';
import type { LogRecord } from '../system-log/event.ts';
import { userParty } from '../system-log/parties.ts';
import type { User } from './user.ts';

/** A user reports the latest sign-in, of which Okta sent a mail, as not their own. */
export function reportActivity(org: Org, user: User): LogRecord {
  const party = userParty(user);
  return org.log.append({
    eventType: 'user.account.report_suspicious_activity_by_enduser',
    fields: { actor: party, target: [party], debugContext: { debugData: latestSignIn(org, user) } },
  });
}

function latestSignIn(org: Org, { id }: User): Json {
  for (const [event] of org.log.publishedBetween(0, Number.POSITIVE_INFINITY, true)) {
    const { uuid, eventType, published, fields } = event;
    if (eventType !== 'user.session.start' || (fields.actor as Json | undefined)?.id !== id) continue;
    return {
      suspiciousActivityEventId: uuid,
      suspiciousActivityEventType: eventType,
      suspiciousActivityEventIp: fields.client?.ipAddress ?? null,
      suspiciousActivityTimestamp: iso(published),
    };
  }
  return {};
}
