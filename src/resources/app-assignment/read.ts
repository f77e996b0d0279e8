import type { ActionContext, ApiCall } from '../../define.ts';
import { needsOf } from '../answers.ts';
import { unlessGone } from '../changes.ts';

/** Okta's answer for a user who has the app directly. */
export const ALREADY_ASSIGNED = 'E0000062';

/** An assignment, or undefined if there is none. */
export async function assignmentIfAny<T>(
  context: ActionContext,
  { answer, ...call }: Pick<ApiCall<T>, 'path' | 'params'> & Required<Pick<ApiCall<T>, 'answer'>>,
): Promise<T | undefined> {
  const found = await context.call({ method: 'GET', ...call, answer: needsOf(answer) }).catch(unlessGone);
  return found?.json;
}
