import { z } from 'zod';
import type { ActionContext, ApiCall } from '../../define.ts';
import { isOktaError, OktaError } from '../../errors/errors.ts';
import { changed, field, secret } from '../../schema/fields.ts';
import { acknowledged } from '../answers.ts';
import { userRef } from './reference.ts';

/** The output of a change that concerns a user. */
export const userChange = z.looseObject({
  userId: field(z.string(), 'User', 'The user as given in the input.', '00u1abcdefghijklmnop'),
  changed,
});

/** The output of every status change. */
export const statusChange = userChange.extend({
  status: field(z.string().optional(), 'Status', 'The status after the call, if it was read.', 'ACTIVE'),
});

/** The output of an activation: the link, unless it was e-mailed. */
export const activationChange = statusChange.extend({
  activationUrl: secret(
    field(z.string().optional(), 'Activation URL', 'One-time link, if no e-mail was sent.'),
  ),
  activationToken: secret(field(z.string().optional(), 'Activation token', 'The token in that link.')),
});

/** Codes with which Okta refuses a status change, including one that was already made. */
const REFUSED = new Set(['E0000001', 'E0000016', 'E0000032', 'E0000038', 'E0000107']);

/** True when Okta refuses a status change, perhaps because it was already made: the status tells. */
export function isRefusedChange(error: unknown): error is OktaError {
  return isOktaError(error) && REFUSED.has(error.oktaCode ?? '');
}

const withStatus = z.object({ status: z.string() });

/** The current status of a user. */
export async function statusOf(context: ActionContext, userId: string): Promise<string> {
  const path = '/api/v1/users/{userId}';
  return (await context.call({ method: 'GET', path, params: { userId }, answer: withStatus })).json.status;
}

/**
 * Requests a status change. When Okta refuses it, the status is read: if the user already has the desired status, the
 * output is `changed: false`, not an error.
 * @param reached statuses in which nothing is left to do.
 */
export async function changeStatus(
  context: ActionContext,
  reference: string,
  operation: string,
  reached: readonly string[],
  options: Pick<ApiCall, 'query' | 'headers'> = {},
) {
  const userId = await userRef(context, reference);
  const path = `/api/v1/users/{userId}/lifecycle/${operation}`;
  try {
    const { json } = await context.call({
      ...{ method: 'POST', path, params: { userId }, answer: acknowledged },
      ...options,
    });
    return { ...json, userId: reference, changed: true };
  } catch (error) {
    if (!isRefusedChange(error)) throw error;
    const status = await statusOf(context, userId);
    if (!reached.includes(status)) throw notFrom(error, operation, status);
    // An earlier attempt applied it and its answer was lost: report changed: true.
    return { userId: reference, changed: error.mayHaveHappened, status };
  }
}

function notFrom(error: OktaError, operation: string, status: string): OktaError {
  return error.with({
    message: `${error.message}; the user is ${status}`,
    code: 'wrong_state',
    hint: `${operation} is not possible from ${status}: change the status of the user first.`,
  });
}

const LONGEST_PAUSE_MS = 5_000;

/**
 * Polls until a user has a status, at growing intervals.
 * @returns `changed: false`, because it only reads.
 * @throws OktaError `timeout` after `forMs`; Okta continues the change.
 */
export async function waitForStatus(context: ActionContext, userId: string, wanted: string, forMs: number) {
  const until = context.clock.now() + forMs;
  for (let pause = 250; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const status = await statusOf(context, userId);
    if (status === wanted) return { changed: false };
    if (context.clock.now() + pause > until) {
      throw new OktaError(`The user is still ${status}, not ${wanted}, after ${forMs / 1000} s`, {
        code: 'timeout',
        actor: 'okta',
        retryable: true,
        hint: 'Okta continues the change; read the user later.',
      });
    }
    context.progress(`waiting for ${wanted}, now ${status}`);
    await context.clock.sleep(pause, context.signal);
  }
}
