import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { changeOutput, deleteObject } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { policy } from '../../resources/policy/resource.ts';
import { policyRule, ruleParams } from '../../resources/policy-rule/resource.ts';
import { ref } from '../../resources/reference.ts';

const path = '/api/v1/policies/{policyId}/rules/{ruleId}';

export const deletePolicyRule = defineAction({
  key: 'delete_policy_rule',
  resource: policyRule,
  title: 'Delete policy rule',
  description:
    'Deletes a rule of a policy, active or not; from then on the rules after it decide. The last rule of a policy, which Okta made, stays.',
  docsUrl: docsOf('Policy', 'deletePolicyRule'),
  scopes: ['okta.policies.manage', 'okta.policies.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({ policyId: ref(policy), ruleId: ref(policyRule) }),
  output: changeOutput({ policyId: policy, ruleId: policyRule }),
  calls: [`GET ${path}`, `DELETE ${path}`],
  run: async (context, input) => deleteObject(context, { path, params: await ruleParams(context, input) }),
  sample: {
    input: { policyId: 'rst1abcdefghijklmnop', ruleId: 'rul1abcdefghijklmnop' },
    output: { policyId: 'rst1abcdefghijklmnop', ruleId: 'rul1abcdefghijklmnop', changed: true },
  },
});
