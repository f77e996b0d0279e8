import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { profileSchema, schemaDocument, schemaSample } from '../../resources/schema/resource.ts';
import { SCHEMA_READS, schemaInput, schemaTarget } from '../../resources/schema/target.ts';

export const getSchema = defineAction({
  key: 'get_schema',
  resource: profileSchema,
  title: 'Get profile schema',
  description:
    'Reads the attributes of a user type, of groups, or of the users of an app. It is JSON Schema with departures: unique is a word, and required stands beside an attribute as well as in a list.',
  docsUrl: docsOf('Schema', 'getUserSchema'),
  scopes: ['okta.schemas.read', 'okta.userTypes.read', 'okta.apps.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject(schemaInput),
  output: schemaDocument,
  calls: SCHEMA_READS,
  async run(context, input) {
    const target = await schemaTarget(context, input);
    return (await context.call({ method: 'GET', ...target })).json;
  },
  sample: { input: { kind: 'user' }, output: schemaSample },
});
