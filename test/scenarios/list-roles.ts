import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function twoRoles(org: Org) {
  const labels = ['Group reader', 'Helper'].map((name) => `${name} ${org.run}`);
  for (const label of labels)
    await org.api('POST', '/api/v1/iam/roles', {
      ...{ label, description: 'Reads groups', permissions: ['okta.groups.read'] },
    });
  return labels;
}

export default [
  scenario('list_roles', {
    name: 'lists the custom roles over two pages, the second linked in the body',
    async arrange(org) {
      const labels = await twoRoles(org);
      await org.pagesOf(1);
      return labels;
    },
    input: () => ({}),
    check: (output, labels) => expect(output.map(({ label }) => label)).toEqual(labels),
  }),
  scenario('list_roles', {
    name: 'lists the first custom role with its permissions',
    arrange: twoRoles,
    input: () => ({ includePermissions: true, limit: 1 }),
    check: (output) => expect(output).toMatchObject([{ permissions: [{ label: 'okta.groups.read' }] }]),
  }),
];
