import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { expression } from '../../resources/expression.ts';
import { field, limit } from '../../resources/fields.ts';
import { user, userSample } from '../../resources/user.ts';

const CONTAINS = ['profile.firstName', 'profile.lastName', 'profile.email', 'profile.login'];

const condition = z
  .strictObject({
    attribute: field(
      z
        .string()
        .regex(
          /^(profile\.\w+|id|status|created|activated|statusChanged|lastUpdated|type\.id)$/,
          'must be profile.<name>, id, status, created, activated, statusChanged, lastUpdated or type.id',
        ),
      'Attribute',
      'profile.<name> (upper and lower case count), id, status, created, activated, statusChanged, lastUpdated or type.id.',
      'profile.department',
    ),
    operator: field(
      z.enum(['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'sw', 'co', 'pr']),
      'Operator',
      'sw starts with, co contains (names, e-mail and login only), pr has a value.',
      'eq',
    ),
    value: field(
      z.union([z.string(), z.number(), z.boolean()]).optional(),
      'Value',
      'Compared without regard to case; dates in ISO 8601.',
      'Sales',
    ),
  })
  .refine(
    ({ operator, value }) => (operator === 'pr') === (value === undefined),
    'pr takes no value, every other operator needs one',
  )
  .refine(
    ({ operator, attribute }) => operator !== 'co' || CONTAINS.includes(attribute),
    `co works on ${CONTAINS.join(', ')} only`,
  );

export const searchUsers = defineAction({
  key: 'search_users',
  resource: 'user',
  title: 'Search users',
  description:
    'Finds users by any attribute. Okta searches an index that can be seconds behind; without a condition it lists all users but the deactivated ones, live.',
  docsUrl: docsOf('User', 'listUsers'),
  scopes: ['okta.users.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    conditions: field(z.array(condition).optional(), 'Conditions', 'Combined with match.', [
      { attribute: 'profile.department', operator: 'eq', value: 'Sales' },
    ]),
    match: field(
      z.enum(['all', 'any']).default('all'),
      'Match',
      'Whether all conditions must hold, or any.',
      'all',
    ),
    search: field(
      z.string().min(1).optional(),
      'Search expression',
      "Raw expression in Okta's search language; must hold as well as the conditions.",
      'profile.department eq "Sales"',
    ),
    sortBy: field(
      z.string().min(1).optional(),
      'Sort by',
      'Attribute to sort by; only together with a search.',
      'profile.lastName',
    ),
    sortOrder: field(z.enum(['asc', 'desc']).optional(), 'Sort order', 'asc or desc.', 'asc'),
    limit,
  }),
  output: z.array(user),
  request: {
    method: 'GET',
    path: '/api/v1/users',
    query: ({ conditions = [], match, search, sortBy, sortOrder }) => {
      const written = conditions.map(expression).join(match === 'any' ? ' or ' : ' and ');
      const both = written && search ? `(${written}) and (${search})` : written || search;
      return { search: both, sortBy, sortOrder };
    },
    pageSize: 200,
  },
  sample: {
    input: { conditions: [{ attribute: 'profile.department', operator: 'eq', value: 'Sales' }], limit: 10 },
    output: [userSample],
  },
});
