import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { replacementOf } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { ruleBody, ruleChanges } from '../../resources/group-rule/inputs.ts';
import { groupRule } from '../../resources/group-rule/resource.ts';
import { groupRuleSample, groupRuleSchema } from '../../resources/group-rule/schema.ts';
import {
  assertValid,
  groupRuleIdOf,
  readRule,
  replaceRule,
  switchRule,
} from '../../resources/group-rule/status.ts';
import { ref } from '../../resources/reference.ts';
import { changed, field } from '../../schema/fields.ts';

export const updateGroupRule = defineAction({
  key: 'update_group_rule',
  resource: groupRule,
  title: 'Update group rule',
  description:
    'Changes what is given and keeps the rest. Okta changes only inactive rules, so an active one is deactivated, changed and activated again. An INVALID rule can only be deleted.',
  docsUrl: docsOf('GroupRule', 'replaceGroupRule'),
  scopes: ['okta.groups.manage', 'okta.groups.read', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({
    groupRuleId: ref(groupRule),
    ...ruleChanges,
    status: field(
      z.enum(['ACTIVE', 'INACTIVE']).optional(),
      'Status',
      'Status afterwards; if omitted, the same as before. Give ACTIVE to resume a run that was cut off and left the rule inactive.',
      'ACTIVE',
    ),
  }),
  output: groupRuleSchema.extend({
    changed,
    steps: field(z.array(z.string()), 'Steps', 'What this call did.', [
      'deactivated',
      'updated',
      'activated',
    ]),
  }),
  calls: [
    'GET /api/v1/groups/rules/{groupRuleId}',
    'POST /api/v1/groups/rules/{groupRuleId}/lifecycle/deactivate',
    'PUT /api/v1/groups/rules/{groupRuleId}',
    'POST /api/v1/groups/rules/{groupRuleId}/lifecycle/activate',
  ],
  async run(context, { groupRuleId, status, ...given }) {
    const id = await groupRuleIdOf(context, groupRuleId);
    const rule = await readRule(context, id);
    assertValid(rule.status);
    const [isActive, wanted] = [rule.status === 'ACTIVE', status ?? rule.status];
    const body = replacementOf(rule, await ruleBody(context, given), ['status', 'allGroupsValid']);
    if (isActive && (body || wanted === 'INACTIVE'))
      await context.step('deactivated', () => switchRule(context, id, 'deactivate'));
    const after = body ? await context.step('updated', () => replaceRule(context, id, body, isActive)) : rule;
    if (wanted === 'ACTIVE' && (body || !isActive))
      await context.step('activated', () => switchRule(context, id, 'activate'));
    const steps = [...context.steps];
    return { ...after, status: wanted, changed: steps.length > 0, steps };
  },
  sample: {
    input: { groupRuleId: 'Sales department', expression: 'user.department=="Marketing"' },
    output: {
      ...{ ...groupRuleSample, status: 'ACTIVE', changed: true },
      steps: ['deactivated', 'updated', 'activated'],
    },
  },
});
