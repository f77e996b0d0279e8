import { namedResource } from '../named.ts';
import { groupRuleSchema } from './schema.ts';

export const groupRule = namedResource({
  key: 'group_rule',
  title: 'Group rule',
  job: 'groups',
  scopes: ['okta.groups.read'],
  schema: groupRuleSchema,
  one: '/api/v1/groups/rules/{groupRuleId}',
  list: '/api/v1/groups/rules',
  plural: { key: 'group_rules', title: 'Group rules' },
  prefix: '0pr',
  narrow: (search) => ({ search }),
  query: { limit: 200 },
  example: '0pr1abcdefghijklmnop',
  handle: 'Sales department',
});
