import { z } from 'zod';
import { local } from '../../resources/reference.ts';
import { field } from '../../schema/fields.ts';

/** Where the directory is. */
export const scimState = local(
  field(
    z.string().min(1),
    'State of the SCIM server',
    'File, or postgres://… without a password (PGPASSWORD), in which the SCIM server keeps its users, groups and events.',
    '/var/lib/okta/people.db',
  ),
);

export const scimUserReference = field(
  z.string().min(1),
  'User',
  'userName, whatever its case, id or externalId. The externalId is what Okta sends: its id of the user.',
  'ana.ruiz@acme.test',
);

export const scimFilter = field(
  z.string().min(1).optional(),
  'Filter',
  'A filter of SCIM; userName, externalId, id, displayName of a group and members are found by an index.',
  'userName sw "ana"',
);

export const scimAttributes = field(
  z.array(z.string().min(1)).min(1).optional(),
  'Attributes',
  'Attributes to return; all if left out. The id is always there.',
  ['userName', 'active', 'groups'],
);

/** A user of the directory. */
export const scimUserAnswer = z.looseObject({
  id: field(z.string(), 'ID', 'Id in this directory, a UUID.', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'),
  userName: field(z.string().optional(), 'User name', "The user's name in the app.", 'ana.ruiz@acme.test'),
  externalId: field(z.string().optional(), 'External ID', "Okta's id of the user.", '00u1abcdefghijklmnop'),
  active: field(z.boolean().optional(), 'Active', 'False after Okta deactivated the user.', true),
  groups: field(
    z.array(z.looseObject({ value: z.string(), display: z.string().optional() })).optional(),
    'Groups',
    'Groups of which the user is a direct member.',
    [{ value: '6c5b4a3d-7dec-11d0-a765-00a0c91e6bf6', display: 'Sales' }],
  ),
});

/** A user with invented data, for samples. */
export const scimUserSample = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  id: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
  externalId: '00u1abcdefghijklmnop',
  userName: 'ana.ruiz@acme.test',
  name: { givenName: 'Ana', familyName: 'Ruiz' },
  active: true,
};

/** A group of the directory. */
export const scimGroupAnswer = z.looseObject({
  id: field(z.string(), 'ID', 'Id in this directory, a UUID.', '6c5b4a3d-7dec-11d0-a765-00a0c91e6bf6'),
  displayName: field(z.string().optional(), 'Name', 'Name of the group.', 'Sales'),
  members: field(
    z.array(z.looseObject({ value: z.string(), display: z.string().optional() })).optional(),
    'Members',
    'Its members, if they were asked for.',
    [{ value: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6', display: 'Ana Ruiz' }],
  ),
});
