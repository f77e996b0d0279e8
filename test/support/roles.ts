import type { Org } from './arrange.ts';

/** A custom role, what it applies to, and their names. */
export async function customRole(org: Org) {
  const label = `Group reader ${org.run}`;
  const group = await org.group('Watched');
  const role = await org.api('POST', '/api/v1/iam/roles', {
    ...{ label, description: 'Reads groups', permissions: ['okta.groups.read'] },
  });
  const set = await org.api('POST', '/api/v1/iam/resource-sets', {
    ...{ label: `Watched groups ${org.run}`, description: 'Some groups' },
    resources: [`https://acme.okta.com/api/v1/groups/${group.id}`],
  });
  return { role, set };
}

/** Gives a role of a standard type. */
export const assign = (org: Org, holder: `${'users' | 'groups'}/${string}`, type: string) =>
  org.api('POST', `/api/v1/${holder}/roles`, { type });
