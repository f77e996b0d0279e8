import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { scimState, scimUserAnswer, scimUserReference, scimUserSample } from '../../resources/scim/fields.ts';
import { SCIM_DOCS, scimDirectory } from '../../resources/scim/resource.ts';
import { field } from '../../schema/fields.ts';
import { inScimDirectory } from '../../scim/beside/directory.ts';

export const findScimUser = defineAction({
  key: 'find_scim_user',
  resource: scimDirectory,
  noun: 'SCIM user',
  title: 'Find SCIM user',
  description:
    'Looks up a person whom Okta provisioned to the SCIM server, with the groups, roles and entitlements. That nobody is found is no error. Okta is not asked.',
  docsUrl: SCIM_DOCS,
  scopes: [],
  offline: true,
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ state: scimState, user: scimUserReference }),
  output: z.object({
    found: field(z.boolean(), 'Found', 'Whether there is such a user; inactive ones count.', true),
    user: field(scimUserAnswer.nullable(), 'User', 'The user as SCIM shows it; null if there is none.', {
      ...scimUserSample,
    }),
  }),
  calls: [],
  run: (_, { state, user }) =>
    inScimDirectory(state, async (directory) => {
      const found = await directory.user(user);
      return { found: found !== undefined, user: found ?? null };
    }),
  sample: {
    input: { state: 'people.db', user: 'ana.ruiz@acme.test' },
    output: { found: true, user: scimUserSample },
  },
});
