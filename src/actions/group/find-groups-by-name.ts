import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { expression } from '../../resources/expression.ts';
import { group } from '../../resources/group/resource.ts';
import { groupSample, groupSchema } from '../../resources/group/schema.ts';
import { field, limit } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

const OPERATOR = { equals: 'eq', starts_with: 'sw', contains: 'co' } as const;

export const findGroupsByName = defineAction({
  key: 'find_groups_by_name',
  resource: group,
  title: 'Find groups by name',
  description:
    'Finds groups whose name starts with, equals or contains a text. The result may be empty, and the search index of Okta can lag by seconds.',
  docsUrl: docsOf('Group', 'listGroups'),
  scopes: ['okta.groups.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    name: field(z.string().min(1).max(300), 'Name', 'Text to search for; not case-sensitive.', 'Sales'),
    match: field(
      z.enum(['starts_with', 'equals', 'contains']).default('starts_with'),
      'Match',
      'How the name is compared.',
      'contains',
    ),
    type: field(
      labelled(z.enum(['OKTA_GROUP', 'APP_GROUP', 'BUILT_IN']), { BUILT_IN: 'Built in' }).optional(),
      'Type',
      'Only groups of this type.',
      'OKTA_GROUP',
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
    query: ({ name, match, type, includeStats }) => {
      const byName = expression({ attribute: 'profile.name', operator: OPERATOR[match], value: name });
      const byType = type && expression({ attribute: 'type', operator: 'eq', value: type });
      return {
        search: byType ? `${byName} and ${byType}` : byName,
        sortBy: 'profile.name',
        sortOrder: 'asc',
        expand: includeStats ? 'stats' : undefined,
      };
    },
    pageSize: 200,
  },
  sample: { input: { name: 'Sales', match: 'starts_with' }, output: [groupSample] },
});
