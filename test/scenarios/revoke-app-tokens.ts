import { expect } from 'vitest';
import { newApp } from '../support/app.ts';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

/** An app with two refresh tokens, which only signing in gives to one of a real org. */
async function appWithTokens(org: Org) {
  const app = await newApp(org, 'OPENID_CONNECT');
  const tokens = ['1', '2'].map((n) => `oar${n}${org.run.padEnd(16, '0')}`) as [string, string];
  for (const id of tokens) {
    const body = { id, status: 'ACTIVE', clientId: app.id, scopes: ['openid', 'offline_access'] };
    await org.control('PUT', '/objects', { path: `/api/v1/apps/${app.id}/tokens/${id}`, body });
  }
  return { ...app, tokens };
}

export default [
  scenario('revoke_app_tokens', {
    name: 'revokes all tokens of an app, listed over two pages',
    async arrange(org) {
      const world = await appWithTokens(org);
      await org.pagesOf(1);
      return world;
    },
    input: ({ id }) => ({ appId: id }),
    check: (output, { id, tokens }) => expect(output).toEqual({ appId: id, changed: true, revoked: tokens }),
  }),
  scenario('revoke_app_tokens', {
    name: 'revokes one token',
    arrange: appWithTokens,
    input: ({ id, tokens }) => ({ appId: id, tokenId: tokens[1] }),
    check: (output, { id, tokens }) =>
      expect(output).toEqual({ appId: id, changed: true, revoked: [tokens[1]] }),
  }),
  scenario('revoke_app_tokens', {
    name: 'sees that a token is gone',
    async arrange(org) {
      const { id, tokens } = await appWithTokens(org);
      await org.api('DELETE', `/api/v1/apps/${id}/tokens/${tokens[0]}`);
      return { id, gone: tokens[0] };
    },
    input: ({ id, gone }) => ({ appId: id, tokenId: gone }),
    check: (output, { id }) => expect(output).toEqual({ appId: id, changed: false, revoked: [] }),
  }),
  scenario('revoke_app_tokens', {
    name: 'finds no token of an app that has none',
    arrange: (org) => newApp(org, 'OPENID_CONNECT'),
    input: ({ id }) => ({ appId: id }),
    check: (output, { id }) => expect(output).toEqual({ appId: id, changed: false, revoked: [] }),
  }),
];
