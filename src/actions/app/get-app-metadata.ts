import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { field } from '../../schema/fields.ts';
import {
  identityProviderIn,
  METADATA_OF_APP,
  noMetadata,
  signingKidOf,
} from '../../sso/credentials/saml-signing.ts';
import { ssoApp } from '../../sso/set-up/own-app.ts';

const path = METADATA_OF_APP;
const signed = ssoApp.pick({ id: true, credentials: true });

export const getAppMetadata = defineAction({
  key: 'get_app_metadata',
  resource: app,
  noun: 'SAML metadata',
  title: 'Get SAML metadata of app',
  description:
    'Reads what the other side of a SAML app has to know: issuer, sign-in URL and certificate, and the whole document as XML text.',
  docsUrl: docsOf('ApplicationSSO', 'previewSAMLmetadataForApplication'),
  scopes: ['okta.apps.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    appId: ref(app),
    kid: field(
      z.string().min(1).optional(),
      'Key',
      'Id of the signing key; if omitted, the key that the app signs with.',
      'mXtzOtml09Dg1ZCeKxTRBo3KrQuBWFkJ5oxhVagjTzo',
    ),
  }),
  output: z.looseObject({
    appId: field(z.string(), 'App ID', 'Id of the app.', '0oa1abcdefghijklmnop'),
    kid: field(z.string(), 'Key', 'Id of the signing key.', 'mXtzOtml09Dg1ZCeKxTRBo3KrQuBWFkJ5oxhVagjTzo'),
    entityId: field(
      z.string(),
      'Entity ID',
      'Issuer of the assertions. It is not the id of the app.',
      'http://www.okta.com/exk1abcdefghijklmnop',
    ),
    ssoUrl: field(
      z.string(),
      'Sign-in URL',
      'Where the app sends people to sign in.',
      'https://acme.okta.com/app/crm/exk1abcdefghijklmnop/sso/saml',
    ),
    certificates: field(
      z.array(z.string()),
      'Certificates',
      'Signing certificates: base64 without line breaks.',
      ['MIIDqjCCApKgAwIBAgIGAZd5'],
    ),
    xml: field(z.string(), 'XML', 'The whole document.', '<md:EntityDescriptor/>'),
  }),
  calls: ['GET /api/v1/apps/{appId}', `GET ${path}`],
  async run(context, { appId: reference, kid: given }) {
    const appId = await appIdOf(context, reference);
    const params = { appId };
    const kid = given ?? (await keyOf());
    // The only answer that is no JSON; with another Accept, Okta refuses.
    const headers = { Accept: 'application/xml' };
    const { text, status } = await context.call({ method: 'GET', path, params, query: { kid }, headers });
    const found = await identityProviderIn(text);
    if (!found) throw noMetadata(status);
    return { appId, kid, ...found, xml: text };

    async function keyOf(): Promise<string> {
      const one = { path: '/api/v1/apps/{appId}', params, answer: signed };
      return signingKidOf((await context.call({ method: 'GET', ...one })).json);
    }
  },
  sample: {
    input: { appId: 'Acme CRM' },
    output: {
      appId: '0oa1abcdefghijklmnop',
      kid: 'mXtzOtml09Dg1ZCeKxTRBo3KrQuBWFkJ5oxhVagjTzo',
      entityId: 'http://www.okta.com/exk1abcdefghijklmnop',
      ssoUrl: 'https://acme.okta.com/app/crm/exk1abcdefghijklmnop/sso/saml',
      certificates: ['MIIDqjCCApKgAwIBAgIGAZd5'],
      xml: '<md:EntityDescriptor entityID="http://www.okta.com/exk1abcdefghijklmnop">...</md:EntityDescriptor>',
    },
  },
});
