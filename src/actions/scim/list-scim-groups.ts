import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { scimFilter, scimGroupAnswer, scimState } from '../../resources/scim/fields.ts';
import { SCIM_DOCS, scimDirectory } from '../../resources/scim/resource.ts';
import { field, limit } from '../../schema/fields.ts';
import { ScimDirectory } from '../../scim/beside/directory.ts';

export const listScimGroups = defineAction({
  key: 'list_scim_groups',
  resource: scimDirectory,
  noun: 'SCIM group',
  title: 'List SCIM groups',
  description: 'Lists groups that Okta pushed to the SCIM server. Okta is not asked.',
  docsUrl: SCIM_DOCS,
  scopes: [],
  offline: true,
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    state: scimState,
    filter: scimFilter,
    withMembers: field(
      z.boolean().default(false),
      'With members',
      'Return the members of each group, too, which may be many.',
      true,
    ),
    limit,
  }),
  output: z.array(scimGroupAnswer),
  calls: [],
  async *stream(_, { state, filter, withMembers, limit }) {
    const directory = await ScimDirectory.open(state);
    try {
      yield* directory.list(
        'Groups',
        { filter, ...(withMembers ? {} : { excludedAttributes: 'members' }) },
        limit,
      );
    } finally {
      await directory.close();
    }
  },
  sample: {
    input: { state: 'people.db', filter: 'displayName eq "Sales"' },
    output: [{ id: '6c5b4a3d-7dec-11d0-a765-00a0c91e6bf6', displayName: 'Sales' }],
  },
});
