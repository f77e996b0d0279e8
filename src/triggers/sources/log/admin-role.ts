import { z } from 'zod';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { field } from '../../../schema/fields.ts';
import { isRecord } from '../../../schema/record.ts';

/** Okta's standard administrator roles by type, with the names that the admin console and events have for them. */
const ROLES = {
  SUPER_ADMIN: 'Super Administrator',
  ORG_ADMIN: 'Organization Administrator',
  APP_ADMIN: 'Application Administrator',
  USER_ADMIN: 'Group Administrator',
  GROUP_MEMBERSHIP_ADMIN: 'Group Membership Administrator',
  HELP_DESK_ADMIN: 'Help Desk Administrator',
  READ_ONLY_ADMIN: 'Read-Only Administrator',
  REPORT_ADMIN: 'Report Administrator',
  API_ACCESS_MANAGEMENT_ADMIN: 'API Access Management Administrator',
  ACCESS_CERTIFICATIONS_ADMIN: 'Access Certifications Administrator',
  ACCESS_REQUESTS_ADMIN: 'Access Requests Administrator',
  WORKFLOWS_ADMIN: 'Workflows Administrator',
} as const;

export type AdminRole = keyof typeof ROLES;

const TYPES = Object.keys(ROLES) as [AdminRole, ...AdminRole[]];

/** Okta writes "Super administrator" in one place and "Super Administrator" in another. */
const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');

const typeOf = (role: string): string =>
  TYPES.find((type) => [type, ROLES[type]].map(plain).includes(plain(role))) ?? role;

/** The role of a trigger about roles: a type, or the name that people know. */
export const adminRole = field(
  // Not a transform: zod would leave the example out of the schema.
  z
    .string()
    .overwrite(typeOf)
    .refine((role): role is AdminRole => TYPES.some((type) => type === role), {
      error: `must be one of ${TYPES.join(', ')}`,
    })
    .meta({ enum: TYPES })
    .optional(),
  'Role',
  'Only events about this administrator role, its type or its name such as "Super Administrator": one that the user or group has after the event, or has lost by it.',
  'SUPER_ADMIN',
);

/** Whether the roles that an event tells, granted or revoked, include this one. An event in which they cannot be read counts, so that none gets lost. */
export function tellsRole(event: LogEvent, role: AdminRole): boolean {
  const { eventType, debugContext } = event as {
    eventType?: unknown;
    debugContext?: { debugData?: { privilegeGranted?: unknown; privilegeRevoked?: unknown } | null } | null;
  };
  const data = isRecord(debugContext) && isRecord(debugContext.debugData) ? debugContext.debugData : {};
  const isRevoked = typeof eventType === 'string' && eventType.endsWith('.revoke');
  const told = isRevoked ? data.privilegeRevoked : data.privilegeGranted;
  if (typeof told !== 'string') return true;
  return told.split(',').some((one) => typeOf(one) === role);
}
