import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';
import { tokenOf } from '../support/tokens.ts';

async function secondToken(org: Org) {
  const { id } = await org.user('ana');
  await tokenOf(org, 'Old import', id);
  return id;
}

export default [
  scenario('list_api_tokens', {
    name: 'lists all tokens with their owners over two pages',
    async arrange(org) {
      const id = await secondToken(org);
      await org.pagesOf(1);
      return id;
    },
    input: () => ({}),
    check: (output, userId) =>
      expect(output).toMatchObject([
        { name: 'Old import', userId, network: { connection: 'ANYWHERE' } },
        { name: 'sandbox', expiresAt: expect.any(String) },
      ]),
  }),
  scenario('list_api_tokens', {
    name: 'lists the first token',
    arrange: secondToken,
    input: () => ({ limit: 1 }),
    check: (output) => expect(output.map(({ name }) => name)).toEqual(['Old import']),
  }),
];
