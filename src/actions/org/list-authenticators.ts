import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { authenticator, authenticatorSchema } from '../../resources/authenticator/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { limit } from '../../schema/fields.ts';

export const listAuthenticators = defineAction({
  key: 'list_authenticators',
  resource: authenticator,
  title: 'List authenticators',
  description:
    'Lists the authenticators of the org, active or not; Identity Engine only. In orgs that split Okta Verify, this list may still show it as okta_verify, but changes need okta_verify_totp, okta_verify_push or okta_verify_fastpass.',
  docsUrl: docsOf('Authenticator', 'listAuthenticators'),
  scopes: ['okta.authenticators.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ limit }),
  output: z.array(authenticatorSchema),
  request: { method: 'GET', path: '/api/v1/authenticators', pageSize: 0 },
  sample: {
    input: {},
    output: [
      {
        ...{ id: 'aut1abcdefghijklmnop', key: 'okta_verify', type: 'app', name: 'Okta Verify' },
        ...{ status: 'ACTIVE', created: '2026-01-02T03:04:05.000Z' },
        lastUpdated: '2026-01-02T03:04:05.000Z',
      },
    ],
  },
});
