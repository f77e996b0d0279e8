import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { policy } from '../../resources/policy/resource.ts';
import { policyRuleSample, policyRuleSchema } from '../../resources/policy/schema.ts';
import { policyRule } from '../../resources/policy-rule/resource.ts';
import { ref } from '../../resources/reference.ts';
import { limit } from '../../schema/fields.ts';

export const listPolicyRules = defineAction({
  key: 'list_policy_rules',
  resource: policyRule,
  title: 'List policy rules',
  description: 'Lists the rules of a policy in the order in which Okta evaluates them.',
  docsUrl: docsOf('Policy', 'listPolicyRules'),
  scopes: ['okta.policies.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ policyId: ref(policy), limit }),
  output: z.array(policyRuleSchema),
  request: { method: 'GET', path: '/api/v1/policies/{policyId}/rules', pageSize: 0 },
  sample: { input: { policyId: 'rst1abcdefghijklmnop' }, output: [policyRuleSample] },
});
