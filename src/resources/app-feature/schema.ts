import { z } from 'zod';
import { field } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

const ENABLED = { status: 'ENABLED' } as const;
const onOff = z.strictObject({ status: z.enum(['ENABLED', 'DISABLED']) });

/** The members that each feature has. */
export const FEATURE_MEMBERS = {
  USER_PROVISIONING: ['create', 'update'],
  INBOUND_PROVISIONING: ['importSettings', 'importRules'],
} as const;

export const featureName = field(
  labelled(z.enum(['USER_PROVISIONING', 'INBOUND_PROVISIONING']), {
    USER_PROVISIONING: 'Provisioning to the app',
    INBOUND_PROVISIONING: 'Import from the app',
  }),
  'Feature',
  'USER_PROVISIONING: from Okta to the app; INBOUND_PROVISIONING: from the app to Okta.',
  'USER_PROVISIONING',
);

/** What can be set; members that are left out stay as they are. */
export const capabilityInputs = {
  create: field(
    z.strictObject({ lifecycleCreate: onOff }).optional(),
    'Create',
    'Whether Okta creates an account in the app for people who get the app.',
    { lifecycleCreate: ENABLED },
  ),
  update: field(
    z
      .strictObject({
        profile: onOff.optional(),
        lifecycleDeactivate: onOff.optional(),
        password: onOff
          .extend({
            status: z.enum(['ENABLED', 'DISABLED']).optional(),
            seed: labelled(z.enum(['OKTA', 'RANDOM']), {
              OKTA: 'The password of Okta',
              RANDOM: 'A random one',
            }).optional(),
            change: labelled(z.enum(['CHANGE', 'KEEP_EXISTING']), { CHANGE: 'Change it' }).optional(),
          })
          .optional(),
      })
      .optional(),
    'Update',
    'Whether Okta updates profiles, deactivates accounts and sets passwords in the app.',
    { profile: ENABLED, lifecycleDeactivate: ENABLED },
  ),
  importSettings: field(
    z
      .strictObject({
        username: z
          .strictObject({
            usernameFormat: labelled(z.enum(['EMAIL', 'CUSTOM']), { EMAIL: 'E-mail' }),
            usernameExpression: z.string().optional(),
          })
          .optional(),
        schedule: z
          .strictObject({
            status: z.enum(['ENABLED', 'DISABLED']).optional(),
            fullImport: z
              .strictObject({ expression: z.string(), timezone: z.string().optional() })
              .optional(),
            incrementalImport: z
              .strictObject({ expression: z.string(), timezone: z.string().optional() })
              .optional(),
          })
          .optional(),
      })
      .optional(),
    'Import settings',
    'When Okta imports people, and how their login is made. Times are cron expressions.',
    { schedule: { status: 'ENABLED', fullImport: { expression: '0 5 * * 1', timezone: 'Europe/Rome' } } },
  ),
  importRules: field(
    z
      .strictObject({
        userCreateAndMatch: z.strictObject({
          exactMatchCriteria: z.string().optional(),
          allowPartialMatch: z.boolean().optional(),
          autoConfirmPartialMatch: z.boolean().optional(),
          autoConfirmExactMatch: z.boolean().optional(),
          autoConfirmNewUsers: z.boolean().optional(),
          autoActivateNewUsers: z.boolean().optional(),
        }),
      })
      .optional(),
    'Import rules',
    'How Okta matches imported people to its own, and what it confirms and activates without being asked.',
    { userCreateAndMatch: { autoConfirmNewUsers: true, autoActivateNewUsers: false } },
  ),
};

/** A feature as Okta returns it. */
export const featureSchema = z.looseObject({
  name: field(z.string(), 'Name', 'The feature.', 'USER_PROVISIONING'),
  status: field(z.string().optional(), 'Status', 'ENABLED or DISABLED.', 'ENABLED'),
  description: field(z.string().nullish(), 'Description', 'What the feature does.', 'To the app'),
  capabilities: field(z.looseObject({}), 'Capabilities', 'What is on and what is off.', {
    create: { lifecycleCreate: ENABLED },
  }),
});

/** A feature with invented data, for samples. */
export const featureSample = {
  name: 'USER_PROVISIONING',
  status: 'ENABLED',
  description: 'User provisioning settings from Okta to a downstream application',
  capabilities: { create: { lifecycleCreate: ENABLED } },
};
