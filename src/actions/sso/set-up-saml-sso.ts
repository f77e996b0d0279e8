import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { labelInput } from '../../resources/app/input.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { stepReports } from '../../resources/story/steps.ts';
import { changed, field } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';
import { certificateField, SIGNING_CALLS } from '../../sso/credentials/saml-signing.ts';
import { ACCESS_CALLS, cannotSignInField } from '../../sso/set-up/access.ts';
import { APP_CALLS } from '../../sso/set-up/app-step.ts';
import { readyField, setUpInput, warningsField } from '../../sso/set-up/inputs.ts';
import { SAML_STEPS, setUpSaml } from '../../sso/set-up/saml.ts';
import { SAML_APPLICATIONS } from '../../sso/set-up/saml-configuration.ts';

const given = (title: string, description: string, example: string) =>
  field(z.string().min(1).optional(), title, description, example);
const told = (title: string, description: string, example: string) =>
  field(z.string(), title, description, example);
const acs = 'https://app.acme.test/saml/acs';
const email = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';

export const setUpSamlSso = defineAction({
  key: 'set_up_saml_sso',
  resource: app,
  noun: 'single sign-on',
  title: 'Set up SAML single sign-on',
  description:
    'Creates a SAML 2.0 app from what the application says of itself (its metadata, or entity ID and address) and returns what to enter there. Run again, it changes only what differs and says what. If a step fails, what was made before is taken back. A dry run names the changes and makes none.',
  docsUrl: docsOf('Application', 'createApplication'),
  scopes: ['okta.apps.manage', 'okta.apps.read', 'okta.groups.read', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  effectWhen: [{ when: { dryRun: { is: [true] } }, effect: { kind: 'read' } }],
  input: z.strictObject({
    label: labelInput,
    spMetadataXml: given(
      'Metadata (XML)',
      'The SAML metadata of the application, as text, at most 1 MiB.',
      '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">...</EntityDescriptor>',
    ),
    spMetadataUrl: given(
      'Metadata URL',
      'Where the application publishes its metadata: https, a public address, no redirect. If the XML is given as well, it is only noted in the app.',
      'https://app.acme.test/saml/metadata',
    ),
    entityId: given(
      'Entity ID',
      'How the application names itself, character by character. With metadata: which of several entities.',
      'https://app.acme.test/saml/metadata',
    ),
    acsUrl: given(
      'ACS URL',
      'Where the application takes assertions. With metadata: which of several; default: the one that it marks as such.',
      acs,
    ),
    nameIdFormat: field(
      z
        .string()
        .regex(
          /^(urn:oasis:names:tc:SAML:[12]\.[01]:nameid-format:)?(emailAddress|unspecified|persistent|transient)$/,
          'must be emailAddress, unspecified, persistent or transient',
        )
        .optional(),
      'NameID format',
      'emailAddress, unspecified, persistent or transient. Default: e-mail or unspecified, even if the metadata name transient alone, because then nobody is told who signs in.',
      'emailAddress',
    ),
    attributes: field(
      z.record(z.string().min(1), z.string().min(1)).optional(),
      'Attributes',
      'Attributes to send: name and expression. Default: what the metadata ask for, as far as it is usual.',
      { firstName: 'user.firstName', lastName: 'user.lastName', email: 'user.email' },
    ),
    application: field(
      labelled(z.enum(SAML_APPLICATIONS), {
        'node-saml': 'node-saml (Node.js)',
        onedesk: 'OneDesk',
        apache: 'Apache (mod_auth_mellon)',
      }).default('other'),
      'Application',
      'What signs people in; it decides what configuration contains. apache is mod_auth_mellon.',
      'node-saml',
    ),
    ...setUpInput,
  }),
  output: z.looseObject({
    appId: field(
      z.string().optional(),
      'App ID',
      'Id of the app; none if a dry run would create it.',
      '0oa1abcdefghijklmnop',
    ),
    metadataUrl: given(
      'Metadata URL',
      'Where the application reads what it must know of Okta.',
      'https://acme.okta.com/app/exk1abcdefghijklmnop/sso/saml/metadata',
    ),
    metadataXml: given('Metadata (XML)', 'The same, as text.', '<md:EntityDescriptor/>'),
    entityId: given(
      'Entity ID of Okta',
      'Issuer of the assertions.',
      'http://www.okta.com/exk1abcdefghijklmnop',
    ),
    ssoUrl: given(
      'Sign-on URL',
      'Where the application sends people to sign in.',
      'https://acme.okta.com/app/crm/exk1abcdefghijklmnop/sso/saml',
    ),
    certificate: certificateField.optional(),
    configuration: given('Configuration', 'What to paste or enter in the application.', 'Sign-on URL: ...'),
    spEntityId: told(
      'Entity ID of the application',
      'Audience of the assertions.',
      'https://app.acme.test/saml',
    ),
    acsUrl: told('ACS URL', 'Where the assertions go.', acs),
    nameIdFormat: told('NameID format', 'As Okta sends it.', email),
    attributes: field(z.array(z.string()), 'Attributes', 'Names of the attributes, as sent.', ['firstName']),
    cannotSignIn: cannotSignInField,
    readyForAutoRedirect: readyField,
    warnings: warningsField,
    dryRun: field(z.boolean(), 'Dry run', 'Whether the changes were only named.', false),
    changed,
    steps: stepReports(SAML_STEPS),
  }),
  calls: [...APP_CALLS, ...ACCESS_CALLS, ...SIGNING_CALLS],
  run: setUpSaml,
  sample: {
    input: {
      label: 'Acme CRM',
      entityId: 'https://app.acme.test/saml',
      acsUrl: acs,
      assignGroups: ['Sales EU'],
    },
    output: {
      ...{ appId: '0oa1abcdefghijklmnop', dryRun: false, changed: true },
      metadataUrl: 'https://acme.okta.com/app/exk1abcdefghijklmnop/sso/saml/metadata',
      metadataXml: '<md:EntityDescriptor/>',
      entityId: 'http://www.okta.com/exk1abcdefghijklmnop',
      ssoUrl: 'https://acme.okta.com/app/crm/exk1abcdefghijklmnop/sso/saml',
      certificate: {
        pem: '-----BEGIN CERTIFICATE-----\nMIIDqjCCApKgAwIBAgIGAZd5\n-----END CERTIFICATE-----\n',
        notAfter: '2036-01-02T03:04:05.000Z',
      },
      configuration: 'Sign-on URL: https://acme.okta.com/app/crm/exk1abcdefghijklmnop/sso/saml\n',
      ...{ spEntityId: 'https://app.acme.test/saml', acsUrl: acs, nameIdFormat: email, attributes: [] },
      ...{ cannotSignIn: [], readyForAutoRedirect: true, warnings: [] },
      steps: [
        {
          ...{ step: 'create_or_update_app' as const, status: 'done' as const },
          changes: [{ change: 'create_app', name: 'Acme CRM' }],
        },
      ],
    },
  },
});
