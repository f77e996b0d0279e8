import { expect } from 'vitest';
import { newApp } from '../support/app.ts';
import { scenario } from '../support/scenario.ts';

const on = { status: 'ENABLED' } as const;

export default [
  scenario('update_app_feature', {
    name: 'lets Okta create accounts in an app and update them',
    arrange: (org) => newApp(org),
    input: ({ label }) => ({
      appId: label,
      featureName: 'USER_PROVISIONING',
      create: { lifecycleCreate: on },
      update: { lifecycleDeactivate: on },
    }),
    check: (output) =>
      expect(output).toMatchObject({
        ...{ name: 'USER_PROVISIONING', status: 'ENABLED', changed: true },
        capabilities: {
          create: { lifecycleCreate: on },
          update: { lifecycleDeactivate: on, profile: { status: 'DISABLED' } },
        },
      }),
  }),
  scenario('update_app_feature', {
    name: 'sets when people are imported, and which of them are activated',
    arrange: (org) => newApp(org),
    input: ({ id }) => ({
      appId: id,
      featureName: 'INBOUND_PROVISIONING',
      importSettings: { schedule: on },
      importRules: { userCreateAndMatch: { autoActivateNewUsers: true } },
    }),
    check: (output) =>
      expect(output.capabilities).toMatchObject({
        importSettings: { schedule: on, username: { usernameFormat: 'EMAIL' } },
        importRules: { userCreateAndMatch: { autoActivateNewUsers: true, autoConfirmNewUsers: false } },
      }),
  }),
  scenario('update_app_feature', {
    name: 'sees that a feature is so already',
    async arrange(org) {
      const app = await newApp(org);
      await org.api('PUT', `/api/v1/apps/${app.id}/features/USER_PROVISIONING`, {
        create: { lifecycleCreate: on },
      });
      return app;
    },
    input: ({ id }) => ({
      appId: id,
      featureName: 'USER_PROVISIONING',
      create: { lifecycleCreate: on },
    }),
    check: (output) => expect(output).toMatchObject({ status: 'ENABLED', changed: false }),
  }),
];
