import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';
import { seededApp } from '../support/seeded-app.ts';

async function webApp(org: Org) {
  const app = await seededApp(org, 'Sandbox web app');
  const tokens = await org.api('GET', `/api/v1/apps/${app.id}/tokens`);
  return { ...app, tokens: tokens.map(({ id }: { id: string }) => id) as string[] };
}

export default [
  scenario('revoke_app_tokens', {
    name: 'revokes all tokens of an app, listed over two pages',
    async arrange(org) {
      const world = await webApp(org);
      await org.pagesOf(1);
      return world;
    },
    input: ({ id }) => ({ appId: id }),
    check: (output, { id, tokens }) => {
      expect(tokens).toHaveLength(2);
      expect(output).toEqual({ appId: id, changed: true, revoked: tokens });
    },
  }),
  scenario('revoke_app_tokens', {
    name: 'revokes one token',
    arrange: webApp,
    input: ({ id, tokens }) => ({ appId: id, tokenId: tokens[1] as string }),
    check: (output, { id, tokens }) =>
      expect(output).toEqual({ appId: id, changed: true, revoked: [tokens[1]] }),
  }),
  scenario('revoke_app_tokens', {
    name: 'sees that a token is gone',
    async arrange(org) {
      const { id, tokens } = await webApp(org);
      await org.api('DELETE', `/api/v1/apps/${id}/tokens/${tokens[0]}`);
      return { id, gone: tokens[0] as string };
    },
    input: ({ id, gone }) => ({ appId: id, tokenId: gone }),
    check: (output, { id }) => expect(output).toEqual({ appId: id, changed: false, revoked: [] }),
  }),
  scenario('revoke_app_tokens', {
    name: 'finds no token of an app that has none',
    async arrange(org) {
      const app = await webApp(org);
      await org.api('DELETE', `/api/v1/apps/${app.id}/tokens`);
      return app;
    },
    input: ({ id }) => ({ appId: id }),
    check: (output, { id }) => expect(output).toEqual({ appId: id, changed: false, revoked: [] }),
  }),
];
