import { z } from 'zod';
import { field, present, timestamp } from '../../schema/fields.ts';
import { namedResource } from '../named.ts';

/** An authorization server as Okta returns it. */
export const authorizationServerSchema = z.looseObject({
  id: field(z.string(), 'Authorization server ID', 'Unique id.', 'aus1abcdefghijklmnop'),
  name: present(field(z.string(), 'Name', 'Name of the server.', 'default')),
  description: field(z.string().nullish(), 'Description', 'What the server is for.', 'Tokens for our APIs'),
  audiences: present(
    field(z.array(z.string()), 'Audiences', 'The APIs that its tokens are for.', ['api://default']),
  ),
  issuer: present(
    field(z.string(), 'Issuer', 'Issuer of its tokens.', 'https://acme.okta.com/oauth2/default'),
  ),
  status: field(z.string().optional(), 'Status', 'ACTIVE or INACTIVE.', 'ACTIVE'),
  default: field(z.boolean().optional(), 'Default', 'Whether it is the server of every new org.', true),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
});

/** Issues tokens for the APIs of a company. */
export const authorizationServer = namedResource({
  key: 'authorization_server',
  title: 'Authorization server',
  job: 'apps',
  scopes: ['okta.authorizationServers.read'],
  schema: authorizationServerSchema,
  one: '/api/v1/authorizationServers/{authServerId}',
  list: '/api/v1/authorizationServers',
  plural: { key: 'authorization_servers', title: 'Authorization servers' },
  prefix: 'aus',
  narrow: (q) => ({ q }),
  example: 'aus1abcdefghijklmnop',
  handle: 'default',
});

/** An authorization server with invented data, for samples. */
export const authorizationServerSample = {
  id: 'aus1abcdefghijklmnop',
  name: 'default',
  description: 'Tokens for our APIs',
  audiences: ['api://default'],
  issuer: 'https://acme.okta.com/oauth2/default',
  status: 'ACTIVE',
  default: true,
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
};
