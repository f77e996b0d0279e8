import { expect } from 'vitest';
import { newApp } from '../support/app.ts';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

const client = (org: Org) => newApp(org, 'OPENID_CONNECT');

export default [
  scenario('create_app_grant', {
    name: 'grants a scope to an app',
    arrange: client,
    input: ({ id }) => ({ appId: id, scopeId: 'okta.users.read' }),
    check: (output) =>
      expect(output).toMatchObject({ scopeId: 'okta.users.read', status: 'ACTIVE', changed: true }),
  }),
  scenario('create_app_grant', {
    name: 'sees that an app has a scope already',
    async arrange(org) {
      const app = await client(org);
      const { _links } = await org.api('GET', '/.well-known/okta-organization');
      const grant = { scopeId: 'okta.users.read', issuer: _links.organization.href };
      await org.api('POST', `/api/v1/apps/${app.id}/grants`, grant);
      return app;
    },
    input: ({ id }) => ({ appId: id, scopeId: 'okta.users.read' }),
    check: (output) => expect(output).toMatchObject({ scopeId: 'okta.users.read', changed: false }),
  }),
  scenario('create_app_grant', {
    name: 'grants a scope at the custom domain of an org',
    arrange: client,
    input: ({ id }) => ({ appId: id, scopeId: 'okta.users.read', issuer: 'https://login.acme.test' }),
    check: (output) => expect(output).toMatchObject({ scopeId: 'okta.users.read', changed: true }),
  }),
];
