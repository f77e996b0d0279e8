import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

const nothing = async () => ({});

export default [
  scenario('get_schema', {
    name: 'reads the attributes of the default user type',
    arrange: nothing,
    input: () => ({}),
    check: (output) => expect(output.definitions.base?.properties).toHaveProperty('login'),
  }),
  scenario('get_schema', {
    name: 'reads the attributes of another user type by its name',
    arrange: (org) =>
      org.api('POST', '/api/v1/meta/types/user', { name: `partner_${org.run}`, displayName: 'Partner' }),
    input: ({ name }) => ({ userTypeId: name }),
    check: (output, { _links }) =>
      expect(output).toMatchObject({ _links: { self: { href: _links.schema.href } } }),
  }),
  scenario('get_schema', {
    name: 'reads the attributes of groups',
    arrange: nothing,
    input: () => ({ kind: 'group' }),
    check: (output) => expect(output.name).toBe('group'),
  }),
  scenario('get_schema', {
    name: 'reads the attributes that an app has for its users, by the label of the app',
    arrange: async (org) => ({ app: await org.app('Acme CRM', await org.user('bo')) }),
    input: () => ({ kind: 'app', appId: 'Acme CRM' }),
    check: (output) => expect(output.definitions.base?.properties).toHaveProperty('userName'),
  }),
];
