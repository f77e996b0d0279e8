import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { needsOf } from '../../resources/answers.ts';
import { mergeInto } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { policy } from '../../resources/policy/resource.ts';
import { policyRuleSample, policyRuleSchema } from '../../resources/policy/schema.ts';
import { ruleMembers } from '../../resources/policy-rule/input.ts';
import { policyRule, ruleParams } from '../../resources/policy-rule/resource.ts';
import { ref } from '../../resources/reference.ts';
import { changed } from '../../schema/fields.ts';

const path = '/api/v1/policies/{policyId}/rules/{ruleId}';
const { name, priority, conditions, actions } = ruleMembers;

export const updatePolicyRule = defineAction({
  key: 'update_policy_rule',
  resource: policyRule,
  title: 'Update policy rule',
  description:
    'Changes the given members of a rule and keeps all others. Conditions and actions are merged member by member; lists are replaced, and null removes a condition.',
  docsUrl: docsOf('Policy', 'replacePolicyRule'),
  scopes: ['okta.policies.manage', 'okta.policies.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({
    policyId: ref(policy),
    ruleId: ref(policyRule),
    name: name.optional(),
    priority,
    conditions,
    actions: actions.optional(),
  }),
  output: policyRuleSchema.extend({ changed }),
  calls: [`GET ${path}`, `PUT ${path}`],
  async run(context, { policyId, ruleId, ...changes }) {
    const params = await ruleParams(context, { policyId, ruleId });
    return mergeInto(context, { path, params, answer: needsOf(policyRuleSchema) }, changes);
  },
  sample: {
    input: {
      policyId: 'rst1abcdefghijklmnop',
      ruleId: 'Block contractors',
      actions: { appSignOn: { access: 'DENY' } },
    },
    output: { ...policyRuleSample, changed: true },
  },
});
