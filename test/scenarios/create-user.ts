import { expect } from 'vitest';
import { PASSWORD } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

const profileOf = (login: string) => ({ login, email: login, firstName: 'Ana', lastName: 'Ruiz' });

export default [
  scenario('create_user', {
    name: 'creates a staged user from required fields',
    arrange: async (org) => ({ login: org.login('bo') }),
    input: ({ login }) => ({ profile: profileOf(login), activate: false }),
    check: (output, { login }) => expect(output).toMatchObject({ status: 'STAGED', profile: { login } }),
  }),
  scenario('create_user', {
    name: 'creates an active user with password, question, group and more attributes',
    arrange: async (org) => ({ login: org.login('ana'), group: await org.group('Field sales') }),
    input: ({ login, group }) => ({
      profile: {
        ...profileOf(login),
        lastName: `O'Hara "quoted"`,
        department: 'Sales',
        costCenter: '77',
        city: 'Málaga',
      },
      credentials: {
        password: { value: PASSWORD },
        recovery_question: { question: 'First car?', answer: 'Panda4x4' },
      },
      groupIds: [group.id],
    }),
    check(output) {
      expect(output).toMatchObject({
        status: 'ACTIVE',
        credentials: { password: {}, provider: { type: 'OKTA' } },
        profile: { city: 'Málaga' },
      });
      expect(JSON.stringify(output)).not.toContain(PASSWORD);
    },
  }),
  scenario('create_user', {
    name: 'makes a new password due at the first sign-in',
    arrange: async (org) => ({ login: org.login('cy') }),
    input: ({ login }) => ({
      profile: profileOf(login),
      credentials: { password: { value: PASSWORD } },
      nextLogin: 'changePassword',
    }),
    check: (output) => expect(output.status).toBe('PASSWORD_EXPIRED'),
  }),
  scenario('create_user', {
    name: 'imports a user with a hashed password',
    arrange: async (org) => ({ login: org.login('eve') }),
    input: ({ login }) => ({
      profile: profileOf(login),
      credentials: {
        password: {
          hash: {
            algorithm: 'SHA-256',
            salt: 'c2FsdA==',
            saltOrder: 'PREFIX',
            value: 'XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=',
          },
        },
      },
    }),
    check: (output) => expect(output.status).toBe('ACTIVE'),
  }),
  scenario('create_user', {
    name: 'creates a user who signs in elsewhere',
    arrange: async (org) => ({ login: org.login('fay') }),
    input: ({ login }) => ({
      profile: profileOf(login),
      credentials: { provider: { type: 'FEDERATION', name: 'FEDERATION' } },
      provider: true,
    }),
    check: (output) =>
      expect(output).toMatchObject({ status: 'ACTIVE', credentials: { provider: { type: 'FEDERATION' } } }),
  }),
  scenario('create_user', {
    name: 'creates a user of another type in a realm',
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
    check: (output, { type }) => expect(output).toMatchObject({ type: { id: type } }),
  }),
];
