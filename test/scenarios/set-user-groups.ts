import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

/** A user in two of three groups, and in Everyone. */
async function inTwoGroups(org: Org) {
  const user = await org.user('ana');
  const [sales, leads, lab] = [await org.group('Sales'), await org.group('Leads'), await org.group('Lab')];
  for (const group of [sales, leads]) await org.member(user, group);
  return { user, sales, leads, lab };
}

export default [
  scenario('set_user_groups', {
    name: 'adds what is missing and removes the rest, over two pages',
    async arrange(org) {
      const world = await inTwoGroups(org);
      await org.pagesOf(2);
      return world;
    },
    input: ({ user, sales, lab }) => ({ userId: user.login, groupIds: [sales.id, lab.name] }),
    check: (output, { user, leads, lab }) =>
      expect(output).toEqual({ userId: user.id, changed: true, added: [lab.id], removed: [leads.id] }),
  }),
  scenario('set_user_groups', {
    name: 'finds a user in exactly these groups',
    arrange: inTwoGroups,
    input: ({ user, sales, leads }) => ({ userId: user.id, groupIds: [leads.id, sales.id] }),
    check: (output, { user }) =>
      expect(output).toEqual({ userId: user.id, changed: false, added: [], removed: [] }),
  }),
  scenario('set_user_groups', {
    name: 'removes a user from all groups but Everyone',
    arrange: inTwoGroups,
    input: ({ user }) => ({ userId: user.id, groupIds: [] }),
    check: (output, { sales, leads }) =>
      expect(output).toMatchObject({ changed: true, added: [], removed: [sales.id, leads.id] }),
  }),
];
