import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

/** Two people of a group, one of whom lacks a title. */
async function crew(org: Org) {
  await org.pagesOf(200);
  const group = await org.group('Crew');
  const ana = await org.user('ana', { profile: { title: 'Lead' } });
  const bo = await org.user('bo');
  for (const one of [ana, bo]) await org.member(one, group);
  return { group, ana, bo };
}

const mappingOf = (group: string) => ({
  scope: { groups: [group] },
  ...{ preset: false, fields: { mail: 'profile.email', title: 'profile.title' } },
  groups: { include: [group], preset: false, fields: { label: 'profile.name' } },
});

export default [
  scenario('run_sync', {
    name: 'HALO-15 returns everything about a group, in the order in which it is to be applied',
    arrange: crew,
    input: ({ group }) => ({ mapping: mappingOf(group.name) }),
    check(output, { group, ana, bo }) {
      expect(output).toMatchObject({
        mode: 'full',
        users: 2,
        groups: 1,
        memberships: 2,
        failed: { count: 0 },
      });
      expect(output.changes).toEqual({ 'user.created': 2, 'group.created': 1, 'membership.added': 2 });
      const [first, second, third] = output.told;
      expect([first?.key.userId, second?.key.userId].sort()).toEqual([ana.id, bo.id].sort());
      expect(third).toMatchObject({ kind: 'group.created', after: { id: group.id, label: group.name } });
      expect(output.told.slice(3).map(({ kind }) => kind)).toEqual(['membership.added', 'membership.added']);
    },
  }),
  scenario('run_sync', {
    name: 'HALO-15 a dry run says what would be told, and who would be skipped',
    arrange: crew,
    input: ({ group }) => ({ dryRun: true, mapping: { ...mappingOf(group.id), required: ['title'] } }),
    check(output, { ana, bo }) {
      expect(output).toMatchObject({ mode: 'full', told: [] });
      expect(output.changes).toMatchObject({ 'user.created': 1 });
      expect(output.samples[0]).toMatchObject({ key: { userId: ana.id }, after: { title: 'Lead' } });
      expect(output.failed).toMatchObject({
        first: [{ id: bo.id, message: 'title is required, but has no value' }],
      });
    },
  }),
];
