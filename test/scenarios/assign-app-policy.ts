import { expect } from 'vitest';
import { makeApp } from '../support/apps.ts';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function apart(org: Org) {
  const app = await makeApp(org, 'Ledger');
  const name = `Strict ${org.run}`;
  const policy = await org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name, status: 'ACTIVE' });
  return { app, policy: { id: policy.id as string, name } };
}

export default [
  scenario('assign_app_policy', {
    name: 'assigns a sign-on policy, by label and name',
    arrange: apart,
    input: ({ app, policy }) => ({ appId: app.label, policyId: policy.name }),
    check: (output, { app, policy }) =>
      expect(output).toEqual({ appId: app.id, policyId: policy.id, changed: true }),
  }),
  scenario('assign_app_policy', {
    name: 'changes nothing when the app has the policy',
    async arrange(org) {
      const { app, policy } = await apart(org);
      await org.api('PUT', `/api/v1/apps/${app.id}/policies/${policy.id}`);
      return { app, policy };
    },
    input: ({ app, policy }) => ({ appId: app.id, policyId: policy.id }),
    check: (output, { app, policy }) =>
      expect(output).toEqual({ appId: app.id, policyId: policy.id, changed: false }),
  }),
];
