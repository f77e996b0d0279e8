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
    async arrange(org) {
      const email = `quartz.${org.run}@acme.test`;
      return { ...(await org.user('ana', { profile: { email } })), email };
    },
    input: ({ email }) => ({ email: email.replace('q', 'Q') }),
    check: (output, { id }) => expect(output).toMatchObject({ found: true, userIds: [id], user: { id } }),
  }),
  scenario('find_user', {
    name: 'says that several users begin like this',
    async arrange(org) {
      const profile = { firstName: `Quartz ${org.run}` };
      const ids = [(await org.user('ana', { profile })).id, (await org.user('bo', { profile })).id];
      return { ids, search: profile.firstName.toLowerCase() };
    },
    input: ({ search }) => ({ search }),
    check: (output, { ids }) => expect(output).toEqual({ found: true, several: true, userIds: ids }),
  }),
  scenario('find_user', {
    name: 'finds nobody',
    arrange: async (org) => ({ login: org.login('nobody') }),
    input: ({ login }) => ({ login }),
    check: (output) => expect(output).toEqual({ found: false, several: false, userIds: [] }),
  }),
];
