import { z } from 'zod';
import { defineResource } from '../../define.ts';
import { field } from '../../schema/fields.ts';

const definition = z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() });

/** A profile schema as Okta returns it: JSON Schema, draft 4. */
export const schemaDocument = z.looseObject({
  id: field(
    z.string(),
    'Schema ID',
    'Address of the schema.',
    'https://acme.okta.com/meta/schemas/user/default',
  ),
  name: field(z.string().optional(), 'Name', 'Name of the schema.', 'user'),
  title: field(z.string().optional(), 'Title', 'Title of the schema.', 'User'),
  created: field(z.string().nullish(), 'Created', 'When it was created.', '2026-01-02T03:04:05.000Z'),
  lastUpdated: field(
    z.string().nullish(),
    'Last updated',
    'When it was changed.',
    '2026-01-02T03:04:05.000Z',
  ),
  definitions: field(
    z.looseObject({ base: definition.optional(), custom: definition.optional() }),
    'Definitions',
    'The attributes: base ones are those of Okta, custom ones those that the org added.',
    { custom: { properties: { shirtSize: { title: 'Shirt size', type: 'string' } } } },
  ),
});

/** A schema with invented data, for samples. */
export const schemaSample = {
  id: 'https://acme.okta.com/meta/schemas/user/default',
  name: 'user',
  title: 'User',
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
  definitions: {
    custom: {
      id: '#custom',
      type: 'object',
      properties: { shirtSize: { title: 'Shirt size', type: 'string' } },
    },
    base: { id: '#base', type: 'object', properties: { city: { title: 'City', type: 'string' } } },
  },
};

/** The attributes of users, of groups, and of the users of an app. */
export const profileSchema = defineResource({
  key: 'schema',
  title: 'Profile schema',
  job: 'org',
  scopes: ['okta.schemas.read'],
  schema: schemaDocument,
});
