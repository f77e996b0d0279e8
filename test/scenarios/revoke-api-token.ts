import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';
import { tokenOf } from '../support/tokens.ts';

async function tokenOfAnother(org: Org) {
  const { id } = await org.user('ana');
  return tokenOf(org, 'Old import', id);
}

export default [
  scenario('revoke_api_token', {
    name: 'revokes a token of another administrator by its name',
    arrange: tokenOfAnother,
    input: () => ({ apiTokenId: 'Old import' }),
    check: (output, apiTokenId) => expect(output).toEqual({ apiTokenId, changed: true }),
  }),
  scenario('revoke_api_token', {
    name: 'revokes another token of its own account',
    async arrange(org) {
      const { id } = await org.api('GET', '/api/v1/users/me');
      return tokenOf(org, 'Nightly report', id);
    },
    input: (apiTokenId) => ({ apiTokenId, ownAccount: true }),
    check: (output, apiTokenId) => expect(output).toEqual({ apiTokenId, changed: true }),
  }),
  scenario('revoke_api_token', {
    name: 'revokes what is gone without effect',
    async arrange(org) {
      const id = await tokenOfAnother(org);
      await org.api('DELETE', `/api/v1/api-tokens/${id}`);
      return id;
    },
    input: (apiTokenId) => ({ apiTokenId }),
    check: (output, apiTokenId) => expect(output).toEqual({ apiTokenId, changed: false }),
  }),
];
