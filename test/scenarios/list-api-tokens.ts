import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('list_api_tokens', {
    name: 'lists all tokens with owner and expiry over two pages',
    arrange: (org) => org.pagesOf(1),
    input: () => ({}),
    check: (output) =>
      expect(output).toMatchObject([
        { name: 'Nightly report', userId: expect.any(String), expiresAt: expect.any(String) },
        { name: 'sandbox', network: { connection: 'ANYWHERE' } },
      ]),
  }),
  scenario('list_api_tokens', {
    name: 'lists the first token',
    arrange: async () => undefined,
    input: () => ({ limit: 1 }),
    check: (output) => expect(output).toHaveLength(1),
  }),
];
