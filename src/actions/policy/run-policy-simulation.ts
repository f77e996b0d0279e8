import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { policy } from '../../resources/policy/resource.ts';
import { policyContext, simulationSchema } from '../../resources/policy/simulation.ts';
import { ref, resolvedId } from '../../resources/reference.ts';
import { field } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

const path = '/api/v1/policies/simulate';

export const runPolicySimulation = defineAction({
  key: 'run_policy_simulation',
  resource: policy,
  title: 'Run policy simulation',
  description:
    'Says which policies and rules would decide about a sign-in to an app, without a sign-in. It changes nothing. Okta offers it to Identity Engine orgs on request.',
  docsUrl: docsOf('Policy', 'createPolicySimulation'),
  scopes: ['okta.policies.read', 'okta.apps.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    appInstance: ref(app),
    policyTypes: field(
      z
        .array(
          labelled(z.enum(['OKTA_SIGN_ON', 'ACCESS_POLICY', 'MFA_ENROLL', 'PROFILE_ENROLLMENT']), {
            OKTA_SIGN_ON: 'Global session policy',
            ACCESS_POLICY: 'App sign-in policy',
            MFA_ENROLL: 'Authenticator enrollment policy',
            PROFILE_ENROLLMENT: 'Profile enrollment policy',
          }),
        )
        .min(1)
        .optional(),
      'Policy types',
      'The types of policies to evaluate; all that can be simulated if omitted.',
      ['OKTA_SIGN_ON', 'ACCESS_POLICY'],
    ),
    policyContext,
    expand: field(
      labelled(z.enum(['EVALUATED', 'RULE']), {
        EVALUATED: 'What was evaluated',
        RULE: 'The rules that match',
      }).optional(),
      'Expand',
      'EVALUATED also lists what did not match; RULE says why a condition did not match.',
      'EVALUATED',
    ),
  }),
  output: simulationSchema,
  calls: [`POST ${path}`],
  async run(context, { appInstance, expand, ...rest }) {
    const body = { appInstance: await resolvedId(context, app, appInstance), ...rest };
    // Okta's specification wants a list here, and Okta refuses one.
    const call = { method: 'POST', path, query: { expand }, body, answer: simulationSchema } as const;
    return (await context.call(call)).json;
  },
  sample: {
    input: { appInstance: 'Acme CRM', policyContext: { groups: { ids: ['00g1abcdefghijklmnop'] } } },
    output: {
      evaluation: [
        {
          policyType: 'ACCESS_POLICY',
          result: {
            policies: [
              {
                ...{ id: 'rst1abcdefghijklmnop', name: 'Any two factors', status: 'MATCH' },
                rules: [{ id: 'rul1abcdefghijklmnop', name: 'Catch-all Rule', status: 'MATCH' }],
              },
            ],
          },
        },
      ],
    },
  },
});
