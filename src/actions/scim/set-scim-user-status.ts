import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { OktaError } from '../../errors/errors.ts';
import { scimState, scimUserReference } from '../../resources/scim/fields.ts';
import { SCIM_DOCS, scimDirectory } from '../../resources/scim/resource.ts';
import { changed, field } from '../../schema/fields.ts';
import { inScimDirectory, type ScimResource } from '../../scim/beside/directory.ts';

export const setScimUserStatus = defineAction({
  key: 'set_scim_user_status',
  resource: scimDirectory,
  noun: 'SCIM user',
  title: 'Set SCIM user status',
  description:
    'Sets whether a person of the SCIM directory is active: what Okta finds when it asks or imports. Okta is not told, and the triggers do not fire; a later push of Okta can change it again.',
  docsUrl: SCIM_DOCS,
  scopes: [],
  offline: true,
  effect: { kind: 'write', idempotent: true, destructive: false },
  elsewhere: ['state', 'user', 'active'],
  input: z.strictObject({
    state: scimState,
    user: scimUserReference,
    active: field(z.boolean(), 'Active', 'The status: true is active, false is inactive.', false),
  }),
  output: z.object({
    id: field(z.string(), 'ID', 'Id in this directory.', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'),
    userName: field(z.string(), 'User name', "The user's name in the app.", 'ana.ruiz@acme.test'),
    active: field(z.boolean(), 'Active', 'The status now.', false),
    changed: changed.meta({ description: 'False when the user had this status already.' }),
  }),
  calls: [],
  run: (context, { state, user, active }) =>
    inScimDirectory(state, async (directory) => {
      const found = await directory.user(user);
      if (!found) {
        throw new OktaError('The SCIM directory has no such user', {
          ...{ code: 'not_found', actor: 'caller' },
          hint: 'Give the userName, the id or the externalId (list_scim_users).',
        });
      }
      const isChange = found.active !== active;
      if (isChange) {
        await context.announce({ method: 'PATCH', path: '/scim/v2/Users/{id}' });
        await directory.send<ScimResource>('PATCH', `/Users/${found.id}`, {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
          Operations: [{ op: 'replace', value: { active } }],
        });
      }
      return { id: found.id, userName: String(found.userName), active, changed: isChange };
    }),
  sample: {
    input: { state: 'people.db', user: 'ana.ruiz@acme.test', active: false },
    output: {
      ...{ id: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6', userName: 'ana.ruiz@acme.test' },
      ...{ active: false, changed: true },
    },
  },
});
