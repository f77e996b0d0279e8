import { iso } from '../clock.ts';
import type { Org } from '../org.ts';
import type { IdFactory } from '../random.ts';
import { addSystemClaims, addSystemScopes } from './server-members.ts';

/** Adds the default authorization server, with a policy that gives every client tokens. */
export function seedDefaultServer(org: Org, ids: IdFactory): void {
  const times = { created: org.created, lastUpdated: org.created };
  const server = org.objects.put({
    id: ids.next('aus'),
    list: '/api/v1/authorizationServers',
    ...times,
    body: {
      ...{ name: 'default', description: 'Default Authorization Server for your Applications' },
      ...{ audiences: ['api://default'], issuerMode: 'DYNAMIC', status: 'ACTIVE', default: true },
      credentials: { signing: { rotationMode: 'MANUAL', lastRotated: iso(org.created) } },
    },
  });
  const path = `${server.list}/${server.id}`;
  addSystemClaims(org, { list: path, created: org.created }, ids);
  addSystemScopes(org, { list: path, created: org.created }, ids);
  const named = { status: 'ACTIVE', name: 'Default Policy', priority: 1, system: false };
  const policy = org.objects.put({
    id: ids.next('00p'),
    list: `${path}/policies`,
    ...times,
    body: {
      ...{ ...named, description: 'Default policy of the server', type: 'OAUTH_AUTHORIZATION_POLICY' },
      conditions: { clients: { include: ['ALL_CLIENTS'] } },
    },
  });
  org.objects.put({
    id: ids.next('0pr'),
    list: `${policy.list}/${policy.id}/rules`,
    ...times,
    body: {
      ...{ ...named, name: 'Default Policy Rule', type: 'RESOURCE_ACCESS' },
      conditions: {
        people: { users: { exclude: [] }, groups: { include: [org.groups.everyone.id] } },
        grantTypes: { include: ['authorization_code', 'client_credentials'] },
        scopes: { include: ['*'] },
      },
      actions: {
        token: {
          accessTokenLifetimeMinutes: 60,
          refreshTokenLifetimeMinutes: 0,
          refreshTokenWindowMinutes: 10_080,
        },
      },
    },
  });
}
