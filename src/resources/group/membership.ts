import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { isForbidden } from '../../errors/errors.ts';
import { changed, field } from '../../schema/fields.ts';
import { acknowledged, identified } from '../answers.ts';
import { ref } from '../reference.ts';
import { userIdOf } from '../user/reference.ts';
import { user } from '../user/resource.ts';
import { groupIdOf } from './reference.ts';
import { group } from './resource.ts';

export const membershipInput = z.strictObject({ userId: ref(user), groupId: ref(group) });

export const membershipOutput = z.looseObject({
  userId: field(z.string(), 'User ID', 'Id of the user.', '00u1abcdefghijklmnop'),
  groupId: field(z.string(), 'Group ID', 'Id of the group.', '00g1abcdefghijklmnop'),
  changed,
});

/**
 * Makes a user a member of a group, or no member. Okta answers a repetition like the first time, so the membership is
 * read first; a change that is not needed is not sent. Where the connection may not read it, the change is sent and
 * counts as one.
 */
export async function setMembership(
  context: ActionContext,
  references: z.output<typeof membershipInput>,
  wanted: 'PUT' | 'DELETE',
) {
  const params = {
    userId: await userIdOf(context, references.userId),
    groupId: await groupIdOf(context, references.groupId),
  };
  const isMember = await memberOf(context, params.userId, params.groupId);
  if (isMember === (wanted === 'PUT')) return { ...params, changed: false };
  const path = '/api/v1/groups/{groupId}/users/{userId}';
  await context.call({ method: wanted, path, params, answer: acknowledged });
  return { ...params, changed: true };
}

/** Undefined where the connection may not know. */
async function memberOf(
  context: ActionContext,
  userId: string,
  groupId: string,
): Promise<boolean | undefined> {
  try {
    const path = '/api/v1/users/{userId}/groups';
    const groups = context.list({ method: 'GET', path, params: { userId }, answer: identified });
    for await (const group of groups) if (group.id === groupId) return true;
    return false;
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}
