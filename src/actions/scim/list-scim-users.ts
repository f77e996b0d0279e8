import { z } from 'zod';
import { defineAction } from '../../define.ts';
import {
  scimAttributes,
  scimFilter,
  scimState,
  scimUserAnswer,
  scimUserSample,
} from '../../resources/scim/fields.ts';
import { SCIM_DOCS, scimDirectory } from '../../resources/scim/resource.ts';
import { limit } from '../../schema/fields.ts';
import { ScimDirectory } from '../../scim/beside/directory.ts';

export const listScimUsers = defineAction({
  key: 'list_scim_users',
  resource: scimDirectory,
  noun: 'SCIM user',
  title: 'List SCIM users',
  description:
    'Lists people whom Okta provisioned to the SCIM server, inactive ones included, in the order in which they came. Okta is not asked.',
  docsUrl: SCIM_DOCS,
  scopes: [],
  offline: true,
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ state: scimState, filter: scimFilter, attributes: scimAttributes, limit }),
  output: z.array(scimUserAnswer),
  calls: [],
  async *stream(_, { state, filter, attributes, limit }) {
    const directory = await ScimDirectory.open(state);
    try {
      yield* directory.list('Users', { filter, attributes }, limit);
    } finally {
      await directory.close();
    }
  },
  sample: {
    input: { state: 'people.db', filter: 'active eq true', limit: 1 },
    output: [scimUserSample],
  },
});
