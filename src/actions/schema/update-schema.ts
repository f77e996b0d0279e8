import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { profileSchema, schemaDocument, schemaSample } from '../../resources/schema/resource.ts';
import { SCHEMA_READS, SCHEMA_WRITES, schemaInput, schemaTarget } from '../../resources/schema/target.ts';
import { changeSchema, schemaChanges } from '../../resources/schema/update.ts';
import { changed } from '../../schema/fields.ts';

export const updateSchema = defineAction({
  key: 'update_schema',
  resource: profileSchema,
  title: 'Update profile schema',
  description:
    'Adds, changes or deletes attributes and keeps all others. It waits until Okta shows the change, because one of two updates in the same second is lost; for some seconds longer Okta can refuse profiles that use a new attribute.',
  docsUrl: docsOf('Schema', 'updateUserProfile'),
  scopes: ['okta.schemas.manage', 'okta.userTypes.read', 'okta.apps.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  effectWhen: [{ when: { removeCustom: { absent: true } }, effect: { destructive: false } }],
  input: z.strictObject({ ...schemaInput, ...schemaChanges }),
  output: schemaDocument.extend({ changed }),
  calls: [...SCHEMA_READS, ...SCHEMA_WRITES],
  async run(context, { kind, userTypeId, appId, ...changes }) {
    return changeSchema(context, await schemaTarget(context, { kind, userTypeId, appId }), changes);
  },
  sample: {
    input: { kind: 'user', custom: { shirtSize: { title: 'Shirt size', type: 'string' } } },
    output: { ...schemaSample, changed: true },
  },
});
