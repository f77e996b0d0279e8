import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { changeOutput, setLifecycle } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { policy } from '../../resources/policy/resource.ts';
import { policyRule, ruleParams } from '../../resources/policy-rule/resource.ts';
import { ref } from '../../resources/reference.ts';

const path = '/api/v1/policies/{policyId}/rules/{ruleId}';

export const deactivatePolicyRule = defineAction({
  key: 'deactivate_policy_rule',
  resource: policyRule,
  title: 'Deactivate policy rule',
  description:
    'Keeps a rule of a policy, but ends its effect: the rules after it decide. Nothing changes if it is inactive already.',
  docsUrl: docsOf('Policy', 'deactivatePolicyRule'),
  scopes: ['okta.policies.manage', 'okta.policies.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({ policyId: ref(policy), ruleId: ref(policyRule) }),
  output: changeOutput({ policyId: policy, ruleId: policyRule }),
  calls: [`GET ${path}`, `POST ${path}/lifecycle/deactivate`],
  run: async (context, input) =>
    setLifecycle(context, { path, params: await ruleParams(context, input) }, 'deactivate', 'INACTIVE'),
  sample: {
    input: { policyId: 'rst1abcdefghijklmnop', ruleId: 'rul1abcdefghijklmnop' },
    output: {
      policyId: 'rst1abcdefghijklmnop',
      ruleId: 'rul1abcdefghijklmnop',
      changed: true,
      status: 'INACTIVE',
    },
  },
});
