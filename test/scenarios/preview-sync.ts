import { expect } from 'vitest';
import { assignUser, makeApp } from '../support/apps.ts';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

/** Two people of a group: one whose department the table has, one with a mistyped one and nothing else. */
async function crew(org: Org) {
  const group = await org.group('Crew');
  const ana = await org.user('ana', { profile: { department: 'Sales', title: 'Lead' } });
  const bo = await org.user('bo', { profile: { department: 'Slaes' } });
  for (const one of [ana, bo]) await org.member(one, group);
  return { group, ana, bo };
}

const fields = {
  mail: 'profile.email',
  department: { from: 'profile.department', lookup: 'departments' },
  office: 'profile.city',
};
const lookups = { departments: { Sales: 3 } };

export default [
  scenario('preview_sync', {
    name: 'maps people of a group: rows, a miss, a field that stays empty',
    async arrange(org) {
      await org.pagesOf(1);
      return crew(org);
    },
    input: ({ group, ana, bo }) => ({
      userIds: [ana.login, bo.id],
      mapping: {
        ...{ preset: false, fields, lookups, scope: { groups: [group.name] } },
        rules: [{ group: group.name, assign: { role: 'Agent' } }],
      },
    }),
    check({ rows, misses, empty }, { ana, bo, group }) {
      const assignments = [{ type: 'role', value: 'Agent' }];
      expect(rows).toEqual([
        {
          ...{ id: ana.id, login: ana.login, groups: [group.name], active: true, assignments },
          fields: { mail: ana.login, department: 3 },
        },
        {
          ...{ id: bo.id, login: bo.login, groups: [group.name], active: true, assignments },
          fields: { mail: bo.login, department: null },
        },
      ]);
      expect(misses).toEqual([
        { field: 'department', lookup: 'departments', name: 'Slaes', users: 1, nearest: 'Sales' },
      ]);
      expect(empty).toEqual(['office']);
    },
  }),
  scenario('preview_sync', {
    name: 'the first people of a group, one skipped for what is required',
    arrange: crew,
    input: ({ group }) => ({
      mapping: {
        preset: false,
        fields: { title: 'profile.title' },
        required: ['title'],
        scope: { groups: [group.id] },
      },
    }),
    check({ rows, errors }, { ana, bo }) {
      expect(rows).toMatchObject([{ id: ana.id, fields: { title: 'Lead' } }]);
      expect(errors).toMatchObject([{ id: bo.id, login: bo.login, field: 'title', rule: 'required' }]);
    },
  }),
  scenario('preview_sync', {
    name: 'no more people of an app than asked for',
    async arrange(org) {
      const { ana, bo } = await crew(org);
      const app = await makeApp(org, 'HaloITSM');
      for (const one of [ana, bo]) await assignUser(org, app, one);
      return { app };
    },
    input: ({ app }) => ({
      limit: 1,
      mapping: { scope: { app: app.label }, preset: false, fields: { mail: 'profile.email' } },
    }),
    check: ({ rows }) => expect(rows).toHaveLength(1),
  }),
  scenario('preview_sync', {
    name: 'says whom the mapping leaves out: not in the app',
    async arrange(org) {
      const { ana, bo } = await crew(org);
      const app = await makeApp(org, 'HaloITSM');
      await assignUser(org, app, ana);
      return { ana, bo, app };
    },
    input: ({ ana, bo, app }) => ({
      userIds: [ana.id, bo.id],
      mapping: { scope: { app: app.id }, preset: false, fields: { mail: 'profile.email' } },
    }),
    check({ rows, leftOut }, { ana, bo }) {
      expect(rows).toMatchObject([{ id: ana.id }]);
      expect(leftOut).toMatchObject([{ id: bo.id, login: bo.login }]);
    },
  }),
];
