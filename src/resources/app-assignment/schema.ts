import { z } from 'zod';
import { field, timestamp } from '../../schema/fields.ts';

const profile = z.record(z.string(), z.unknown()).optional();

/** The assignment of a user to an app as Okta returns it. */
export const appUserSchema = z.looseObject({
  id: field(z.string(), 'User ID', 'Id of the user.', '00u1abcdefghijklmnop'),
  externalId: field(z.string().nullish(), 'External ID', 'Id of the user in the app.', '4711'),
  scope: field(
    z.string().optional(),
    'Scope',
    'USER for a direct assignment, GROUP for one by a group.',
    'USER',
  ),
  status: field(z.string().optional(), 'Status', 'Status of the assignment.', 'ACTIVE'),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
  syncState: field(z.string().nullish(), 'Sync state', 'State of provisioning.', 'DISABLED'),
  credentials: field(
    z.looseObject({ userName: z.string().nullish() }).nullish(),
    'Credentials',
    'User name in the app.',
    { userName: 'ana.ruiz@acme.test' },
  ),
  profile: field(profile, 'Profile', 'Attributes in the app.', { department: 'Sales' }),
});

/** The assignment of a group to an app as Okta returns it. */
export const appGroupSchema = z.looseObject({
  id: field(z.string(), 'Group ID', 'Id of the group.', '00g1abcdefghijklmnop'),
  priority: field(
    z.int().nullish(),
    'Priority',
    'Which group counts for a user of several; 0 comes first.',
    0,
  ),
  lastUpdated: timestamp('Last updated'),
  profile: field(profile, 'Profile', 'Attributes that members get in the app.', { department: 'Sales' }),
});

/** Assignments with invented data, for samples. */
export const appUserSample = {
  id: '00u1abcdefghijklmnop',
  externalId: null,
  scope: 'USER',
  status: 'ACTIVE',
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
  syncState: 'DISABLED',
  credentials: { userName: 'ana.ruiz@acme.test' },
  profile: { department: 'Sales' },
};

export const appGroupSample = {
  id: '00g1abcdefghijklmnop',
  priority: 0,
  lastUpdated: '2026-01-02T03:04:05.000Z',
  profile: {},
};
