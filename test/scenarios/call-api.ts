import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('call_api', {
    name: 'creates a group through any path',
    arrange: async (org) => ({ name: org.named('Field sales') }),
    input: ({ name }) => ({
      method: 'POST',
      path: '/api/v1/groups',
      body: { profile: { name, description: 'Sellers' } },
    }),
    check: (output, { name }) =>
      expect(output).toMatchObject({ status: 200, body: { type: 'OKTA_GROUP', profile: { name } } }),
  }),
  scenario('call_api', {
    name: 'deletes a group through any path',
    arrange: (org) => org.group('Field sales'),
    input: ({ id }) => ({ method: 'DELETE', path: `/api/v1/groups/${id}` }),
    check: (output) => expect(output).toEqual({ status: 204 }),
  }),
  scenario('call_api', {
    name: 'sends headers along',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({
      method: 'POST',
      path: `/api/v1/users/${id}/lifecycle/deactivate`,
      headers: { Prefer: 'respond-async' },
    }),
    check: (output) => expect(output).toEqual({ status: 200, body: {} }),
  }),
  scenario('call_api', {
    name: 'reads as many items of a list as asked for',
    async arrange(org) {
      await org.group('Field sales');
      await org.group('Field service');
      return { search: `profile.name co "${org.run}"` };
    },
    input: ({ search }) => ({ path: '/api/v1/groups', query: { search, limit: 1 }, limit: 2 }),
    check: ({ body }) => expect(body).toHaveLength(2),
  }),
  scenario('call_api', {
    name: 'reads all pages of a list',
    async arrange(org) {
      const group = await org.group('Field sales');
      for (const name of ['ana', 'bo', 'eve']) await org.member(await org.user(name), group);
      await org.pagesOf(2);
      return group;
    },
    input: ({ id }) => ({ path: `/api/v1/groups/${id}/users`, allPages: true }),
    check: ({ body }) => expect(body).toHaveLength(3),
  }),
  scenario('call_api', {
    name: 'reads a list from the member that is named',
    async arrange(org) {
      const body = { roles: [], value: [{ id: 'cr1' }, { id: 'cr2' }] };
      await org.control('POST', '/faults', {
        path: '/api/v1/iam/roles',
        fault: { kind: 'status', status: 200, body },
      });
      return {};
    },
    input: () => ({ path: '/api/v1/iam/roles', allPages: true, listMember: 'value' }),
    check: (output) => expect(output.body).toEqual([{ id: 'cr1' }, { id: 'cr2' }]),
  }),
];
