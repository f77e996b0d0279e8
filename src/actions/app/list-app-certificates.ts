import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { appCertificateSample, appCertificateSchema } from '../../resources/app/certificate.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { limit } from '../../schema/fields.ts';

export const listAppCertificates = defineAction({
  key: 'list_app_certificates',
  resource: app,
  noun: 'certificate',
  title: "List app's certificates",
  description:
    'Lists the signing keys of an app with their certificates and when they expire. The app signs with the one whose kid is in credentials.signing.',
  docsUrl: docsOf('ApplicationSSOCredentialKey', 'listApplicationKeys'),
  scopes: ['okta.apps.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ appId: ref(app), limit }),
  output: z.array(appCertificateSchema),
  request: { method: 'GET', path: '/api/v1/apps/{appId}/credentials/keys', pageSize: 0 },
  sample: { input: { appId: 'Acme CRM' }, output: [appCertificateSample] },
});
