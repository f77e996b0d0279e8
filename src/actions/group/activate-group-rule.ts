import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { changeOutput } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { groupRule } from '../../resources/group-rule/resource.ts';
import { setRuleStatus } from '../../resources/group-rule/status.ts';
import { ref } from '../../resources/reference.ts';

export const activateGroupRule = defineAction({
  key: 'activate_group_rule',
  resource: groupRule,
  title: 'Activate group rule',
  description:
    'Activates a group rule. Okta then adds all users who match, a moment later. An INVALID rule can only be deleted.',
  docsUrl: docsOf('GroupRule', 'activateGroupRule'),
  scopes: ['okta.groups.manage', 'okta.groups.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({ groupRuleId: ref(groupRule) }),
  output: changeOutput({ groupRuleId: groupRule }),
  calls: [
    'GET /api/v1/groups/rules/{groupRuleId}',
    'POST /api/v1/groups/rules/{groupRuleId}/lifecycle/activate',
  ],
  run: (context, { groupRuleId }) => setRuleStatus(context, groupRuleId, 'activate'),
  sample: {
    input: { groupRuleId: 'Sales department' },
    output: { groupRuleId: '0pr1abcdefghijklmnop', changed: true, status: 'ACTIVE' },
  },
});
