import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { changed, field, timestamp } from '../../schema/fields.ts';

const path = '/api/v1/apps/{appId}/grants';

const grant = z.looseObject({
  id: field(z.string(), 'Grant ID', 'Unique id.', 'oag1abcdefghijklmnop'),
  scopeId: field(z.string(), 'Scope', 'The scope that is granted.', 'okta.users.read'),
  issuer: field(z.string(), 'Issuer', 'The authorization server.', 'https://acme.okta.com'),
  status: field(z.string().optional(), 'Status', 'ACTIVE or REVOKED.', 'ACTIVE'),
  created: timestamp('Created'),
});

export const createAppGrant = defineAction({
  key: 'create_app_grant',
  resource: app,
  noun: 'grant',
  title: 'Grant API scope to app',
  description:
    'Lets an OAuth app ask for a scope of Okta\'s API ("Okta API Scopes" in the Admin Console). Nothing changes if it has the scope already. Only a super administrator may do this.',
  docsUrl: docsOf('ApplicationGrants', 'grantConsentToScope'),
  scopes: ['okta.appGrants.manage', 'okta.appGrants.read', 'okta.apps.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({
    appId: ref(app),
    scopeId: field(
      z.string().regex(/^okta\.[\w.]+$/, 'must be the name of a scope, such as okta.users.read'),
      'Scope',
      'Name of the scope.',
      'okta.users.read',
    ),
    issuer: field(
      z.url().optional(),
      'Issuer',
      'URL of the org authorization server; if omitted, that of the connection.',
      'https://acme.okta.com',
    ),
  }),
  output: grant.extend({ changed }),
  calls: [`GET ${path}`, `POST ${path}`],
  async run(context, { appId, scopeId, issuer = context.orgUrl }) {
    const call = { path, params: { appId: await appIdOf(context, appId) }, answer: grant };
    for await (const known of context.list({ method: 'GET', ...call }))
      if (known.scopeId === scopeId && known.issuer === issuer && known.status !== 'REVOKED')
        return { ...known, changed: false };
    const { json } = await context.call({ method: 'POST', ...call, body: { scopeId, issuer } });
    return { ...json, changed: true };
  },
  sample: {
    input: { appId: 'Nightly sync', scopeId: 'okta.users.read' },
    output: {
      ...{ id: 'oag1abcdefghijklmnop', scopeId: 'okta.users.read', issuer: 'https://acme.okta.com' },
      ...{ status: 'ACTIVE', created: '2026-01-02T03:04:05.000Z', changed: true },
    },
  },
});
