import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { isOktaError } from '../../errors/errors.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { featureSchema } from '../../resources/app-feature/schema.ts';
import { replacementOf } from '../../resources/changes.ts';
import { ref } from '../../resources/reference.ts';
import { scimState } from '../../resources/scim/fields.ts';
import { SCIM_DOCS, scimDirectory } from '../../resources/scim/resource.ts';
import { field } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';
import { scimBaseUrl } from '../../scim/protocol/urls.ts';
import { assertReachable, consoleFields, SCIM_APP_KINDS } from '../../scim/set-up.ts';

const FEATURE = '/api/v1/apps/{appId}/features/{featureName}';
const ON = { status: 'ENABLED' };
/** What "To App" of the console calls Create Users, Update User Attributes and Deactivate Users. */
const TO_APP = { create: { lifecycleCreate: ON }, update: { profile: ON, lifecycleDeactivate: ON } };

export const scimSetupGuide = defineAction({
  key: 'scim_setup_guide',
  resource: scimDirectory,
  title: 'Show SCIM setup guide',
  description:
    "Says what to enter in Okta's console so that an app provisions to the SCIM server, and whether Okta's test reached the server. With an app: whether Okta creates, updates and deactivates accounts, and turns that on if asked. Only the console takes the URL and the token.",
  docsUrl: SCIM_DOCS,
  scopes: ['okta.apps.manage', 'okta.apps.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  effectWhen: [{ when: { turnOn: { is: [false] } }, effect: { kind: 'read' } }],
  elsewhere: ['state'],
  input: z.strictObject({
    publicUrl: field(
      z.string().min(1),
      'Public URL',
      'https URL at which Okta reaches the server, with or without /scim/v2.',
      'https://scim.acme.test',
    ),
    kind: field(
      labelled(z.enum(SCIM_APP_KINDS), {
        wizard: 'App of the App Integration Wizard',
        network: 'App of the Okta Integration Network',
      }).default('wizard'),
      'Kind of app',
      'wizard: a custom app of the app wizard; network: an app of the Okta Integration Network.',
      'network',
    ),
    state: scimState.optional(),
    appId: ref(app).optional(),
    turnOn: field(
      z.boolean().default(false),
      'Turn on',
      'Turn on that Okta creates, updates and deactivates accounts in the app.',
      true,
    ),
  }),
  output: z.object({
    fields: field(
      z.array(z.object({ field: z.string(), value: z.string() })),
      'Fields',
      'What to enter under Provisioning, Integration.',
      [{ field: 'SCIM connector base URL', value: 'https://scim.acme.test/scim/v2' }],
    ),
    testedAt: field(
      z.string().nullable(),
      'Tested at',
      "When Okta's test last reached the server, ISO 8601; null if it has not, or if no state was given.",
      '2026-01-02T03:04:05.000Z',
    ),
    provisioning: field(
      z.enum(['unknown', 'off', 'partly', 'on']),
      'Provisioning',
      'Of the app: off is not set up in the console; partly lacks creating, updating or deactivating; unknown without an app.',
      'on',
    ),
    changed: field(z.boolean(), 'Changed', 'Whether this run turned something on.', true),
    next: field(z.array(z.string()), 'Next', 'What is left to do, in order.', [
      'Assign somebody to the app.',
    ]),
  }),
  calls: [`GET ${FEATURE}`, `PUT ${FEATURE}`],
  async run(context, { publicUrl, kind, state, appId, turnOn }) {
    const baseUrl = scimBaseUrl(publicUrl, '/scim/v2');
    assertReachable(baseUrl);
    const testedAt = state === undefined ? undefined : await testedAtOf(state);
    const { provisioning, changed } =
      appId === undefined
        ? { provisioning: 'unknown' as const, changed: false }
        : await provisioningOf(context, await appIdOf(context, appId), turnOn);
    const isSetUp = provisioning === 'on' || provisioning === 'partly';
    const next = [
      ...(isSetUp
        ? []
        : [
            kind === 'wizard'
              ? 'In the app: General, App Settings, Provisioning: SCIM.'
              : 'In the app: Provisioning, Configure API Integration, Enable API integration.',
            'Under Provisioning, Integration: enter the fields, test, and save.',
          ]),
      ...(testedAt === undefined && state !== undefined
        ? [
            "The server has not seen Okta's test yet: press the test button, and look at the URL and the proxy.",
          ]
        : []),
      ...(provisioning === 'on'
        ? []
        : [
            appId === undefined
              ? 'Under Provisioning, To App: turn on Create Users, Update User Attributes and Deactivate Users.'
              : 'Run this again with turnOn, or turn on Create Users, Update User Attributes and Deactivate Users.',
          ]),
      'Assign somebody to the app, and look for user.provisioned.',
      'Push groups with create_group_push_mapping, other groups than those that assign people.',
    ];
    return {
      fields: consoleFields(baseUrl, 'the token of the SCIM server', kind),
      ...{ testedAt: testedAt ?? null, provisioning, changed, next },
    };
  },
  sample: {
    input: { publicUrl: 'https://scim.acme.test', appId: 'Acme CRM' },
    output: {
      fields: consoleFields('https://scim.acme.test/scim/v2', 'the token of the SCIM server'),
      ...{ testedAt: null, provisioning: 'on', changed: false, next: ['Assign somebody to the app.'] },
    },
  },
});

async function testedAtOf(file: string): Promise<string | undefined> {
  const { openScimState } = await import('../../scim/store/state-file.ts');
  const store = await openScimState(file);
  try {
    return await store.getValue('testedAt');
  } finally {
    await store.close();
  }
}

async function provisioningOf(
  context: Parameters<typeof appIdOf>[0],
  appId: string,
  turnOn: boolean,
): Promise<{ provisioning: 'off' | 'partly' | 'on'; changed: boolean }> {
  const params = { appId, featureName: 'USER_PROVISIONING' };
  const call = { path: FEATURE, params, answer: featureSchema };
  try {
    const { json } = await context.call({ method: 'GET', ...call });
    const body = replacementOf(json.capabilities, TO_APP);
    if (!body) return { provisioning: 'on', changed: false };
    if (!turnOn) return { provisioning: 'partly', changed: false };
    await context.call({ method: 'PUT', ...call, body });
    return { provisioning: 'on', changed: true };
  } catch (error) {
    if (isOktaError(error) && error.code === 'not_supported') return { provisioning: 'off', changed: false };
    throw error;
  }
}
