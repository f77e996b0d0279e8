import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { needsOf } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { policyIdOf } from '../../resources/policy/reference.ts';
import { policy } from '../../resources/policy/resource.ts';
import { policyRuleSample, policyRuleSchema, policySchema } from '../../resources/policy/schema.ts';
import { ruleMembers } from '../../resources/policy-rule/input.ts';
import { policyRule } from '../../resources/policy-rule/resource.ts';
import { ref } from '../../resources/reference.ts';
import { field } from '../../schema/fields.ts';

const one = '/api/v1/policies/{policyId}';
const path = `${one}/rules` as const;

export const createPolicyRule = defineAction({
  key: 'create_policy_rule',
  resource: policyRule,
  title: 'Create policy rule',
  description:
    'Adds a rule to a policy. It takes effect at once unless it is created inactive. An app must not be both included and excluded.',
  docsUrl: docsOf('Policy', 'createPolicyRule'),
  scopes: ['okta.policies.manage', 'okta.policies.read'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    policyId: ref(policy),
    ...ruleMembers,
    type: field(
      z.string().min(1).optional(),
      'Type',
      'Type of the rule, such as SIGN_ON or ACCESS_POLICY; if omitted, it follows from the policy.',
      'ACCESS_POLICY',
    ),
    activate: field(z.boolean().default(true), 'Activate', 'If false, the rule is created inactive.', false),
  }),
  output: policyRuleSchema,
  calls: [`GET ${one}`, `POST ${path}`],
  async run(context, { policyId, activate, type: given, ...body }) {
    const params = { policyId: await policyIdOf(context, policyId) };
    const typeOfPolicy = async () => {
      const answer = needsOf(policySchema);
      const { type } = (await context.call({ method: 'GET', path: one, params, answer })).json;
      // The only type of policy whose rules have another name.
      return type === 'OKTA_SIGN_ON' ? 'SIGN_ON' : type;
    };
    const { json } = await context.call({
      ...{ method: 'POST', path, params, query: { activate } },
      body: { type: given ?? (await typeOfPolicy()), ...body },
      answer: needsOf(policyRuleSchema),
    });
    return json;
  },
  sample: {
    input: {
      policyId: 'rst1abcdefghijklmnop',
      name: 'Block contractors',
      conditions: { people: { groups: { include: ['00g1abcdefghijklmnop'] } } },
      actions: { appSignOn: { access: 'DENY' } },
    },
    output: policyRuleSample,
  },
});
