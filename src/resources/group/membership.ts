import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { isForbidden } from '../../errors/errors.ts';
import { changed, field } from '../../schema/fields.ts';
import { acknowledged, identified } from '../answers.ts';
import { ref } from '../reference.ts';
import { userIdOf } from '../user/reference.ts';
import { user } from '../user/resource.ts';
import { onOwnGroup } from './own.ts';
import { groupIdOf } from './reference.ts';
import { group } from './resource.ts';

export const membershipInput = z.strictObject({ userId: ref(user), groupId: ref(group) });

export const membershipOutput = z.looseObject({
  userId: field(z.string(), 'User ID', 'Id of the user.', '00u1abcdefghijklmnop'),
  groupId: field(z.string(), 'Group ID', 'Id of the group.', '00g1abcdefghijklmnop'),
  changed,
});

/**
 * Adds a user to a group, or removes one. Okta answers a repeated change like the first, so the membership is read first
 * and an unnecessary change is not sent. If the connection may not read it, the change is sent and reported as changed.
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
  await changeMembership(context, wanted, params);
  return { ...params, changed: true };
}

/** Adds a user to a group, or removes one, without looking first. @throws OktaError with a hint for a group of another type. */
export const changeMembership = (
  context: ActionContext,
  method: 'PUT' | 'DELETE',
  params: { groupId: string; userId: string },
) => {
  const path = '/api/v1/groups/{groupId}/users/{userId}';
  return onOwnGroup(context.call({ method, path, params, answer: acknowledged }));
};

const listed = identified.extend({
  type: z.string().optional(),
  profile: z.object({ name: z.string().nullish() }).nullish(),
});

/** The groups of a user. */
export const groupsOfUser = (context: ActionContext, userId: string) =>
  context.list({ method: 'GET', path: '/api/v1/users/{userId}/groups', params: { userId }, answer: listed });

/** Undefined when the connection may not read it. */
async function memberOf(
  context: ActionContext,
  userId: string,
  groupId: string,
): Promise<boolean | undefined> {
  try {
    for await (const group of groupsOfUser(context, userId)) if (group.id === groupId) return true;
    return false;
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}
