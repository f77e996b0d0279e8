import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

const before = { department: 'Sales', costCenter: '77', city: 'Málaga' };

export default [
  scenario('update_user', {
    name: 'changes one attribute, clears another and leaves the rest',
    arrange: (org) => org.user('ana', { profile: before }),
    input: ({ id }) => ({ userId: id, profile: { department: 'Marketing', costCenter: null } }),
    check({ profile }) {
      expect(profile).toMatchObject({ department: 'Marketing', city: 'Málaga' });
      expect(profile?.costCenter ?? null).toBeNull();
    },
  }),
  scenario('update_user', {
    name: 'replaces a whole profile',
    arrange: (org) => org.user('ana', { profile: before }),
    input: ({ login }) => ({
      userId: login,
      replace: true,
      profile: { login, email: login, firstName: 'Ana', lastName: 'Ruiz' },
    }),
    check({ profile }) {
      expect(profile?.lastName).toBe('Ruiz');
      expect(profile?.department ?? null).toBeNull();
    },
  }),
  scenario('update_user', {
    name: 'sets a password that the history allows',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({
      userId: id,
      credentials: { password: { value: 'Other-94y!Quartz' } },
      strict: true,
    }),
    check: (output, { id }) => expect(output).toMatchObject({ id, status: 'ACTIVE' }),
  }),
  scenario('update_user', {
    name: 'changes a user who is still as expected',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id, profile: { department: 'Marketing' }, ifMatch: '*' }),
    check: (output) => expect(output.profile).toMatchObject({ department: 'Marketing' }),
  }),
  scenario('update_user', {
    name: 'moves a user to another type and realm',
    async arrange(org) {
      // No realm of a real org is known here.
      await org.control('GET', '/settings');
      const types = await org.api('GET', '/api/v1/meta/types/user');
      const type = types.find((one: { default: boolean }) => !one.default).id;
      return { ...(await org.user('ana')), type };
    },
    input: ({ id, login, type }) => ({
      userId: id,
      replace: true,
      profile: { login, email: login, firstName: 'Ana', lastName: 'Ruiz' },
      type: { id: type },
      realmId: 'guo1abcdefghijklmnop',
    }),
    check: (output, { type }) => expect(output).toMatchObject({ type: { id: type } }),
  }),
];
