import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('find_user', {
    name: 'finds a user by login, in any case',
    arrange: (org) => org.user('ana'),
    input: ({ login }) => ({ login: login.replace('a', 'A') }),
    check: (output, { id }) =>
      expect(output).toMatchObject({ found: true, several: false, userIds: [id], user: { id } }),
  }),
  scenario('find_user', {
    name: 'finds a user by e-mail address, in any case',
    arrange: (org) => org.user('ana', { profile: { email: 'quartz@acme.test' } }),
    input: () => ({ email: 'Quartz@acme.test' }),
    check: (output, { id }) => expect(output).toMatchObject({ found: true, userIds: [id], user: { id } }),
  }),
  scenario('find_user', {
    name: 'says that several users begin like this',
    async arrange(org) {
      const profile = { firstName: 'Quartzine' };
      return [await org.user('ana', { profile }), await org.user('bo', { profile })];
    },
    input: () => ({ search: 'quartz' }),
    check: (output, users) =>
      expect(output).toEqual({ found: true, several: true, userIds: users.map(({ id }) => id) }),
  }),
  scenario('find_user', {
    name: 'finds nobody',
    arrange: async (org) => ({ login: org.login('nobody') }),
    input: ({ login }) => ({ login }),
    check: (output) => expect(output).toEqual({ found: false, several: false, userIds: [] }),
  }),
];
