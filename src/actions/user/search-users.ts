import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { docsOf } from '../../resources/docs.ts';
import { expression, isBalanced } from '../../resources/expression.ts';
import { user } from '../../resources/user/resource.ts';
import { userSample, userSchema } from '../../resources/user/schema.ts';
import { field, limit } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

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
      'profile.<name> (case-sensitive), id, status, created, activated, statusChanged, lastUpdated or type.id.',
      'profile.department',
    ),
    operator: field(
      labelled(z.enum(['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'sw', 'co', 'pr']), {
        eq: 'Equals',
        ne: 'Does not equal',
        gt: 'Is greater than',
        ge: 'Is at least',
        lt: 'Is less than',
        le: 'Is at most',
        sw: 'Starts with',
        co: 'Contains',
        pr: 'Has a value',
      }),
      'Operator',
      'Among others: sw (starts with), co (contains; names, e-mail and login only), pr (has a value).',
      'eq',
    ),
    value: field(
      z.union([z.string(), z.number(), z.boolean()]).optional(),
      'Value',
      'Not case-sensitive; dates in ISO 8601.',
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
  resource: user,
  title: 'Search users',
  description:
    'Finds users by any attribute. The search index of Okta can lag by seconds; without conditions, all users except deactivated ones are listed from live data.',
  docsUrl: docsOf('User', 'listUsers'),
  scopes: ['okta.users.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z
    .strictObject({
      conditions: field(z.array(condition).optional(), 'Conditions', 'Combined according to match.', [
        { attribute: 'profile.department', operator: 'eq', value: 'Sales' },
      ]),
      match: field(
        z.enum(['all', 'any']).default('all'),
        'Match',
        'Whether all conditions must hold or any of them.',
        'all',
      ),
      search: field(
        z.string().min(1).optional(),
        'Search expression',
        "Raw expression in Okta's search language; must hold in addition to the conditions.",
        'profile.department eq "Sales"',
      ),
      filter: field(
        z.string().min(1).optional(),
        'Filter expression',
        'Reads live data, but supports only id, status, lastUpdated, login, e-mail and names; case-sensitive.',
        'status eq "LOCKED_OUT"',
      ),
      quickSearch: field(
        z.string().min(1).optional(),
        'Quick search',
        'Names and e-mail addresses that start with this text, from live data; at most 200 users.',
        'ana',
      ),
      sortBy: field(
        z.string().min(1).optional(),
        'Sort by',
        'Attribute to sort by; only in combination with a search.',
        'profile.lastName',
      ),
      sortOrder: field(
        labelled(z.enum(['asc', 'desc']), { asc: 'Ascending', desc: 'Descending' }).optional(),
        'Sort order',
        'asc or desc.',
        'asc',
      ),
      limit,
    })
    .refine(({ search }) => search === undefined || isBalanced(search), {
      message: 'has unbalanced parentheses or quotes',
      path: ['search'],
    }),
  output: z.array(userSchema),
  request: {
    method: 'GET',
    path: '/api/v1/users',
    query: ({ conditions = [], match, search, filter, quickSearch, sortBy, sortOrder }) => {
      const written = conditions.map(expression).join(match === 'any' ? ' or ' : ' and ');
      const both = written && search ? `(${written}) and (${search})` : written || search || undefined;
      if ([both, filter, quickSearch].filter((one) => one !== undefined).length > 1) {
        throw new InputError('Okta accepts only one of search (with conditions), filter and quickSearch');
      }
      return { search: both, filter, q: quickSearch, sortBy, sortOrder };
    },
    pageSize: 200,
  },
  sample: {
    input: { conditions: [{ attribute: 'profile.department', operator: 'eq', value: 'Sales' }], limit: 10 },
    output: [userSample],
  },
});
