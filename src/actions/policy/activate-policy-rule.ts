import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { changeOutput, setLifecycle } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { policy } from '../../resources/policy/resource.ts';
import { policyRule, ruleParams } from '../../resources/policy-rule/resource.ts';
import { ref } from '../../resources/reference.ts';

const path = '/api/v1/policies/{policyId}/rules/{ruleId}';

export const activatePolicyRule = defineAction({
  key: 'activate_policy_rule',
  resource: policyRule,
  title: 'Activate policy rule',
  description: 'Lets a rule of a policy take effect; nothing changes if it is active already.',
  docsUrl: docsOf('Policy', 'activatePolicyRule'),
  scopes: ['okta.policies.manage', 'okta.policies.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({ policyId: ref(policy), ruleId: ref(policyRule) }),
  output: changeOutput({ policyId: policy, ruleId: policyRule }),
  calls: [`GET ${path}`, `POST ${path}/lifecycle/activate`],
  run: async (context, input) =>
    setLifecycle(context, { path, params: await ruleParams(context, input) }, 'activate', 'ACTIVE'),
  sample: {
    input: { policyId: 'rst1abcdefghijklmnop', ruleId: 'rul1abcdefghijklmnop' },
    output: {
      policyId: 'rst1abcdefghijklmnop',
      ruleId: 'rul1abcdefghijklmnop',
      changed: true,
      status: 'ACTIVE',
    },
  },
});
