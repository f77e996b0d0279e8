import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { change, changeOutput } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { policyIdOf } from '../../resources/policy/reference.ts';
import { policy } from '../../resources/policy/resource.ts';
import { ref } from '../../resources/reference.ts';

const link = z.object({ href: z.string() }).optional();
const withPolicies = z.object({
  _links: z.object({ accessPolicy: link, profileEnrollment: link }).optional(),
});

export const assignAppPolicy = defineAction({
  key: 'assign_app_policy',
  resource: app,
  title: 'Assign app policy',
  description:
    'Assigns a sign-on policy, or another policy of apps, to an app in the place of the one it has. Okta refuses another policy for its Admin Console.',
  docsUrl: docsOf('ApplicationPolicies', 'assignApplicationPolicy'),
  scopes: ['okta.apps.manage', 'okta.apps.read', 'okta.policies.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({ appId: ref(app), policyId: ref(policy) }),
  output: changeOutput({ appId: app, policyId: policy }),
  calls: ['GET /api/v1/apps/{appId}', 'PUT /api/v1/apps/{appId}/policies/{policyId}'],
  async run(context, references) {
    const appId = await appIdOf(context, references.appId);
    const policyId = await policyIdOf(context, references.policyId);
    const one = { path: '/api/v1/apps/{appId}', params: { appId } };
    const { json } = await context.call({ method: 'GET', ...one, answer: withPolicies });
    const assigned = [json._links?.accessPolicy, json._links?.profileEnrollment];
    const params = { appId, policyId };
    if (assigned.some((link) => link?.href.endsWith(`/${policyId}`))) return { ...params, changed: false };
    return change(context, { method: 'PUT', path: `${one.path}/policies/{policyId}`, params }, []);
  },
  sample: {
    input: { appId: 'Acme CRM', policyId: 'Contractors' },
    output: { appId: '0oa1abcdefghijklmnop', policyId: 'rst1abcdefghijklmnop', changed: true },
  },
});
