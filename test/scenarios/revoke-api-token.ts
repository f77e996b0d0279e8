import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

const id = '00TtokenOfAnotherA5d7';

/** Only the console makes API tokens, so the sandbox gets one of another administrator. */
async function tokenOfAnother(org: Org) {
  const { id: userId } = await org.user('ana');
  const body = { name: 'Old import', userId, clientName: 'Okta API', network: { connection: 'ANYWHERE' } };
  await org.control('PUT', '/objects', { path: `/api/v1/api-tokens/${id}`, body }).catch(unlessEmpty);
  return id;
}

/** The answer is empty. */
function unlessEmpty(error: unknown): void {
  if (!(error instanceof SyntaxError)) throw error;
}

export default [
  scenario('revoke_api_token', {
    name: 'revokes a token of another administrator by its name',
    arrange: tokenOfAnother,
    input: () => ({ apiTokenId: 'Old import' }),
    check: (output, apiTokenId) => expect(output).toEqual({ apiTokenId, changed: true }),
  }),
  scenario('revoke_api_token', {
    name: 'revokes a token of its own account that is not in use',
    async arrange(org) {
      const tokens = await org.api('GET', '/api/v1/api-tokens');
      return tokens.find((one: { name: string }) => one.name === 'Nightly report');
    },
    input: (token) => ({ apiTokenId: token.id, ownAccount: true }),
    check: (output, token) => expect(output).toEqual({ apiTokenId: token.id, changed: true }),
  }),
  scenario('revoke_api_token', {
    name: 'revokes what is gone without effect',
    async arrange(org) {
      await tokenOfAnother(org);
      await org.api('DELETE', `/api/v1/api-tokens/${id}`);
      return id;
    },
    input: (apiTokenId) => ({ apiTokenId }),
    check: (output, apiTokenId) => expect(output).toEqual({ apiTokenId, changed: false }),
  }),
];
