import { z } from 'zod';
import { field, timestamp } from '../../schema/fields.ts';
import { namedResource } from '../named.ts';

/** A custom role as Okta returns it. */
export const customRoleSchema = z.looseObject({
  id: field(z.string(), 'Role ID', 'Unique id.', 'cr01abcdefghijklmnop'),
  label: field(z.string(), 'Label', 'Name of the role.', 'Group reader'),
  description: field(z.string().nullish(), 'Description', 'What the role is for.', 'Reads groups'),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
});

/** Administrator roles. The standard ones are named by their type; only those of the org have a list. */
export const role = namedResource({
  key: 'role',
  title: 'Admin role',
  job: 'admins',
  scopes: ['okta.roles.read'],
  schema: customRoleSchema,
  ...{ list: '/api/v1/iam/roles', listIn: ['roles'], plural: { key: 'roles', title: 'Custom roles' } },
  ...{ prefix: 'cr0', label: 'label', example: 'cr01abcdefghijklmnop', handle: 'Group reader' },
});

/** What custom roles apply to. */
export const resourceSet = namedResource({
  key: 'resource_set',
  title: 'Resource set',
  job: 'admins',
  scopes: ['okta.roles.read'],
  ...{ list: '/api/v1/iam/resource-sets', listIn: ['resource-sets'] },
  plural: { key: 'resource_sets', title: 'Resource sets' },
  ...{ prefix: 'iam', label: 'label', example: 'iam1abcdefghijklmnop', handle: 'Sales groups' },
});
