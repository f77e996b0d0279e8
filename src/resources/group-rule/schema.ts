import { z } from 'zod';
import { field, timestamp } from '../../schema/fields.ts';

/** A group rule as Okta returns it. */
export const groupRuleSchema = z.looseObject({
  id: field(z.string(), 'Group rule ID', 'Unique id.', '0pr1abcdefghijklmnop'),
  name: field(z.string().optional(), 'Name', 'Name of the rule.', 'Sales department'),
  status: field(
    z.string(),
    'Status',
    'ACTIVE, INACTIVE, or INVALID after a group that it assigns was deleted.',
    'ACTIVE',
  ),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
  conditions: field(z.looseObject({}).optional(), 'Conditions', 'Whom the rule matches.', {
    expression: { type: 'urn:okta:expression:1.0', value: 'user.department=="Sales"' },
  }),
  actions: field(z.looseObject({}).optional(), 'Actions', 'The groups that it assigns.', {
    assignUserToGroups: { groupIds: ['00g1abcdefghijklmnop'] },
  }),
});

/** A group rule with invented data, for samples. */
export const groupRuleSample = {
  id: '0pr1abcdefghijklmnop',
  type: 'group_rule',
  status: 'INACTIVE',
  name: 'Sales department',
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
  conditions: {
    people: { users: { exclude: [] }, groups: { exclude: [] } },
    expression: { type: 'urn:okta:expression:1.0', value: 'user.department=="Sales"' },
  },
  actions: { assignUserToGroups: { groupIds: ['00g1abcdefghijklmnop'] } },
};
