import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { appCertificateSample, appCertificateSchema } from '../../resources/app/certificate.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { field } from '../../schema/fields.ts';

export const generateAppCertificate = defineAction({
  key: 'generate_app_certificate',
  resource: app,
  noun: 'certificate',
  title: 'Generate app certificate',
  description:
    'Makes another signing key with a certificate for an app. The app signs with it once update_app sets credentials.signing.kid to its kid; give the certificate to the other side first.',
  docsUrl: docsOf('ApplicationSSOCredentialKey', 'generateApplicationKey'),
  scopes: ['okta.apps.manage', 'okta.apps.read'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    appId: ref(app),
    validityYears: field(
      z.int().min(2).max(10).default(2),
      'Years',
      'How long it is valid, 2 to 10 years.',
      3,
    ),
  }),
  output: appCertificateSchema,
  request: {
    method: 'POST',
    path: '/api/v1/apps/{appId}/credentials/keys/generate',
    query: ['validityYears'],
  },
  sample: { input: { appId: 'Acme CRM', validityYears: 2 }, output: appCertificateSample },
});
