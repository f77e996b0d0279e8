import { z } from 'zod';
import { type ActionContext, defineResource } from '../../define.ts';
import { idByName } from '../by-name.ts';
import { choicesPage } from '../choices.ts';
import { policyIdOf } from '../policy/reference.ts';
import { policyRuleSchema } from '../policy/schema.ts';
import { resolvedId } from '../reference.ts';

const path = '/api/v1/policies/{policyId}/rules';
const listed = z.object({ id: z.string(), name: z.string() });

/** A rule of a policy: conditions, and what happens if they are met. */
export const policyRule = defineResource({
  key: 'policy_rule',
  title: 'Policy rule',
  job: 'rules',
  scopes: ['okta.policies.read'],
  schema: policyRuleSchema,
  names: {
    words: 'Id or exact name',
    example: 'rul1abcdefghijklmnop',
    handle: 'Block contractors',
    calls: [`GET ${path}`],
    resolve: (context, reference, { policyId = '' } = {}) =>
      idByName(context, reference, {
        ...{ what: 'rule', by: 'exact name', path, params: { policyId }, prefix: '(?:0pr|rul)' },
        queries: () => [{}],
        nameOf: ({ name }) => name,
      }),
  },
  choices: {
    key: 'policy_rules',
    title: 'Policy rules',
    within: ['policyId'],
    async load(context, { search, cursor, within: { policyId = '' } = {} }) {
      const params = { policyId: await policyIdOf(context, policyId) };
      return choicesPage(context, { path, params, answer: listed }, cursor, ({ name }) => name, search);
    },
  },
});

/** The ids of a policy and of its rule. @throws OktaError `not_found`; InputError for a name that several have. */
export async function ruleParams(context: ActionContext, given: { policyId: string; ruleId: string }) {
  const policyId = await policyIdOf(context, given.policyId);
  return { policyId, ruleId: await resolvedId(context, policyRule, given.ruleId, { policyId }) };
}
