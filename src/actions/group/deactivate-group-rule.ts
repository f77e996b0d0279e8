import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { changeOutput } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { groupRule } from '../../resources/group-rule/resource.ts';
import { setRuleStatus } from '../../resources/group-rule/status.ts';
import { ref } from '../../resources/reference.ts';

export const deactivateGroupRule = defineAction({
  key: 'deactivate_group_rule',
  resource: groupRule,
  title: 'Deactivate group rule',
  description:
    'Deactivates a group rule. Users whom it added stay in their groups. A rule that is INVALID does nothing and is left as it is.',
  docsUrl: docsOf('GroupRule', 'deactivateGroupRule'),
  scopes: ['okta.groups.manage', 'okta.groups.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({ groupRuleId: ref(groupRule) }),
  output: changeOutput({ groupRuleId: groupRule }),
  calls: [
    'GET /api/v1/groups/rules/{groupRuleId}',
    'POST /api/v1/groups/rules/{groupRuleId}/lifecycle/deactivate',
  ],
  run: (context, { groupRuleId }) => setRuleStatus(context, groupRuleId, 'deactivate'),
  sample: {
    input: { groupRuleId: 'Sales department' },
    output: { groupRuleId: '0pr1abcdefghijklmnop', changed: true, status: 'INACTIVE' },
  },
});
