import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

const ALL = [
  ...(['suspend', 'clear_sessions', 'universal_logout', 'remove_roles'] as const),
  ...(['reset_factors', 'remove_from_groups', 'unassign_apps', 'deactivate'] as const),
];

/** Somebody with something to lose of each kind. */
async function leaver(org: Org) {
  const user = await org.user('ana');
  const groups = [await org.group('Sales'), await org.group('Alumni')];
  for (const group of groups) await org.member(user, group);
  const apps = [await org.app('Acme CRM', user), await org.app('Company Wiki', user)];
  await org.api('POST', `/api/v1/users/${user.id}/roles`, { type: 'HELP_DESK_ADMIN' });
  await org.api('POST', `/api/v1/users/${user.id}/factors`, {
    ...{ factorType: 'token:software:totp', provider: 'GOOGLE' },
  });
  return { ...user, groups, apps };
}

type Output = { steps: { step: string; status: string; changes: { id?: string }[] }[] };

const statuses = ({ steps }: Output) => Object.fromEntries(steps.map(({ step, status }) => [step, status]));
const changesOf = ({ steps }: Output, step: string) =>
  steps.find((one) => one.step === step)?.changes.map(({ id }) => id);
const allAre = (status: string) => Object.fromEntries(ALL.map((step) => [step, status]));

export default [
  scenario('offboard_user', {
    name: 'takes everything from a user, in all steps',
    async arrange(org) {
      const user = await leaver(org);
      await org.pagesOf(1);
      return user;
    },
    input: ({ login }) => ({ userId: login, steps: [...ALL].reverse(), transferNote: 'Files go to Bo' }),
    check(output, { id, login, groups, apps }) {
      expect(output).toMatchObject({ userId: id, login, dryRun: false, changed: true });
      expect(output.transferNote).toBe('Files go to Bo');
      expect(output.steps.map(({ step }) => step)).toEqual(ALL);
      expect(statuses(output)).toEqual(allAre('done'));
      expect(changesOf(output, 'remove_from_groups')).toEqual(groups.map((one) => one.id));
      expect(changesOf(output, 'unassign_apps')).toEqual(apps.map((one) => one.id));
    },
  }),
  scenario('offboard_user', {
    name: 'leaves the user in some groups and apps, by name',
    arrange: leaver,
    input: ({ id, groups: [, alumni] }) => ({
      ...{ userId: id, steps: ['remove_from_groups' as const, 'unassign_apps' as const] },
      ...{ keepGroupIds: [alumni?.name ?? ''], keepAppIds: ['Company Wiki'] },
    }),
    check(output, { groups: [sales], apps: [crm] }) {
      expect(changesOf(output, 'remove_from_groups')).toEqual([sales?.id]);
      expect(changesOf(output, 'unassign_apps')).toEqual([crm?.id]);
    },
  }),
  scenario('offboard_user', {
    name: 'names every change in a dry run',
    arrange: leaver,
    input: ({ id }) => ({ userId: id, steps: [...ALL], dryRun: true }),
    check(output) {
      expect(output).toMatchObject({ dryRun: true, changed: false });
      expect(statuses(output)).toEqual(allAre('planned'));
    },
  }),
  scenario('offboard_user', {
    name: 'has nothing left to do for somebody who has gone',
    async arrange(org) {
      const user = await org.user('gil');
      await org.api('POST', `/api/v1/users/${user.id}/lifecycle/deactivate`);
      return user;
    },
    input: ({ id }) => ({ userId: id, steps: ['suspend', 'remove_roles', 'unassign_apps', 'deactivate'] }),
    check(output) {
      expect(output).toMatchObject({ changed: false });
      expect(new Set(Object.values(statuses(output)))).toEqual(new Set(['unchanged']));
    },
  }),
];
