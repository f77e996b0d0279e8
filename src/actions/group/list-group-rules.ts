import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { groupRule } from '../../resources/group-rule/resource.ts';
import { groupRuleSample, groupRuleSchema } from '../../resources/group-rule/schema.ts';
import { field, limit } from '../../schema/fields.ts';

export const listGroupRules = defineAction({
  key: 'list_group_rules',
  resource: groupRule,
  title: 'List group rules',
  description: 'Lists the rules that put users into groups, all or those with a keyword.',
  docsUrl: docsOf('GroupRule', 'listGroupRules'),
  scopes: ['okta.groups.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    search: field(z.string().min(1).optional(), 'Keyword', 'Only rules with this word in the name.', 'Sales'),
    includeGroupNames: field(
      z.boolean().default(false),
      'Include group names',
      'Add the names of the assigned groups, at _embedded.groupIdToGroupNameMap.',
      true,
    ),
    limit,
  }),
  output: z.array(groupRuleSchema),
  request: {
    method: 'GET',
    path: '/api/v1/groups/rules',
    query: ({ search, includeGroupNames }) => ({
      search,
      expand: includeGroupNames ? 'groupIdToGroupNameMap' : undefined,
    }),
    pageSize: 200,
  },
  sample: { input: { search: 'Sales' }, output: [groupRuleSample] },
});
