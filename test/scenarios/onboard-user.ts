import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

const STEPS = ['create_or_update', 'add_to_groups', 'assign_manager', 'activate', 'assign_apps'];

/** Groups, an app and a manager that are waiting for somebody. */
async function place(org: Org) {
  const manager = await org.user('bo');
  const groups = [await org.group('Sales'), await org.group('Madrid')];
  await org
    .api('POST', '/api/v1/meta/schemas/user/linkedObjects', {
      primary: { name: 'boss', title: 'Boss', type: 'USER' },
      associated: { name: 'report', title: 'Report', type: 'USER' },
    })
    .catch(() => undefined);
  return { manager, groups, login: org.login('ana') };
}

const profile = (login: string) => ({ login, email: login, firstName: 'Ana', lastName: 'Ruiz' });

type Group = { id: string; name: string };
type Output = { steps: { step: string; status: string }[] };
const statuses = ({ steps }: Output) => Object.fromEntries(steps.map(({ step, status }) => [step, status]));
const allAre = (status: string) => Object.fromEntries(STEPS.map((step) => [step, status]));

export default [
  scenario('onboard_user', {
    name: 'creates a user with groups, an app and a manager, by name',
    arrange: place,
    input: ({ login, groups, manager }) => ({
      ...{ profile: profile(login), groupIds: groups.map((one) => one.name), appIds: ['Acme CRM'] },
      ...{ managerId: manager.login, primaryRelationshipName: 'boss', sendEmail: false },
    }),
    check(output, { login }) {
      expect(output).toMatchObject({ login, created: true, changed: true, dryRun: false });
      expect(statuses(output)).toEqual(allAre('done'));
      expect(output.activationUrl).toContain('/tokens/');
    },
  }),
  scenario('onboard_user', {
    name: 'gives somebody who exists what is missing',
    async arrange(org) {
      const world = await place(org);
      const user = await org.user('gil');
      const [sales, madrid] = world.groups as [Group, Group];
      await org.member(user, sales);
      const { id: app } = await org.app('Acme CRM', user);
      return { ...world, user, sales, madrid, app };
    },
    input: ({ user, sales, madrid, app }) => ({
      profile: { ...profile(user.login), department: 'Sales' },
      groupIds: [sales.id, madrid.id],
      appIds: [app],
      ifExists: 'update',
    }),
    check(output, { user, madrid }) {
      expect(output).toMatchObject({ userId: user.id, created: false, changed: true });
      const done = { create_or_update: 'done', add_to_groups: 'done' };
      expect(statuses(output)).toEqual({ ...allAre('unchanged'), ...done });
      expect(output.steps[1]?.changes).toEqual([{ change: 'add_to_group', id: madrid.id }]);
    },
  }),
  scenario('onboard_user', {
    name: 'creates a staged user of another type with a password',
    async arrange(org) {
      const types = await org.api('GET', '/api/v1/meta/types/user');
      const other = types.find((one: { default: boolean }) => !one.default);
      return { login: org.login('gil'), type: { id: other.id } };
    },
    input: ({ login, type }) => ({
      ...{ profile: profile(login), type, activate: false, realmId: 'guo1abcdefghijklmnop' },
      credentials: { password: { value: 'Temp-83x!Quartz' } },
      ifExists: 'fail',
    }),
    check(output) {
      expect(output).toMatchObject({ created: true });
      expect(statuses(output)).toEqual({ ...allAre('unchanged'), create_or_update: 'done' });
    },
  }),
  scenario('onboard_user', {
    name: 'creates a user who signs in elsewhere',
    arrange: async (org) => ({ login: org.login('fay') }),
    input: ({ login }) => ({
      ...{ profile: profile(login), provider: true },
      credentials: { provider: { type: 'FEDERATION', name: 'FEDERATION' } },
    }),
    check: (output) => expect(output).toMatchObject({ created: true, changed: true }),
  }),
  scenario('onboard_user', {
    name: 'names every change in a dry run',
    arrange: place,
    input: ({ login, groups, manager }) => ({
      ...{ profile: profile(login), groupIds: groups.map((one) => one.id), appIds: ['Acme CRM'] },
      ...{ managerId: manager.id, primaryRelationshipName: 'boss', dryRun: true },
    }),
    check(output) {
      expect(output).toMatchObject({ dryRun: true, changed: false });
      expect(output.userId).toBeUndefined();
      expect(statuses(output)).toEqual(allAre('planned'));
    },
  }),
];
