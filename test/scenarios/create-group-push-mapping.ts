import { expect } from 'vitest';
import { newApp } from '../support/app.ts';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function groupAndApp(org: Org) {
  return { app: await newApp(org), group: await org.group('Field sales') };
}

export default [
  scenario('create_group_push_mapping', {
    name: 'pushes a group into a new one',
    arrange: groupAndApp,
    input: ({ app, group }) => ({
      ...{ appId: app.label, sourceGroupId: group.name, targetGroupName: 'CRM sellers' },
    }),
    check: (output, { group }) => {
      expect(output).toMatchObject({ sourceGroupId: group.id, status: 'ACTIVE' });
      expect(output.targetGroupId).toMatch(/^00g/);
    },
  }),
  scenario('create_group_push_mapping', {
    name: 'prepares the push into a group that exists',
    async arrange(org) {
      const world = await groupAndApp(org);
      const [target] = await org.api('GET', '/api/v1/groups?q=Directory%20staff');
      return { ...world, target: target.id as string };
    },
    input: ({ app, group }) => ({
      ...{ appId: app.id, sourceGroupId: group.id, targetGroupId: 'Directory staff', status: 'INACTIVE' },
    }),
    check: (output, { target }) =>
      expect(output).toMatchObject({ targetGroupId: target, status: 'INACTIVE' }),
  }),
];
