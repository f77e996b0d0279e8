import type { ActionContext, ApiCall } from '../../define.ts';
import { isOktaError } from '../../errors/errors.ts';
import { needsOf } from '../answers.ts';
import { GONE } from '../changes.ts';

/** An assignment, or undefined if there is none. */
export async function assignmentIfAny<T>(
  context: ActionContext,
  { answer, ...call }: Pick<ApiCall<T>, 'path' | 'params'> & Required<Pick<ApiCall<T>, 'answer'>>,
): Promise<T | undefined> {
  try {
    return (await context.call({ method: 'GET', ...call, answer: needsOf(answer) })).json;
  } catch (error) {
    if (isOktaError(error) && error.oktaCode === GONE) return undefined;
    throw error;
  }
}
