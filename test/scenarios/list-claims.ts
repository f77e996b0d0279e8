import { expect } from 'vitest';
import { server } from '../support/federation.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('list_claims', {
    name: 'lists the claims of a server by its name over two pages',
    async arrange(org) {
      const made = await server(org, 'Orders');
      const claim = {
        name: 'team',
        claimType: 'RESOURCE',
        valueType: 'EXPRESSION',
        value: 'user.department',
      };
      await org.api('POST', `/api/v1/authorizationServers/${made.id}/claims`, claim);
      await org.pagesOf(10);
      return made;
    },
    input: ({ name }) => ({ authServerId: name }),
    check(output) {
      expect(output).toHaveLength(20);
      expect(output.at(-1)).toMatchObject({ name: 'team', system: false, alwaysIncludeInToken: true });
    },
  }),
  scenario('list_claims', {
    name: 'lists the first claims of the default server',
    arrange: async () => undefined,
    input: () => ({ authServerId: 'default', limit: 2 }),
    check: (output) => expect(output.map(({ name }) => name)).toEqual(['middle_name', 'zoneinfo']),
  }),
];
