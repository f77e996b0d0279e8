import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import {
  trustedOrigin,
  trustedOriginSample,
  trustedOriginSchema,
} from '../../resources/trusted-origin/resource.ts';
import { field } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

const scope = z.strictObject({
  type: field(
    labelled(z.enum(['CORS', 'REDIRECT', 'IFRAME_EMBED']), {
      CORS: 'CORS',
      IFRAME_EMBED: 'Embed in an iFrame',
    }),
    'Type',
    'CORS: scripts of the website may call the org; REDIRECT: Okta may send users there; IFRAME_EMBED: it may embed pages of Okta.',
    'CORS',
  ),
  allowedOktaApps: field(
    z.array(labelled(z.enum(['OKTA_ENDUSER']), { OKTA_ENDUSER: 'Okta End-User Dashboard' })).optional(),
    'Okta apps',
    'With IFRAME_EMBED only: OKTA_ENDUSER also allows the dashboard to be embedded, not only sign-in pages.',
    ['OKTA_ENDUSER'],
  ),
});

export const createTrustedOrigin = defineAction({
  key: 'create_trusted_origin',
  resource: trustedOrigin,
  title: 'Create trusted origin',
  description:
    'Lets a website call the org from a browser, receive users after sign-in or sign-out, or embed pages of Okta.',
  docsUrl: docsOf('TrustedOrigin', 'createTrustedOrigin'),
  scopes: ['okta.trustedOrigins.manage'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    name: field(z.string().min(1).max(255), 'Name', 'Name of the origin.', 'Staff portal'),
    origin: field(
      z
        .string()
        .regex(
          /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#\s]+$/,
          'must be a scheme, a host and perhaps a port, without a path',
        ),
      'Origin',
      'Scheme, host and port, without a path.',
      'https://portal.acme.test',
    ),
    scopes: field(z.array(scope).min(1), 'Scopes', 'What the origin may do.', [{ type: 'CORS' }]),
  }),
  output: trustedOriginSchema,
  request: { method: 'POST', path: '/api/v1/trustedOrigins', body: ['name', 'origin', 'scopes'] },
  sample: {
    input: { name: 'Staff portal', origin: 'https://portal.acme.test', scopes: [{ type: 'CORS' }] },
    output: trustedOriginSample,
  },
});
