import { z } from 'zod';
import { field, timestamp } from '../../schema/fields.ts';

/** Path of the consents of a user. */
export const USER_GRANTS = '/api/v1/users/{userId}/grants';

/** A consent: an app may use a scope in the name of the user. */
export const userGrant = z.looseObject({
  id: field(z.string(), 'Grant ID', 'Unique id.', 'oag1abcdefghijklmnop'),
  status: field(z.string().nullish(), 'Status', 'ACTIVE or REVOKED.', 'ACTIVE'),
  clientId: field(z.string().nullish(), 'Client ID', 'Client ID of the app.', '0oa1abcdefghijklmnop'),
  scopeId: field(z.string().nullish(), 'Scope', 'The scope that the app may use.', 'okta.users.read'),
  userId: field(z.string().nullish(), 'User ID', 'Who has consented.', '00u1abcdefghijklmnop'),
  source: field(z.string().nullish(), 'Source', 'ADMIN or END_USER.', 'END_USER'),
  issuer: field(z.string().nullish(), 'Issuer', 'The authorization server.', 'https://acme.okta.com'),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
});

/** A grant with invented data, for samples. */
export const userGrantSample = {
  id: 'oag1abcdefghijklmnop',
  status: 'ACTIVE',
  clientId: '0oa1abcdefghijklmnop',
  scopeId: 'okta.users.read',
  userId: '00u1abcdefghijklmnop',
  source: 'END_USER',
  issuer: 'https://acme.okta.com',
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
};
