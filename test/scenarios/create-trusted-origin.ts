import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('create_trusted_origin', {
    name: 'lets a website call the org and receive its users',
    arrange: async ({ run }) => `Staff portal ${run}`,
    input: (name) => ({
      name,
      origin: 'https://portal.acme.test:8443',
      scopes: [{ type: 'CORS' }, { type: 'REDIRECT' }],
    }),
    check: (output, name) => expect(output).toMatchObject({ name, status: 'ACTIVE' }),
  }),
  scenario('create_trusted_origin', {
    name: 'lets a website embed the dashboard',
    arrange: async ({ run }) => `Intranet ${run}`,
    input: (name) => ({
      name,
      origin: 'https://intranet.acme.test',
      scopes: [{ type: 'IFRAME_EMBED', allowedOktaApps: ['OKTA_ENDUSER'] }],
    }),
    check: (output) =>
      expect(output.scopes).toEqual([{ type: 'IFRAME_EMBED', allowedOktaApps: ['OKTA_ENDUSER'] }]),
  }),
];
