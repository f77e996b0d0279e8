import type { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { OktaError } from '../../errors/errors.ts';
import { acknowledged, needsOf } from '../answers.ts';
import { groupRule } from './resource.ts';
import { groupRuleSchema } from './schema.ts';

const path = '/api/v1/groups/rules/{groupRuleId}';

/** The id of a group rule, looked up by its exact name unless the reference is an id. */
export const groupRuleIdOf = async (context: ActionContext, reference: string): Promise<string> =>
  (await groupRule.names?.resolve(context, reference)) ?? reference;

type Rule = z.output<typeof groupRuleSchema>;

const answer = needsOf(groupRuleSchema);

/** Reads a group rule. */
export async function readRule(context: ActionContext, groupRuleId: string): Promise<Rule> {
  return (await context.call({ method: 'GET', path, params: { groupRuleId }, answer })).json;
}

/**
 * Replaces an inactive group rule.
 * @param wasActive it was deactivated for that: if Okta refuses the change, a rule that worked is activated again.
 */
export async function replaceRule(
  context: ActionContext,
  groupRuleId: string,
  body: Record<string, unknown>,
  wasActive: boolean,
): Promise<Rule> {
  try {
    return (await context.call({ method: 'PUT', path, params: { groupRuleId }, body, answer })).json;
  } catch (error) {
    if (wasActive) await switchRule(context, groupRuleId, 'activate').catch(() => undefined);
    throw error;
  }
}

/** Activates or deactivates a group rule. */
export async function switchRule(
  context: ActionContext,
  groupRuleId: string,
  operation: 'activate' | 'deactivate',
): Promise<void> {
  const call = { method: 'POST', path: `${path}/lifecycle/${operation}`, params: { groupRuleId } } as const;
  await context.call({ ...call, idempotent: true, answer: acknowledged });
}

/** Activates or deactivates a group rule, unless it is so already. A rule that is INVALID does nothing anyway. */
export async function setRuleStatus(
  context: ActionContext,
  reference: string,
  operation: 'activate' | 'deactivate',
) {
  const groupRuleId = await groupRuleIdOf(context, reference);
  const { status } = await readRule(context, groupRuleId);
  if (operation === 'activate') assertValid(status);
  const wanted = operation === 'activate' ? 'ACTIVE' : 'INACTIVE';
  if (status === wanted || status === 'INVALID') return { groupRuleId, changed: false, status };
  await switchRule(context, groupRuleId, operation);
  return { groupRuleId, changed: true, status: wanted };
}

/** @throws OktaError `wrong_state` for the status INVALID: Okta lets such a rule only be read and deleted. */
export function assertValid(status: string): void {
  if (status !== 'INVALID') return;
  throw new OktaError('The rule is INVALID, because a group that it assigns was deleted', {
    code: 'wrong_state',
    actor: 'caller',
    hint: 'Delete the rule and create it again with groups that exist.',
  });
}
