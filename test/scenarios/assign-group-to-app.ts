import { expect } from 'vitest';
import { assignGroup, makeWebApp } from '../support/apps.ts';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

const apart = async (org: Org) => ({
  ...{ app: await makeWebApp(org, 'Ledger'), group: await org.group('Field sales') },
});

async function assigned(org: Org) {
  const world = await apart(org);
  await assignGroup(org, world.app, world.group);
  return world;
}

export default [
  scenario('assign_group_to_app', {
    name: 'assigns a group with attributes for its members',
    arrange: apart,
    input: ({ app, group }) => ({
      ...{ appId: app.label, groupId: group.name, priority: 3, profile: { locale: 'es-ES' } },
    }),
    check: (output, { app, group }) =>
      expect(output).toMatchObject({
        ...{ appId: app.id, groupId: group.id, changed: true, priority: 3, profile: { locale: 'es-ES' } },
      }),
  }),
  scenario('assign_group_to_app', {
    name: 'gives an assigned group another priority',
    arrange: assigned,
    input: ({ app, group }) => ({ appId: app.id, groupId: group.id, priority: 2 }),
    check: (output) => expect(output).toMatchObject({ changed: true, priority: 2, profile: {} }),
  }),
  scenario('assign_group_to_app', {
    name: 'changes nothing when the group is assigned already',
    arrange: assigned,
    input: ({ app, group }) => ({ appId: app.id, groupId: group.id }),
    check: (output) => expect(output).toMatchObject({ changed: false, priority: 0 }),
  }),
];
