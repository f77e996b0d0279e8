import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { field, secret } from '../../schema/fields.ts';
import { CAUSE_CODES, MENDERS } from '../../sso/diagnosis/causes.ts';
import { CERTAINTIES } from '../../sso/diagnosis/check.ts';
import { DIAGNOSIS_CALLS, diagnosed } from '../../sso/diagnosis/diagnose.ts';

const given = (title: string, description: string, example: string, longest = 4_000) =>
  field(z.string().min(1).max(longest).optional(), title, description, example);

export const diagnoseSso = defineAction({
  key: 'diagnose_sso',
  resource: app,
  noun: 'single sign-on',
  title: 'Diagnose single sign-on',
  description:
    'Finds out why a sign-in does not work: looks at the app, the user, what was seen and the System Log, and returns the causes, most likely first, each with its evidence, what to do, and who can. It changes nothing. Give what is known; what could not be looked at is listed, too.',
  docsUrl: docsOf('SystemLog', 'listLogEvents'),
  scopes: [
    ...['okta.apps.read', 'okta.users.read', 'okta.groups.read', 'okta.logs.read'],
    ...['okta.policies.read', 'okta.authorizationServers.read', 'okta.domains.read'],
  ],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    appId: ref(app).optional(),
    user: ref(user).optional(),
    error: given(
      'Error',
      'What the person saw, in any wording, or a line of the error log of the application.',
      'User is not assigned to the client application.',
    ),
    url: given(
      'Address',
      'The whole address bar where the sign-in stopped: of Okta or of the application.',
      'https://app.acme.test/callback?error=access_denied&error_description=User+is+not+assigned',
      16_000,
    ),
    samlResponse: secret(
      given(
        'SAML response',
        'The form field SAMLResponse as the browser sent it, in base64. It is read, not verified.',
        'PHNhbWxwOlJlc3BvbnNlLz4=',
        1_500_000,
      ),
    ),
    issuer: given('Issuer', 'As entered in the application.', 'https://acme.okta.com/oauth2/default'),
    redirectUri: given(
      'Redirect URI',
      'As the application sends it, where url does not have it.',
      'https://app.acme.test/callback',
    ),
    clientSecret: secret(
      given(
        'Client secret',
        'The one that the application uses: its hash is compared with those of the app.',
        '...',
        1_000,
      ),
    ),
    spMetadataUrl: given(
      'SP metadata URL',
      'Metadata of the application: https, a public address, no redirect.',
      'https://app.acme.test/saml/metadata',
    ),
    spMetadataXml: given('SP metadata (XML)', 'The same, pasted.', '<EntityDescriptor/>', 1_048_576),
    since: field(
      z.iso.datetime({ offset: true }).optional(),
      'Since',
      'From when failures in the System Log count, ISO 8601; if omitted, the last 24 hours.',
      '2026-02-03T00:00:00Z',
    ),
  }),
  output: z.looseObject({
    summary: field(
      z.string(),
      'Summary',
      'The first cause in two sentences.',
      'The cause: The app is inactive. Activate it.',
    ),
    causes: field(
      z.array(
        z.looseObject({
          code: z.enum(CAUSE_CODES),
          certainty: z.enum(CERTAINTIES),
          cause: z.string(),
          evidence: z.array(z.string()),
          fix: z.string(),
          who: z.enum(MENDERS),
          action: z.looseObject({ key: z.string(), input: z.record(z.string(), z.unknown()) }).optional(),
        }),
      ),
      'Causes',
      'Most likely first: what it is, how certain, what shows it, what to do and who can; action is the one of this connector that mends it, with its input.',
    ),
    checked: field(z.array(z.string()), 'Checked', 'What is as it should be.', ['The app CRM is active.']),
    notChecked: field(
      z.array(z.looseObject({ check: z.string(), reason: z.string() })),
      'Not checked',
      'What could not be looked at, and why.',
      [{ check: 'the status of the user', reason: 'Give user.' }],
    ),
    next: field(
      z.array(z.string()).optional(),
      'Next',
      'Where no cause is likely: what to give or do to know more.',
      ['Give user: status, assignment and policies are then looked at.'],
    ),
  }),
  calls: DIAGNOSIS_CALLS,
  run: diagnosed,
  sample: {
    input: {
      appId: 'OneDesk',
      user: 'ana.ruiz@acme.test',
      error: 'User is not assigned to the client application.',
    },
    output: {
      summary:
        'The cause: The user does not have the app, neither directly nor through a group. Assign it, or add the user to a group that has it.',
      causes: [
        {
          ...{ code: 'user_not_assigned', certainty: 'certain' },
          cause: 'The user does not have the app, neither directly nor through a group.',
          evidence: [
            'ana.ruiz@acme.test does not have the app OneDesk.',
            'These groups give it: Sales EU (00g1abcdefghijklmnop).',
          ],
          fix: 'Assign it, or add the user to a group that has it.',
          who: 'okta_admin',
          action: {
            key: 'assign_user_to_app',
            input: { appId: '0oa1abcdefghijklmnop', userId: '00u1abcdefghijklmnop' },
          },
        },
      ],
      checked: ['The app OneDesk is active.'],
      notChecked: [{ check: 'the state', reason: 'Give url, the whole address bar.' }],
    },
  },
});
