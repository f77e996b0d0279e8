import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { local, ref } from '../../resources/reference.ts';
import { field, secret } from '../../schema/fields.ts';
import { SHARED_METADATA, SIGNING_CALLS } from '../../sso/credentials/saml-signing.ts';
import { SIGNED_PARTS } from '../../sso/saml-response/signature.ts';
import { MOST_SKEW_SECONDS } from '../../sso/saml-response/used.ts';
import { verifyResponse } from '../../sso/saml-response/verify.ts';
import { outcomeInput, outcomeOutput } from '../../sso/sign-in/fields.ts';

const given = (title: string, description: string, example: string) =>
  field(z.string().min(1).optional(), title, description, example);
const email = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const { audience: accounts, ...outcome } = outcomeInput;

export const verifySamlResponse = defineAction({
  key: 'verify_saml_response',
  resource: app,
  noun: 'sign-in',
  title: 'Verify a SAML response',
  description:
    'Verifies what a browser posted to the assertion consumer service: signatures, issuer, audience, addresses, times, the request, use once. Says whether to create, update or link an account, or let nobody in, and why. A response that does not hold is the error sign_in_refused, which names the check.',
  docsUrl: docsOf('ApplicationSSO', 'previewSAMLmetadataForApplication'),
  scopes: ['okta.apps.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  elsewhere: ['idpMetadataUrl', 'privateKey', 'state'],
  input: z.strictObject({
    samlResponse: secret(
      field(
        z.string().min(1),
        'SAML response',
        'As it was posted: the field SAMLResponse, the XML in it, or the whole body of the form.',
        'PHNhbWxwOlJlc3BvbnNlLz4=',
      ),
    ),
    appId: ref(app).optional(),
    idpMetadataXml: given(
      'Metadata (XML)',
      'Of the identity provider, if it is not the app.',
      '<EntityDescriptor/>',
    ),
    idpMetadataUrl: given(
      'Metadata URL',
      'Where these are published instead: https, a public address, no redirect.',
      'https://acme.okta.com/app/exk1abcdefghijklmnop/sso/saml/metadata',
    ),
    idpEntityId: given(
      'Entity ID of the identity provider',
      'With certificate: who signs. With metadata: which of several entities.',
      'http://www.okta.com/exk1abcdefghijklmnop',
    ),
    certificate: given(
      'Certificate',
      'With which the identity provider signs, instead of metadata: PEM, one or several.',
      '-----BEGIN CERTIFICATE-----\nMIIDqjCCApKgAwIBAgIGAZd5\n-----END CERTIFICATE-----\n',
    ),
    audience: given(
      'Audience',
      'Entity ID of the application, character by character. Default: as the app has it.',
      'https://app.acme.test/saml',
    ),
    acsUrl: given(
      'ACS URL',
      'Where the response arrived. Default: as the app has it.',
      'https://app.acme.test/saml/acs',
    ),
    requestId: given(
      'Request ID',
      'Of the request that the person was sent with. Without it, allowIdpInitiated must be set.',
      '_4fee3b046395c4e751011e97f8900b5273d56685',
    ),
    allowIdpInitiated: field(
      z.boolean().default(false),
      'Allow IdP initiated',
      'Take responses that nobody asked for, such as those of the tile in Okta. Others could then be signed in with the account of somebody else.',
      true,
    ),
    allowedSkewSeconds: field(
      z.int().min(0).max(MOST_SKEW_SECONDS).default(120),
      'Allowed clock skew',
      'How many seconds clocks may differ, for every time in the response.',
      60,
    ),
    wantSigned: field(
      z.enum(SIGNED_PARTS).optional(),
      'Want signed',
      'What must be signed. Default: one of the two; every signature that is there must be valid.',
      'both',
    ),
    privateKey: secret(
      given(
        'Private key',
        'PEM, for an encrypted assertion; its response must be signed.',
        '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n-----END PRIVATE KEY-----\n',
      ),
    ),
    state: local(
      given(
        'State',
        'A file that remembers which responses were used. Without it, this process remembers until it ends.',
        '/var/lib/okta/sign-ins.json',
      ),
    ),
    trustEmail: field(
      z.boolean().default(false),
      'Trust e-mail addresses',
      'Link an account that has the same e-mail address. SAML does not say whether an address is verified: set it only if the identity provider lets nobody enter that of somebody else.',
      true,
    ),
    ...outcome,
    accounts,
  }),
  output: z.looseObject({
    ...outcomeOutput,
    nameIdFormat: given('NameID format', 'As the response names it.', email),
    attributes: field(
      z.record(z.string(), z.array(z.string())),
      'Attributes',
      'As sent, each a list. identity.claims has single values as text, also under the names of Okta.',
      { email: ['ana.ruiz@acme.test'], groups: ['Sales EU'] },
    ),
    sessionIndex: given('Session index', 'For single logout.', '_be9967abd904ddcae3c0eb4189adbe3f71e327cf93'),
    relayState: given('RelayState', 'From the form, if the whole body was given. Not signed.', '/tickets/17'),
  }),
  calls: ['GET /api/v1/apps/{appId}', `GET ${SHARED_METADATA}`, ...SIGNING_CALLS],
  run: verifyResponse,
  sample: {
    input: {
      ...{ samlResponse: 'PHNhbWxwOlJlc3BvbnNlLz4=', appId: 'Acme CRM' },
      requestId: '_4fee3b046395c4e751011e97f8900b5273d56685',
      records: [{ id: '4711', kind: 'user', email: 'ana.ruiz@acme.test' }],
    },
    output: {
      identity: {
        ...{ issuer: 'http://www.okta.com/exk1abcdefghijklmnop', subject: 'ana.ruiz@acme.test' },
        ...{ email: 'ana.ruiz@acme.test', emailVerified: true, claims: { email: 'ana.ruiz@acme.test' } },
      },
      ...{ profile: { email: 'ana.ruiz@acme.test' }, assignments: [], groupsAreComplete: true },
      ...{ decision: 'link', reason: 'The user 4711 has the same verified e-mail address.' },
      record: { id: '4711', kind: 'user', email: 'ana.ruiz@acme.test', active: true },
      ...{ nameIdFormat: email, attributes: { email: ['ana.ruiz@acme.test'] }, warnings: [] },
    },
  },
});
