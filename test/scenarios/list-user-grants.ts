import { expect } from 'vitest';
import { consents } from '../support/consents.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('list_user_grants', {
    name: 'lists the grants of a user with their scopes, over two pages',
    async arrange(org) {
      const world = await consents(org);
      await org.pagesOf(3);
      return world;
    },
    input: ({ login }) => ({ userId: login, expand: 'scope' as const }),
    check(output, { grants }) {
      expect(output.map(({ id }) => id)).toEqual(grants.map(({ id }) => id));
      for (const grant of output) expect(grant._embedded).toEqual({ scope: { id: grant.scopeId } });
    },
  }),
  scenario('list_user_grants', {
    name: 'lists the first grant for a scope',
    arrange: consents,
    input: ({ id }) => ({ userId: id, scopeId: 'okta.users.read', limit: 1 }),
    check: (output) => expect(output).toMatchObject([{ scopeId: 'okta.users.read', status: 'ACTIVE' }]),
  }),
];
