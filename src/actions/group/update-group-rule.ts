import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { needsOf } from '../../resources/answers.ts';
import { replacementOf } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { ruleBody, ruleChanges } from '../../resources/group-rule/inputs.ts';
import { groupRule } from '../../resources/group-rule/resource.ts';
import { groupRuleSample, groupRuleSchema } from '../../resources/group-rule/schema.ts';
import { assertValid, groupRuleIdOf, readRule, switchRule } from '../../resources/group-rule/status.ts';
import { ref } from '../../resources/reference.ts';
import { changed, field } from '../../schema/fields.ts';

const path = '/api/v1/groups/rules/{groupRuleId}';

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
    let rule = await readRule(context, id);
    assertValid(rule.status);
    const wanted = status ?? rule.status;
    const turn = (operation: 'activate' | 'deactivate') => switchRule(context, id, operation);
    const body = replacementOf(rule, await ruleBody(context, given), ['status', 'allGroupsValid']);
    if (rule.status === 'ACTIVE' && (body || wanted === 'INACTIVE'))
      await context.step('deactivated', () => turn('deactivate'));
    if (body) {
      const call = {
        method: 'PUT',
        path,
        params: { groupRuleId: id },
        body,
        answer: needsOf(groupRuleSchema),
      } as const;
      const before = rule.status;
      rule = await context.step('updated', async () => {
        try {
          return (await context.call(call)).json;
        } catch (error) {
          // A change that Okta refuses must not switch off a rule that worked.
          if (before === 'ACTIVE') await turn('activate').catch(() => undefined);
          throw error;
        }
      });
    }
    if (wanted === 'ACTIVE' && (body || rule.status !== 'ACTIVE'))
      await context.step('activated', () => turn('activate'));
    const steps = [...context.steps];
    return { ...rule, status: wanted, changed: steps.length > 0, steps };
  },
  sample: {
    input: { groupRuleId: 'Sales department', expression: 'user.department=="Marketing"' },
    output: {
      ...{ ...groupRuleSample, status: 'ACTIVE', changed: true },
      steps: ['deactivated', 'updated', 'activated'],
    },
  },
});
