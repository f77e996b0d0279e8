import { expect } from 'vitest';
import { server } from '../support/federation.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('create_claim', {
    name: 'adds an expression to the access tokens of the default server, by its name',
    arrange: async () => undefined,
    input: () => ({
      authServerId: 'default',
      name: 'department',
      claimType: 'RESOURCE',
      valueType: 'EXPRESSION',
      value: 'user.department',
    }),
    check: (output) =>
      expect(output).toMatchObject({
        ...{ name: 'department', status: 'ACTIVE', system: false, alwaysIncludeInToken: true },
        conditions: { scopes: [] },
      }),
  }),
  scenario('create_claim', {
    name: 'adds the names of groups to ID tokens for one scope',
    arrange: (org) => server(org, 'Orders'),
    input: ({ id }) => ({
      authServerId: id,
      name: 'teams',
      claimType: 'IDENTITY',
      valueType: 'GROUPS',
      value: 'Team ',
      group_filter_type: 'STARTS_WITH',
      conditions: { scopes: ['profile'] },
      alwaysIncludeInToken: true,
    }),
    check: (output) =>
      expect(output).toMatchObject({
        ...{ group_filter_type: 'STARTS_WITH', alwaysIncludeInToken: true },
        conditions: { scopes: ['profile'] },
      }),
  }),
];
