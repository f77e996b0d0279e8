import { z } from 'zod';
import { field, present, timestamp } from '../../schema/fields.ts';
import { namedResource } from '../named.ts';

/** What Okta tells about an API token; never the token itself. */
export const apiTokenSchema = z.looseObject({
  id: field(z.string(), 'API token ID', 'Unique id.', '00T1abcdefghijklmnop'),
  name: present(field(z.string(), 'Name', 'Name of the token.', 'Nightly report')),
  userId: present(
    field(z.string(), 'Owner', 'Id of the user with whose rights it acts.', '00u1abcdefghijklmnop'),
  ),
  clientName: field(z.string().optional(), 'Client', 'Kind of client.', 'Okta API'),
  tokenWindow: field(z.string().nullish(), 'Lifetime', 'How long it lasts without use.', 'P30D'),
  network: field(z.looseObject({}).nullish(), 'Network', 'From where it may be used.', {
    connection: 'ANYWHERE',
  }),
  expiresAt: timestamp('Expires'),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
});

/** A token with invented data, for samples. */
export const apiTokenSample = {
  id: '00T1abcdefghijklmnop',
  name: 'Nightly report',
  userId: '00u1abcdefghijklmnop',
  clientName: 'Okta API',
  tokenWindow: 'P30D',
  network: { connection: 'ANYWHERE' },
  expiresAt: '2026-02-01T03:04:05.000Z',
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
};

/** A static credential that acts as the administrator who made it. */
export const apiToken = namedResource({
  key: 'api_token',
  title: 'API token',
  job: 'org',
  scopes: ['okta.apiTokens.read'],
  schema: apiTokenSchema,
  one: '/api/v1/api-tokens/{apiTokenId}',
  list: '/api/v1/api-tokens',
  plural: { key: 'api_tokens', title: 'API tokens' },
  prefix: '00T',
  example: '00T1abcdefghijklmnop',
  handle: 'Nightly report',
});
