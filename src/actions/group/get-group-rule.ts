import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { groupRule } from '../../resources/group-rule/resource.ts';
import { groupRuleSample, groupRuleSchema } from '../../resources/group-rule/schema.ts';
import { ref } from '../../resources/reference.ts';

export const getGroupRule = defineAction({
  key: 'get_group_rule',
  resource: groupRule,
  title: 'Get group rule',
  description: 'Reads one group rule by id or exact name; fails if it does not exist.',
  docsUrl: docsOf('GroupRule', 'getGroupRule'),
  scopes: ['okta.groups.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ groupRuleId: ref(groupRule) }),
  output: groupRuleSchema,
  request: { method: 'GET', path: '/api/v1/groups/rules/{groupRuleId}' },
  sample: { input: { groupRuleId: 'Sales department' }, output: groupRuleSample },
});
