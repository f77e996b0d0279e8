import { z } from 'zod';
import { field, present, timestamp } from '../../schema/fields.ts';

const status = field(z.string().optional(), 'Status', 'ACTIVE or INACTIVE.', 'ACTIVE');
const priority = (what: string) =>
  field(z.number().nullish(), 'Priority', `Place in the order in which ${what} are evaluated.`, 1);
const system = field(
  z.boolean().optional(),
  'System',
  'Whether Okta made it; it cannot be deleted then.',
  false,
);
const conditions = field(
  z.looseObject({}).nullish(),
  'Conditions',
  'When it applies; null if it always applies.',
  { people: { groups: { include: ['00g1abcdefghijklmnop'] } } },
);

/** A policy as Okta returns it. */
export const policySchema = z.looseObject({
  id: field(z.string(), 'Policy ID', 'Unique id.', '00p1abcdefghijklmnop'),
  type: present(field(z.string(), 'Type', 'Type of the policy.', 'PASSWORD')),
  name: present(field(z.string(), 'Name', 'Name of the policy.', 'Contractors')),
  description: field(z.string().nullish(), 'Description', 'What the policy is for.', 'Longer passwords'),
  status,
  priority: priority('policies'),
  system,
  conditions,
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
});

/** A rule of a policy as Okta returns it. */
export const policyRuleSchema = z.looseObject({
  id: field(z.string(), 'Rule ID', 'Unique id.', '0pr1abcdefghijklmnop'),
  type: present(field(z.string(), 'Type', 'Type of the rule.', 'ACCESS_POLICY')),
  name: present(field(z.string(), 'Name', 'Name of the rule.', 'Contractors')),
  status,
  priority: priority('rules'),
  system,
  conditions,
  actions: field(z.looseObject({}).nullish(), 'Actions', 'What happens if the rule applies.', {
    appSignOn: { access: 'ALLOW' },
  }),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
});

const times = { created: '2026-01-02T03:04:05.000Z', lastUpdated: '2026-01-02T03:04:05.000Z' };

/** A policy with invented data, for samples. */
export const policySample = {
  id: '00p1abcdefghijklmnop',
  type: 'PASSWORD',
  name: 'Contractors',
  description: 'Longer passwords',
  status: 'ACTIVE',
  priority: 1,
  system: false,
  conditions: { people: { groups: { include: ['00g1abcdefghijklmnop'] } } },
  ...times,
};

/** A rule with invented data, for samples. */
export const policyRuleSample = {
  id: 'rul1abcdefghijklmnop',
  type: 'ACCESS_POLICY',
  name: 'Contractors',
  status: 'ACTIVE',
  priority: 0,
  system: false,
  conditions: { people: { groups: { include: ['00g1abcdefghijklmnop'] } } },
  actions: { appSignOn: { access: 'DENY' } },
  ...times,
};
