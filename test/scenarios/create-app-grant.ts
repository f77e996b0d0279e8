import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';
import { seededApp } from '../support/seeded-app.ts';

const service = (org: Org) => seededApp(org, 'Sandbox service with DPoP');

export default [
  scenario('create_app_grant', {
    name: 'grants a scope to an app',
    arrange: service,
    input: ({ id }) => ({ appId: id, scopeId: 'okta.policies.read' }),
    check: (output) =>
      expect(output).toMatchObject({ scopeId: 'okta.policies.read', status: 'ACTIVE', changed: true }),
  }),
  scenario('create_app_grant', {
    name: 'sees that an app has a scope already',
    arrange: service,
    input: ({ id }) => ({ appId: id, scopeId: 'okta.users.read' }),
    check: (output) => expect(output).toMatchObject({ scopeId: 'okta.users.read', changed: false }),
  }),
  scenario('create_app_grant', {
    name: 'grants a scope at the custom domain of an org',
    arrange: service,
    input: ({ id }) => ({ appId: id, scopeId: 'okta.users.read', issuer: 'https://login.acme.test' }),
    check: (output) => expect(output).toMatchObject({ scopeId: 'okta.users.read', changed: true }),
  }),
];
