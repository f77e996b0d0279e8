import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { docsOf } from '../../resources/docs.ts';
import { group } from '../../resources/group/resource.ts';
import { groupSample, groupSchema } from '../../resources/group/schema.ts';
import { field, limit } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

const text = z.string().min(1).optional();

export const listGroups = defineAction({
  key: 'list_groups',
  resource: group,
  title: 'List groups',
  description:
    'Lists groups, all of them or those that an expression or the beginning of a name selects. Prefer search: it knows most attributes and is paged.',
  docsUrl: docsOf('Group', 'listGroups'),
  scopes: ['okta.groups.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    search: field(
      text,
      'Search expression',
      "In Okta's search language; the search index can lag by seconds.",
      'type eq "OKTA_GROUP" and profile.name sw "Sales"',
    ),
    filter: field(
      text,
      'Filter expression',
      'Reads live data, but supports only id, type, lastUpdated and lastMembershipUpdated.',
      'lastMembershipUpdated gt "2026-01-01T00:00:00.000Z"',
    ),
    quickSearch: field(
      text,
      'Quick search',
      'Groups whose name starts with this text, from live data; one page of at most 300, the rest is cut off.',
      'Sales',
    ),
    sortBy: field(text, 'Sort by', 'Attribute to sort by; only in combination with search.', 'profile.name'),
    sortOrder: field(
      labelled(z.enum(['asc', 'desc']), { asc: 'Ascending', desc: 'Descending' }).optional(),
      'Sort order',
      'asc or desc.',
      'desc',
    ),
    includeStats: field(
      z.boolean().default(false),
      'Include counts',
      'Add the number of users and apps of each group; slow in Okta.',
      true,
    ),
    limit,
  }),
  output: z.array(groupSchema),
  request: {
    method: 'GET',
    path: '/api/v1/groups',
    query({ search, filter, quickSearch, sortBy, sortOrder, includeStats }) {
      if (search && (filter || quickSearch))
        throw new InputError('search cannot be combined with filter or quickSearch');
      return {
        search,
        filter,
        q: quickSearch,
        sortBy,
        sortOrder,
        expand: includeStats ? 'stats' : undefined,
      };
    },
    pageSize: 200,
  },
  sample: { input: { search: 'type eq "OKTA_GROUP"', limit: 10 }, output: [groupSample] },
});
