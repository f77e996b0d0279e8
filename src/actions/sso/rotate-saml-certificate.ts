import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { changed, field } from '../../schema/fields.ts';
import { makeNextKey, ROTATION_CALLS, useNextKey } from '../../sso/credentials/saml-rotation.ts';
import { certificateField, SIGNING_CALLS, signingOf } from '../../sso/credentials/saml-signing.ts';

const text = (title: string, description: string, example: string) =>
  field(z.string(), title, description, example);

export const rotateSamlCertificate = defineAction({
  key: 'rotate_saml_certificate',
  resource: app,
  noun: 'credential',
  title: 'Rotate SAML certificate',
  description:
    'Replaces the certificate with which a SAML app signs. begin makes the next one, while the app goes on signing with the present one: give the new certificate to the application first. finish lets the app sign with it. Nothing is left to do for a phase that has been done.',
  docsUrl: docsOf('ApplicationSSOCredentialKey', 'generateApplicationKey'),
  scopes: ['okta.apps.manage', 'okta.apps.read'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  effectWhen: [{ when: { phase: { is: ['finish'] } }, effect: { idempotent: true } }],
  input: z.strictObject({
    appId: ref(app),
    phase: field(
      z.enum(['begin', 'finish']).default('begin'),
      'Phase',
      'begin: make the next certificate; finish: sign with it. An application that does not know it by then refuses every sign-in.',
      'finish',
    ),
    validityYears: field(
      z.int().min(2).max(10).default(2),
      'Years',
      'How long the next certificate is valid, 2 to 10 years; for the phase begin.',
      3,
    ),
  }),
  output: z.looseObject({
    appId: text('App ID', 'Id of the app.', '0oa1abcdefghijklmnop'),
    kid: text('Key', 'Id of the key.', 'mXtzOtml09Dg1ZCeKxTRBo3KrQuBWFkJ5oxhVagjTzo'),
    certificate: certificateField,
    metadataXml: text(
      'Metadata (XML)',
      'The metadata with this certificate, for applications that import a file.',
      '<md:EntityDescriptor/>',
    ),
    metadataUrl: text(
      'Metadata URL',
      'Where applications read the metadata themselves; it has this certificate after finish.',
      'https://acme.okta.com/app/exk1abcdefghijklmnop/sso/saml/metadata',
    ),
    changed,
  }),
  calls: [...ROTATION_CALLS, ...SIGNING_CALLS],
  async run(context, { appId: reference, phase, validityYears }) {
    const appId = await appIdOf(context, reference);
    const { kid, changed } = await (phase === 'begin'
      ? makeNextKey(context, appId, validityYears)
      : useNextKey(context, appId));
    const { certificate, metadataXml, metadataUrl } = await signingOf(context, appId, kid);
    return { appId, kid, certificate, metadataXml, metadataUrl, changed };
  },
  sample: {
    input: { appId: 'Acme CRM', phase: 'begin' },
    output: {
      appId: '0oa1abcdefghijklmnop',
      kid: 'mXtzOtml09Dg1ZCeKxTRBo3KrQuBWFkJ5oxhVagjTzo',
      certificate: {
        pem: '-----BEGIN CERTIFICATE-----\nMIIDqjCCApKgAwIBAgIGAZd5\n-----END CERTIFICATE-----\n',
        notAfter: '2028-01-02T03:04:05.000Z',
      },
      metadataXml: '<md:EntityDescriptor/>',
      metadataUrl: 'https://acme.okta.com/app/exk1abcdefghijklmnop/sso/saml/metadata',
      changed: true,
    },
  },
});
