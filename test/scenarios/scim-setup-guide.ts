import { expect } from 'vitest';
import { newApp } from '../support/app.ts';
import { scenario } from '../support/scenario.ts';

const on = { status: 'ENABLED' } as const;
const FEATURE = (id: string) => `/api/v1/apps/${id}/features/USER_PROVISIONING`;

export default [
  scenario('scim_setup_guide', {
    name: 'OIN-17 says what to enter for a custom app, and that nothing is turned on yet',
    arrange: (org) => newApp(org),
    input: ({ label }) => ({ publicUrl: 'https://scim.acme.test/', appId: label }),
    check(output) {
      expect(output.fields.map(({ field, value }) => [field, value])).toEqual([
        ['SCIM connector base URL', 'https://scim.acme.test/scim/v2'],
        ['Unique identifier field for users', 'userName'],
        [
          'Supported provisioning actions',
          'Import New Users and Profile Updates, Push New Users, Push Profile Updates, Push Groups',
        ],
        ['Authentication mode', 'HTTP Header'],
        ['HTTP Header, Authorization', 'the token of the SCIM server'],
      ]);
      expect(output).toMatchObject({ provisioning: 'partly', changed: false, testedAt: null });
      expect(output.next[0]).toContain('turnOn');
    },
  }),
  scenario('scim_setup_guide', {
    name: 'OIN-17 turns on that Okta creates, updates and deactivates accounts',
    arrange: (org) => newApp(org),
    input: ({ id }) => ({
      ...{ publicUrl: 'https://scim.acme.test/scim/v2', appId: id },
      ...{ kind: 'network', turnOn: true },
    }),
    check(output) {
      expect(output.fields[0]).toEqual({ field: 'Base URL', value: 'https://scim.acme.test/scim/v2' });
      expect(output).toMatchObject({ provisioning: 'on', changed: true });
      expect(output.next[0]).toContain('Assign somebody');
    },
  }),
  scenario('scim_setup_guide', {
    name: 'sees that all is on already',
    async arrange(org) {
      const app = await newApp(org);
      await org.api('PUT', FEATURE(app.id), {
        create: { lifecycleCreate: on },
        update: { profile: on, lifecycleDeactivate: on },
      });
      return app;
    },
    input: ({ id }) => ({ publicUrl: 'https://scim.acme.test', appId: id, turnOn: true }),
    check: (output) => expect(output).toMatchObject({ provisioning: 'on', changed: false }),
  }),
];
