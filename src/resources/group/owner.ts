import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { changed, field } from '../../schema/fields.ts';
import { identified } from '../answers.ts';
import { looksLikeId } from '../by-name.ts';
import { ref } from '../reference.ts';
import { isUserId, userIdOf } from '../user/reference.ts';
import { user } from '../user/resource.ts';
import { groupIdOf } from './reference.ts';
import { group } from './resource.ts';

/** An owner as Okta returns it. */
export const ownerSchema = z.looseObject({
  id: field(z.string(), 'Owner ID', 'Id of the user or group.', '00u1abcdefghijklmnop'),
  type: field(z.string().optional(), 'Type', 'USER or GROUP.', 'USER'),
  displayName: field(z.string().nullish(), 'Display name', 'Name of the owner.', 'Ana Ruiz'),
  lastUpdated: field(
    z.string().nullish(),
    'Last updated',
    'As Okta sends it: not ISO 8601, and in a list other than in the answer to a change.',
    '2026-01-02 03:04:05.0',
  ),
});

/** Inputs that name an owner of a group. */
export const ownerInput = z.strictObject({
  groupId: ref(group),
  ownerId: field(
    z.string().trim().min(1).max(300),
    'Owner',
    'Id or login of a user, or id or exact name of a group, according to the type.',
    'ana.ruiz@acme.test',
  ),
  type: field(z.enum(['USER', 'GROUP']).default('USER'), 'Type', 'What the owner is.', 'USER'),
});

/** The output of a change of owners. */
export const ownerOutput = z.looseObject({
  groupId: field(z.string(), 'Group ID', 'Id of the group.', '00g1abcdefghijklmnop'),
  ownerId: field(z.string(), 'Owner ID', 'Id of the user or group.', '00u1abcdefghijklmnop'),
  changed,
});

const path = '/api/v1/groups/{groupId}/owners';

/** Requests that looking up an owner may send. */
export const ownerCalls = [...(user.names?.calls ?? []), `GET ${path}`] as const;

/** Whether a group has this owner. */
export async function hasOwner(
  context: ActionContext,
  { groupId, ownerId }: { groupId: string; ownerId: string },
): Promise<boolean> {
  const call = {
    method: 'GET',
    path,
    params: { groupId },
    query: { limit: 1000 },
    answer: identified,
  } as const;
  for await (const { id } of context.list(call)) if (id === ownerId) return true;
  return false;
}

/** The ids in a path of an owner. */
export async function ownerPath(context: ActionContext, given: z.output<typeof ownerInput>) {
  const { groupId, ownerId, type } = given;
  const other = type === 'USER' ? looksLikeId('00g', ownerId) : isUserId(ownerId);
  // Okta would only say that there is no such user.
  if (other)
    throw new InputError(`ownerId is the id of a ${type === 'USER' ? 'group' : 'user'}, but type is ${type}`);
  return {
    groupId: await groupIdOf(context, groupId),
    ownerId: await (type === 'USER' ? userIdOf : groupIdOf)(context, ownerId),
  };
}
