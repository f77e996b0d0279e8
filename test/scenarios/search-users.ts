import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function threeUsers(org: Org) {
  const ana = await org.user('ana', { profile: { lastName: `O'Hara "${org.run}"` } });
  const bo = await org.user('bo', { profile: { department: 'Sales' } });
  const eve = await org.user('eve');
  return { run: org.run, ana: ana.id, bo: bo.id, eve: eve.id, login: eve.login };
}

const ids = (users: { id: string }[]) => users.map(({ id }) => id);

export default [
  scenario('search_users', {
    name: 'finds a user by conditions with quotes',
    arrange: threeUsers,
    input: ({ run }) => ({
      conditions: [
        { attribute: 'profile.lastName', operator: 'eq', value: `O'Hara "${run}"` },
        { attribute: 'status', operator: 'eq', value: 'ACTIVE' },
      ],
    }),
    check: (output, { ana }) => expect(ids(output)).toEqual([ana]),
  }),
  scenario('search_users', {
    name: 'finds users for whom one of the conditions holds',
    arrange: threeUsers,
    input: ({ ana, bo }) => ({
      conditions: [ana, bo].map((value) => ({ attribute: 'id', operator: 'eq' as const, value })),
      match: 'any',
    }),
    check: (output, { ana, bo }) => expect(ids(output).sort()).toEqual([ana, bo].sort()),
  }),
  scenario('search_users', {
    name: 'finds users by a raw expression, sorted, over two pages',
    async arrange(org) {
      await org.pagesOf(2);
      return threeUsers(org);
    },
    input: ({ run }) => ({
      search: `profile.login co "${run}"`,
      sortBy: 'profile.firstName',
      sortOrder: 'desc',
    }),
    check: (output, { ana, bo, eve }) => expect(ids(output)).toEqual([eve, bo, ana]),
  }),
  scenario('search_users', {
    name: 'finds the first of several users',
    arrange: threeUsers,
    input: ({ run }) => ({ search: `profile.login co "${run}"`, sortBy: 'profile.firstName', limit: 1 }),
    check: (output, { ana }) => expect(ids(output)).toEqual([ana]),
  }),
  scenario('search_users', {
    name: 'finds a user by a filter',
    arrange: threeUsers,
    input: ({ login }) => ({ filter: `profile.login eq "${login}"` }),
    check: (output, { eve }) => expect(ids(output)).toEqual([eve]),
  }),
  scenario('search_users', {
    name: 'finds a user by the beginning of the e-mail address',
    arrange: threeUsers,
    input: ({ run }) => ({ quickSearch: `eve.${run}` }),
    check: (output, { eve }) => expect(ids(output)).toEqual([eve]),
  }),
];
