import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { needsOf } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { ruleBody, ruleInputs } from '../../resources/group-rule/inputs.ts';
import { groupRule } from '../../resources/group-rule/resource.ts';
import { groupRuleSample, groupRuleSchema } from '../../resources/group-rule/schema.ts';
import { switchRule } from '../../resources/group-rule/status.ts';
import { field } from '../../schema/fields.ts';

const path = '/api/v1/groups/rules';

export const createGroupRule = defineAction({
  key: 'create_group_rule',
  resource: groupRule,
  title: 'Create group rule',
  description:
    'Creates a rule that puts users into groups. In Okta it is INACTIVE at first and does nothing until it is activated.',
  docsUrl: docsOf('GroupRule', 'createGroupRule'),
  scopes: ['okta.groups.manage', 'okta.groups.read', 'okta.users.read'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    ...ruleInputs,
    activate: field(
      z.boolean().default(false),
      'Activate',
      'Activate the rule at once: Okta then adds all users who match, a moment later.',
      true,
    ),
  }),
  output: groupRuleSchema,
  calls: ['POST /api/v1/groups/rules', 'POST /api/v1/groups/rules/{groupRuleId}/lifecycle/activate'],
  async run(context, { activate, ...given }) {
    const body = await ruleBody(context, given);
    const answer = needsOf(groupRuleSchema);
    const { json } = await context.step('created', () =>
      context.call({ method: 'POST', path, body, answer }),
    );
    if (!activate) return json;
    await context.step('activated', () => switchRule(context, json.id, 'activate'));
    return { ...json, status: 'ACTIVE' };
  },
  sample: {
    input: {
      name: 'Sales department',
      expression: 'user.department=="Sales"',
      groupIds: ['00g1abcdefghijklmnop'],
    },
    output: groupRuleSample,
  },
});
