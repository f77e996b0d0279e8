import { z } from 'zod';
import type { ActionContext, CallName } from '../../define.ts';
import { InputError, isOktaError, type OktaError } from '../../errors/errors.ts';
import { field } from '../../schema/fields.ts';
import { needsOf } from '../answers.ts';
import { app } from '../app/resource.ts';
import { group } from '../group/resource.ts';
import { ref, refs } from '../reference.ts';
import { type Holder, roleAssignment, rolesOf, STANDARD_ROLES } from './assignment.ts';
import { resourceSet, role } from './resource.ts';
import { addTargets, targetsOf } from './targets.ts';

const several = z.array(z.string().min(1).max(300)).min(1).max(100).optional();
const narrows = 'The first target narrows a role that applied to everything.';

/** Inputs of an assignment besides the user or group. */
export const assignInput = {
  type: field(
    z.enum([...STANDARD_ROLES, 'CUSTOM']),
    'Type',
    'Type of a standard role, or CUSTOM together with role and resourceSet.',
    'HELP_DESK_ADMIN',
  ),
  role: ref(role, { title: 'Custom role', description: 'Id or exact label of a custom role.' }).optional(),
  resourceSet: ref(resourceSet, {
    description: 'Id or exact label of the resource set to which a custom role applies.',
  }).optional(),
  targetGroupIds: refs(
    group,
    field(
      several,
      'Target groups',
      `Ids or names of the only groups that the role may administer (USER_ADMIN, HELP_DESK_ADMIN, GROUP_MEMBERSHIP_ADMIN). ${narrows}`,
      ['00g1abcdefghijklmnop'],
    ),
  ),
  targetAppIds: refs(
    app,
    field(
      several,
      'Target apps',
      `Ids or labels of the only apps that the role may administer (APP_ADMIN). ${narrows}`,
      ['0oa1abcdefghijklmnop'],
    ),
  ),
  targetAppNames: field(
    several,
    'Target kinds of app',
    `Catalog names of apps whose instances the role may administer, present and future (APP_ADMIN). ${narrows}`,
    ['salesforce'],
  ),
  disableNotifications: field(
    z.boolean().optional(),
    'Disable notifications',
    'True makes it a third-party admin, who gets no e-mails and no support from Okta.',
    true,
  ),
};

type Input = z.output<z.ZodObject<typeof assignInput>>;

/** The requests of an assignment to the object with this path. */
export function assignCalls(path: `/${string}`): CallName[] {
  const [roles, targets] = [`${path}/roles`, `${path}/roles/{roleAssignmentId}/targets`] as const;
  return [
    `GET ${roles}`,
    `POST ${roles}`,
    'GET /api/v1/apps/{appId}',
    `GET ${targets}/groups`,
    `PUT ${targets}/groups/{targetGroupId}`,
    `GET ${targets}/catalog/apps`,
    `PUT ${targets}/catalog/apps/{appName}`,
    `PUT ${targets}/catalog/apps/{appName}/{appId}`,
  ];
}

/**
 * Gives a role to a user or group, unless it has it, then limits it to the targets. Roles are read first: Okta's answer to
 * a repeated assignment is not always an error.
 * @throws InputError for a combination that Okta refuses.
 */
export async function assignRole<Id extends string>(
  context: ActionContext,
  holder: Holder<Id>,
  input: Input,
) {
  const targets = await targetsOf(context, input);
  const body = await bodyOf(context, input);
  const { path, params, assignmentType } = holder;
  const isSame = (one: Record<string, unknown>) =>
    one.assignmentType === assignmentType &&
    Object.entries(body).every(([name, value]) => one[name] === value);
  const held = async () => {
    for await (const one of rolesOf(context, holder)) if (isSame(one)) return { ...one, changed: false };
    return undefined;
  };
  const assigned = (await held()) ?? (await context.step('assigned', give));
  async function give() {
    const query = { disableNotifications: input.disableNotifications };
    const call = { method: 'POST', path: `${path}/roles`, params, query, body } as const;
    try {
      const { json } = await context.call({ ...call, answer: needsOf(roleAssignment) });
      return { ...json, changed: true };
    } catch (error) {
      // Somebody else gave it a moment ago, or an earlier attempt did.
      const known = isOktaError(error) && error.oktaCode === 'E0000090' ? await held() : undefined;
      if (!known) throw error;
      return { ...known, changed: (error as OktaError).mayHaveHappened };
    }
  }
  const limited = await addTargets(context, holder, assigned.id, targets);
  return { ...assigned, ...params, changed: assigned.changed || limited };
}

/** The role as the API takes it. @throws InputError */
async function bodyOf(context: ActionContext, input: Input) {
  const given = [input.role, input.resourceSet].filter((one) => one !== undefined);
  if (input.type !== 'CUSTOM') {
    if (given.length === 0) return { type: input.type };
    throw new InputError('role and resourceSet belong to the type CUSTOM', {
      hint: 'Remove them, or set type to CUSTOM.',
    });
  }
  if (given.length < 2) {
    throw new InputError('The type CUSTOM needs both role and resourceSet', {
      hint: 'Create them in the Admin Console under Security > Administrators.',
    });
  }
  return {
    type: input.type,
    role: await role.names?.resolve(context, input.role as string),
    'resource-set': await resourceSet.names?.resolve(context, input.resourceSet as string),
  };
}
