import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';
import { oidcApp, samlApp } from '../support/sso.ts';

export default [
  scenario('tear_down_sso', {
    name: 'OIN-2 deletes an app that was set up',
    async arrange(org) {
      const label = org.named('CRM');
      return { label, id: (await samlApp(org, label)).id };
    },
    input: ({ label }) => ({ appId: label }),
    check: (output, { id }) =>
      expect(output).toEqual({ appId: id, changed: true, steps: ['deactivated', 'deleted'] }),
  }),
  scenario('tear_down_sso', {
    name: 'deletes the policy that admitted the client, and no other',
    async arrange(org) {
      const label = org.named('Portal');
      const body = { name: label, description: 'Portal', audiences: [`api://${org.run}`] };
      const server = await org.api('POST', '/api/v1/authorizationServers', body);
      const profile = { connectorKey: `sso:${label}`, connectorServer: server.id };
      const { id } = await oidcApp(org, label, { profile });
      const policies = `/api/v1/authorizationServers/${server.id}/policies`;
      const policy = { type: 'OAUTH_AUTHORIZATION_POLICY', status: 'ACTIVE', description: `sso:${label}` };
      const clients = (include: string[]) => ({ conditions: { clients: { include } } });
      await org.api('POST', policies, { ...policy, name: 'All', ...clients(['ALL_CLIENTS']) });
      await org.api('POST', policies, { ...policy, name: 'Both', ...clients([id, '0oa1']) });
      await org.api('POST', policies, { ...policy, name: 'Portal', ...clients([id]) });
      return { id };
    },
    input: ({ id }) => ({ appId: id }),
    check: (output) => expect(output.steps).toEqual(['policy_deleted', 'deactivated', 'deleted']),
  }),
];
