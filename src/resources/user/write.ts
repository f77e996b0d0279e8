import type { z } from 'zod';
import type { ActionContext, ApiCall } from '../../define.ts';
import { isOktaError, type OktaError } from '../../errors/errors.ts';
import { needsOf } from '../answers.ts';
import { userRef } from './reference.ts';
import { userSchema } from './schema.ts';

export type UserObject = z.output<typeof userSchema>;

const answer = needsOf(userSchema);

const PAUSE_MS = 1_000;

/**
 * Creates or changes a user. Okta may not know an attribute that was added to the schema a moment ago; it then refuses the
 * whole request, which is repeated once.
 */
export async function writeUser(context: ActionContext, call: Omit<ApiCall, 'answer'>): Promise<UserObject> {
  const send = async () => (await context.call({ ...call, answer })).json;
  try {
    return await send();
  } catch (error) {
    if (!refuses(error, /is not defined/i)) throw error;
    await context.clock.sleep(PAUSE_MS, context.signal);
    return send();
  }
}

/** True for Okta's "Api validation failed" with such a cause. */
export function refuses(error: unknown, cause: RegExp): error is OktaError {
  return isOktaError(error) && error.oktaCode === 'E0000001' && error.causes.some((one) => cause.test(one));
}

/** The user who has exactly this login, in any case; undefined if there is none. Reads live data. */
export async function userByLogin(context: ActionContext, login: string): Promise<UserObject | undefined> {
  try {
    const params = { userId: await userRef(context, login) };
    const { json } = await context.call({ method: 'GET', path: '/api/v1/users/{userId}', params, answer });
    // Okta also takes ids and short names here.
    const isSame = json.profile?.login?.toLowerCase() === login.toLowerCase();
    return isSame ? json : undefined;
  } catch (error) {
    if (isOktaError(error) && error.code === 'not_found') return undefined;
    throw error;
  }
}
