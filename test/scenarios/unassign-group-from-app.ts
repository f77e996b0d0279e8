import { expect } from 'vitest';
import { assignGroup, makeApp } from '../support/apps.ts';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

const apart = async (org: Org) => ({
  app: await makeApp(org, 'Ledger'),
  group: await org.group('Field sales'),
});

export default [
  scenario('unassign_group_from_app', {
    name: 'takes an app from a group, by label and name',
    async arrange(org) {
      const { app, group } = await apart(org);
      await assignGroup(org, app, group);
      return { app, group };
    },
    input: ({ app, group }) => ({ appId: app.label, groupId: group.name }),
    check: (output, { app, group }) =>
      expect(output).toEqual({ appId: app.id, groupId: group.id, changed: true }),
  }),
  scenario('unassign_group_from_app', {
    name: 'changes nothing when the group does not have the app',
    arrange: apart,
    input: ({ app, group }) => ({ appId: app.id, groupId: group.id }),
    check: (output) => expect(output).toMatchObject({ changed: false }),
  }),
];
