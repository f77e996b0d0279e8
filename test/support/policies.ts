import type { Org } from './arrange.ts';

const denied = { appSignOn: { access: 'DENY' } };

/** An app sign-in policy with one rule besides the last one, which denies access to the members of a group. */
export async function policyWithRule(org: Org, { activate = true } = {}) {
  const group = await org.group('Contractors');
  const name = `Partner apps ${org.run}`;
  const policy = await org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name });
  const rule = await org.api('POST', `/api/v1/policies/${policy.id}/rules?activate=${activate}`, {
    type: 'ACCESS_POLICY',
    name: `Block contractors ${org.run}`,
    conditions: { people: { groups: { include: [group.id] } } },
    actions: denied,
  });
  return { policy, rule, group, params: { policyId: policy.id, ruleId: rule.id } };
}

/** A policy for passwords of a new group. */
export async function passwordPolicy(org: Org, name: string, activate = true) {
  const group = await org.group(name);
  return org.api('POST', `/api/v1/policies?activate=${activate}`, {
    type: 'PASSWORD',
    name: group.name,
    conditions: { people: { groups: { include: [group.id] } }, authProvider: { provider: 'OKTA' } },
  });
}
