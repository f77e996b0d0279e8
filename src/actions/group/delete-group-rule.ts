import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { change, changeOutput, GONE, unlessGone } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { groupRule } from '../../resources/group-rule/resource.ts';
import { groupRuleIdOf, readRule, switchRule } from '../../resources/group-rule/status.ts';
import { ref } from '../../resources/reference.ts';
import { field } from '../../schema/fields.ts';

const path = '/api/v1/groups/rules/{groupRuleId}';

export const deleteGroupRule = defineAction({
  key: 'delete_group_rule',
  resource: groupRule,
  title: 'Delete group rule',
  description:
    'Deletes a group rule; an active one is deactivated first. Okta deletes it in the background, so a list may show it for a moment.',
  docsUrl: docsOf('GroupRule', 'deleteGroupRule'),
  scopes: ['okta.groups.manage', 'okta.groups.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({
    groupRuleId: ref(groupRule),
    removeUsers: field(
      z.boolean().default(false),
      'Remove users',
      'Also take the users whom the rule added out of its groups; otherwise they stay.',
      true,
    ),
  }),
  output: changeOutput({ groupRuleId: groupRule }).extend({
    steps: field(z.array(z.string()), 'Steps', 'What this call did.', ['deactivated', 'deleted']),
  }),
  calls: [
    'GET /api/v1/groups/rules/{groupRuleId}',
    'POST /api/v1/groups/rules/{groupRuleId}/lifecycle/deactivate',
    'DELETE /api/v1/groups/rules/{groupRuleId}',
  ],
  async run(context, { groupRuleId: reference, removeUsers }) {
    const groupRuleId = await groupRuleIdOf(context, reference);
    const rule = await readRule(context, groupRuleId).catch(unlessGone);
    if (rule?.status === 'ACTIVE')
      await context.step('deactivated', () => switchRule(context, groupRuleId, 'deactivate'));
    const call = { method: 'DELETE', path, params: { groupRuleId }, query: { removeUsers } } as const;
    if (rule) await context.step('deleted', () => change(context, call, [GONE]));
    const steps = [...context.steps];
    return { groupRuleId, changed: steps.length > 0, steps };
  },
  sample: {
    input: { groupRuleId: 'Sales department' },
    output: { groupRuleId: '0pr1abcdefghijklmnop', changed: true, steps: ['deactivated', 'deleted'] },
  },
});
