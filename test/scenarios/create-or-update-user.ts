import { expect } from 'vitest';
import { PASSWORD } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

const profileOf = (login: string) => ({ login, email: login, firstName: 'Ana', lastName: 'Ruiz' });
const isNew = { created: true, changed: true };

export default [
  scenario('create_or_update_user', {
    name: 'creates a user who was not there, with a group',
    arrange: async (org) => ({ login: org.login('ana'), group: await org.group('Field sales') }),
    input: ({ login, group }) => ({ profile: profileOf(login), groupIds: [group.id] }),
    check: (output, { login }) => expect(output).toMatchObject({ ...isNew, user: { profile: { login } } }),
  }),
  scenario('create_or_update_user', {
    name: 'creates a user with a password that is due at the first sign-in',
    arrange: async (org) => ({ login: org.login('cy') }),
    input: ({ login }) => ({
      profile: profileOf(login),
      credentials: { password: { value: PASSWORD } },
      nextLogin: 'changePassword' as const,
    }),
    check: (output) => expect(output).toMatchObject({ ...isNew, user: { status: 'PASSWORD_EXPIRED' } }),
  }),
  scenario('create_or_update_user', {
    name: 'creates a user who signs in elsewhere',
    arrange: async (org) => ({ login: org.login('fay') }),
    input: ({ login }) => ({
      profile: profileOf(login),
      credentials: { provider: { type: 'FEDERATION' as const, name: 'FEDERATION' } },
      provider: true,
    }),
    check: (output) => expect(output).toMatchObject({ ...isNew, user: { status: 'ACTIVE' } }),
  }),
  scenario('create_or_update_user', {
    name: 'creates a staged user of another type in a realm',
    async arrange(org) {
      // No realm of a real org is known here.
      await org.control('GET', '/settings');
      const types = await org.api('GET', '/api/v1/meta/types/user');
      return { login: org.login('gil'), type: types.find((one: { default: boolean }) => !one.default).id };
    },
    input: ({ login, type }) => ({
      profile: profileOf(login),
      type: { id: type },
      realmId: 'guo1abcdefghijklmnop',
      activate: false,
    }),
    check: (output) => expect(output).toMatchObject({ ...isNew, user: { status: 'STAGED' } }),
  }),
  scenario('create_or_update_user', {
    name: 'changes what differs in a user who is there, and nothing else',
    arrange: (org) => org.user('ana', { profile: { department: 'Sales', city: 'Málaga' } }),
    input: ({ login }) => ({
      profile: { login, email: login, department: 'Marketing' },
      activate: false,
    }),
    check(output) {
      expect(output).toMatchObject({ created: false, changed: true, user: { status: 'ACTIVE' } });
      expect(output.user.profile).toMatchObject({ department: 'Marketing', city: 'Málaga' });
    },
  }),
  scenario('create_or_update_user', {
    name: 'leaves a user who is already so as is',
    arrange: (org) => org.user('ana', { profile: { department: 'Sales' } }),
    input: ({ login }) => ({ profile: { login, email: login, department: 'Sales' } }),
    check: (output, { id }) => expect(output).toMatchObject({ created: false, changed: false, user: { id } }),
  }),
];
