import { isOktaError } from '../../errors/errors.ts';

/** Okta's refusals of a change to a group that is not its own; the first one is also that of a missing permission. */
const REFUSED = ['E0000006', 'E0000060'];

/** Explains the refusal of a change to a group that Okta does not let the API change. */
export async function onOwnGroup<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if (!isOktaError(error) || !REFUSED.includes(error.oktaCode ?? '')) throw error;
    throw error.with({
      hint: 'Only groups of type OKTA_GROUP can be changed: an APP_GROUP belongs to the app or directory that it comes from, a BUILT_IN group to Okta. For other groups, the admin role must cover the group.',
    });
  }
}
