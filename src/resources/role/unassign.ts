import { z } from 'zod';
import type { ActionContext, ResourceDefinition } from '../../define.ts';
import { didYouMean } from '../../errors/did-you-mean.ts';
import { InputError } from '../../errors/errors.ts';
import { field } from '../../schema/fields.ts';
import { change, changeOutput, GONE } from '../changes.ts';
import { type Holder, rolesOf, STANDARD_ROLES } from './assignment.ts';

/** Input that names one of the roles of a user or group. */
export const roleAssignmentId = field(
  z.string().min(1).max(300),
  'Assignment',
  'Id of the assignment, type of a standard role (HELP_DESK_ADMIN), or id or label of a custom role.',
  'HELP_DESK_ADMIN',
);

/** The output: which assignment is gone, and from whom. */
export const unassignOutput = <const N extends string>(holder: Record<N, ResourceDefinition>) =>
  changeOutput(holder).extend({
    roleAssignmentId: field(
      z.string(),
      'Assignment ID',
      'Id of the assignment; as given if there was none.',
      'JBCUYUC7IRCVGS27IFCE2SKO',
    ),
  });

/**
 * Takes a role from a user or group; nothing changes if it does not have it.
 * @param reference id of the assignment, type, or id or label of the role.
 * @throws InputError for an unknown type, for a name that several roles have, and for a role that comes through a group.
 */
export async function unassignRole<Id extends string>(
  context: ActionContext,
  holder: Holder<Id>,
  reference: string,
) {
  const { path, params, assignmentType } = holder;
  if (/^[A-Z]+_[A-Z_]+$/.test(reference) && !STANDARD_ROLES.some((type) => type === reference)) {
    throw new InputError(`${reference} is not a role${didYouMean(reference, STANDARD_ROLES)}`, {
      hint: 'list_user_roles and list_group_roles show the roles that somebody has.',
    });
  }
  const found: Record<string, unknown>[] = [];
  for await (const one of rolesOf(context, holder)) {
    const { id, type, label, role } = one as Record<string, unknown>;
    if ([id, type, label, role].includes(reference)) found.push(one);
  }
  const own = found.filter((one) => one.assignmentType === assignmentType);
  if (own.length > 1) {
    throw new InputError(`Several roles are called ${reference}: ${own.map(({ id }) => id).join(', ')}`, {
      hint: 'Give the id of the one that you mean.',
    });
  }
  if (own.length === 0 && found.length > 0) {
    throw new InputError('The user has this role through a group, not directly', {
      hint: 'Remove the user from the group, or take the role from the group (unassign_role_from_group).',
    });
  }
  if (own.length === 0) return { ...params, roleAssignmentId: reference, changed: false };
  const ids = { ...params, roleAssignmentId: String(own[0]?.id) };
  const call = { method: 'DELETE', path: `${path}/roles/{roleAssignmentId}`, params: ids } as const;
  return { ...ids, ...(await change(context, call, [GONE])) };
}
