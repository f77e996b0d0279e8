import { z } from 'zod';
import { isLoopback } from '../../auth/org-url.ts';
import { type ActionContext, defineAction } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { field } from '../../schema/fields.ts';
import {
  ownMetadataAt,
  SHARED_METADATA,
  SIGNING_CALLS,
  signingKidOf,
  signingOf,
} from '../../sso/credentials/saml-signing.ts';
import { fetchMetadata } from '../../sso/metadata/fetch.ts';
import { validated } from '../../sso/metadata/validate.ts';
import { type SsoApp, ssoApp } from '../../sso/set-up/own-app.ts';

const path = '/api/v1/apps/{appId}';
const given = (title: string, description: string, example: string) =>
  field(z.string().min(1).optional(), title, description, example);
const endpoints = (title: string, description: string) =>
  field(z.array(z.looseObject({ binding: z.string(), url: z.string() })), title, description, [
    { binding: 'HTTP-POST', url: 'https://acme.okta.com/app/crm/exk1abcdefghijklmnop/sso/saml' },
  ]);
const findings = (title: string, description: string, example: string) =>
  field(z.array(z.string()), title, description, [example]);
const pem = '-----BEGIN CERTIFICATE-----\nMIIDqjCCApKgAwIBAgIGAZd5\n-----END CERTIFICATE-----\n';

export const validateSamlMetadata = defineAction({
  key: 'validate_saml_metadata',
  resource: app,
  noun: 'SAML metadata',
  title: 'Validate SAML metadata',
  description:
    'Reads SAML metadata of either side, pasted, from a public https URL or of an app, and says what keeps people from signing in. With both an app and metadata, it says where they differ: a changed certificate, audience or address is the usual cause of refused sign-ins.',
  docsUrl: docsOf('ApplicationSSO', 'previewSAMLmetadataForApplication'),
  scopes: ['okta.apps.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    metadataXml: given('Metadata (XML)', 'SAML metadata as text, at most 1 MiB.', '<EntityDescriptor/>'),
    metadataUrl: given(
      'Metadata URL',
      'Where they are published: https, a public address, no redirect. Not read if the XML is given.',
      'https://app.acme.test/saml/metadata',
    ),
    entityId: given('Entity ID', 'Which of several entities.', 'https://app.acme.test/saml/metadata'),
    appId: ref(app).optional(),
  }),
  output: z.looseObject({
    valid: field(z.boolean(), 'Valid', 'Whether there are no problems.', true),
    role: field(
      z.enum(['identity_provider', 'service_provider']),
      'Role',
      'Which side the metadata describe.',
      'identity_provider',
    ),
    entityId: field(
      z.string(),
      'Entity ID',
      'Name of that side.',
      'http://www.okta.com/exk1abcdefghijklmnop',
    ),
    validUntil: given('Valid until', 'End of the metadata, if they name one.', '2027-01-02T03:04:05.000Z'),
    ssoUrls: endpoints('Sign-on services', 'Where an identity provider takes requests.'),
    sloUrls: endpoints('Logout services', 'Where single logout is offered.'),
    acsUrls: endpoints('Assertion consumer services', 'Where a service provider takes assertions.'),
    acsUrl: given('ACS URL', 'The one of these that Okta would use.', 'https://app.acme.test/saml/acs'),
    nameIdFormats: field(z.array(z.string()), 'NameID formats', 'As named.', [
      'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    ]),
    certificates: field(
      z.array(
        z.looseObject({
          use: z.string().optional(),
          pem: z.string(),
          sha256: z.string(),
          notBefore: z.string(),
          notAfter: z.string(),
        }),
      ),
      'Certificates',
      'As PEM, with fingerprint and times.',
    ),
    isCurrent: field(
      z.boolean().optional(),
      'Current',
      'With an app: whether the metadata are those with which it signs now, or what it is set up for.',
      true,
    ),
    problems: findings('Problems', 'What keeps people from signing in.', 'A certificate cannot be read.'),
    warnings: findings('Warnings', 'What does not, or not yet.', 'A certificate expires in 12 days.'),
  }),
  calls: [`GET ${path}`, `GET ${SHARED_METADATA}`, ...SIGNING_CALLS],
  async run(context, { metadataXml, metadataUrl, entityId, appId }) {
    const { orgUrl, signal, clock } = context;
    const own = appId === undefined ? undefined : await signingAppOf(context, appId);
    const read = (url: string) => fetchMetadata(url, { allowLoopback: isLoopback(orgUrl), signal });
    const given =
      metadataUrl === undefined || metadataXml !== undefined
        ? metadataXml
        : ((await ownMetadataAt(context, metadataUrl)) ?? (await read(metadataUrl)));
    const xml = given ?? own?.metadataXml;
    if (xml === undefined) {
      throw new InputError('There are no SAML metadata to validate', {
        hint: 'Give metadataXml, metadataUrl or appId.',
      });
    }
    const result = await validated(xml, entityId, clock.now());
    if (own === undefined || given === undefined) return result;
    const differences =
      result.role === 'service_provider'
        ? differencesOfSettings(result, own.app)
        : differencesOfSigning(result, await validated(own.metadataXml, undefined, clock.now()));
    const problems = [...result.problems, ...differences];
    return { ...result, valid: problems.length === 0, isCurrent: differences.length === 0, problems };
  },
  sample: {
    input: { metadataUrl: 'https://acme.okta.com/app/exk1abcdefghijklmnop/sso/saml/metadata' },
    output: {
      ...{ valid: true, role: 'identity_provider', entityId: 'http://www.okta.com/exk1abcdefghijklmnop' },
      ssoUrls: [{ binding: 'HTTP-POST', url: 'https://acme.okta.com/app/crm/exk1abcdefghijklmnop/sso/saml' }],
      ...{ sloUrls: [], acsUrls: [], nameIdFormats: [] },
      certificates: [
        {
          ...{ use: 'signing', pem, sha256: '5E:0C:9D' },
          ...{ notBefore: '2026-01-02T03:04:05.000Z', notAfter: '2036-01-02T03:04:05.000Z' },
        },
      ],
      ...{ problems: [], warnings: [] },
    },
  },
});

/** An app, and the metadata with which it signs now. */
async function signingAppOf(context: ActionContext, reference: string) {
  const params = { appId: await appIdOf(context, reference) };
  const { json: app } = await context.call({ method: 'GET', path, params, answer: ssoApp });
  const { metadataXml } = await signingOf(context, params.appId, signingKidOf(app));
  return { app, metadataXml };
}

type Validated = Awaited<ReturnType<typeof validated>>;

/** Why metadata of an identity provider are not those of an app. */
function differencesOfSigning(one: Validated, own: Validated): string[] {
  if (one.entityId !== own.entityId) return [`They describe another entity: the app is ${own.entityId}.`];
  const known = new Set(one.certificates.map(({ sha256 }) => sha256));
  if (own.certificates.every(({ sha256 }) => known.has(sha256))) return [];
  return [
    'The app signs with another certificate now: every sign-in is refused until the application has it.',
  ];
}

/** Where the settings of an app are not what the metadata of a service provider say. */
function differencesOfSettings({ entityId, acsUrl }: Validated, { settings }: SsoApp): string[] {
  const { audience, ssoAcsUrl, acsEndpoints } = settings?.signOn ?? {};
  const urls = [ssoAcsUrl, ...(acsEndpoints ?? []).map(({ url }) => url)];
  return [
    ...(audience === entityId
      ? []
      : [`The app sends assertions for another audience: ${audience ?? 'none'}.`]),
    ...(acsUrl === undefined || urls.includes(acsUrl)
      ? []
      : [`The app sends assertions to another address: ${ssoAcsUrl ?? 'none'}.`]),
  ];
}
