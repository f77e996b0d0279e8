import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { field, timestamp } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';
import { needsOf } from '../answers.ts';

/** The types of Okta's standard roles. */
export const STANDARD_ROLES = [
  'SUPER_ADMIN',
  'ORG_ADMIN',
  'APP_ADMIN',
  'USER_ADMIN',
  'HELP_DESK_ADMIN',
  'GROUP_MEMBERSHIP_ADMIN',
  'READ_ONLY_ADMIN',
  'REPORT_ADMIN',
  'API_ACCESS_MANAGEMENT_ADMIN',
  'ACCESS_REQUESTS_ADMIN',
  'ACCESS_CERTIFICATIONS_ADMIN',
  'WORKFLOWS_ADMIN',
] as const;

/** A role that a user or group has, as Okta returns it. */
export const roleAssignment = z.looseObject({
  id: field(
    z.string(),
    'Assignment ID',
    'Id of the assignment; the same for everybody who has the role, unless it is random.',
    'JBCUYUC7IRCVGS27IFCE2SKO',
  ),
  label: field(z.string().optional(), 'Label', 'Name of the role.', 'Help Desk Administrator'),
  type: field(z.string(), 'Type', 'Type of a standard role, or CUSTOM.', 'HELP_DESK_ADMIN'),
  status: field(z.string().optional(), 'Status', 'ACTIVE or INACTIVE.', 'ACTIVE'),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
  assignmentType: field(
    z.string().optional(),
    'Assigned to',
    'USER if the user has the role directly, GROUP if through a group.',
    'USER',
  ),
  role: field(z.string().optional(), 'Role ID', 'Id of a custom role.', 'cr01abcdefghijklmnop'),
  'resource-set': field(
    z.string().optional(),
    'Resource set ID',
    'What a custom role applies to.',
    'iam1abcdefghijklmnop',
  ),
});

/** An assignment with invented data, for samples. */
export const roleAssignmentSample = {
  id: 'JBCUYUC7IRCVGS27IFCE2SKO',
  label: 'Help Desk Administrator',
  type: 'HELP_DESK_ADMIN',
  status: 'ACTIVE',
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
  assignmentType: 'USER',
};

/** Input of the lists of roles: what to embed of the targets to which a role is limited. */
export const expandTargets = field(
  labelled(z.enum(['targets/groups', 'targets/catalog/apps']), {
    'targets/groups': 'Target groups',
    'targets/catalog/apps': 'Target apps',
  }).optional(),
  'Expand',
  'Also return the groups or the apps to which a role is limited, as _embedded.targets.',
  'targets/groups',
);

/** A user or a group that has roles: the path of its object and the ids in it. */
export interface Holder<Id extends string = string> {
  path: `/${string}`;
  params: Record<Id, string>;
  /** How Okta calls a role that it has itself. */
  assignmentType: 'USER' | 'GROUP';
}

/** The roles of a user or group; those of a user include the ones that its groups have. */
export function rolesOf(context: ActionContext, { path, params }: Holder) {
  return context.list({ method: 'GET', path: `${path}/roles`, params, answer: needsOf(roleAssignment) });
}
