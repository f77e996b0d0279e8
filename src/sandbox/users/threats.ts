import type { Org } from '../org.ts';
import { threatAction } from '../org-settings/threat-insight.ts';
import type { EventFields, LogRecord } from '../system-log/event.ts';
import { userParty } from '../system-log/parties.ts';
import type { User } from './user.ts';

const isIn = (list: string, one: unknown) => list.split(',').some((text) => text.trim() === one);

/** Logs an attempt from an address that is malicious, if ThreatInsight is on. @returns the event if it is blocked. */
export function blockedBy(org: Org, fields: EventFields): LogRecord | undefined {
  const address = String(fields.client?.ipAddress);
  const action = threatAction(org);
  if (action === 'none' || !isIn(org.settings.maliciousAddresses, address)) return undefined;
  const isDenied = action === 'block';
  const event = org.log.append({
    eventType: 'security.threat.detected',
    fields: {
      ...fields,
      actor: { id: address, type: 'IP', alternateId: address, displayName: address, detailEntry: null },
      outcome: { result: isDenied ? 'DENY' : 'ALLOW', reason: 'Login failures' },
      debugContext: { debugData: { threatSuspected: 'true', threatDetections: '{"Login Failures":"HIGH"}' } },
    },
  });
  return isDenied ? event : undefined;
}

/** Logs that a password with which somebody signs in is known from a breach. */
export function noteBreach(
  org: Org,
  user: User,
  { password, fields }: { password: string; fields: EventFields },
): void {
  if (!isIn(org.settings.breachedPasswords, password)) return;
  org.logEvent({
    eventType: 'security.breached_credential.detected',
    fields: { ...fields, actor: userParty(user) },
  });
}
