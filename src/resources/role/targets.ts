import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { acknowledged } from '../answers.ts';
import { appIdOf } from '../app/reference.ts';
import { groupIdOf } from '../group/reference.ts';
import type { Holder } from './assignment.ts';

/** The only objects that a role may administer. */
interface TargetInput {
  type: string;
  targetGroupIds?: string[] | undefined;
  targetAppIds?: string[] | undefined;
  targetAppNames?: string[] | undefined;
}

/** One object to which a role is limited. */
interface RoleTarget {
  /** Its list: `groups` or `catalog/apps`. */
  list: string;
  /** Placeholders below the list. */
  below: string;
  params: Record<string, string>;
  /** Ids and names by which the list shows that it is included already. */
  shownAs: readonly string[];
}

const LIMITS: Record<string, string> = {
  APP_ADMIN: 'catalog/apps',
  GROUP_MEMBERSHIP_ADMIN: 'groups',
  HELP_DESK_ADMIN: 'groups',
  USER_ADMIN: 'groups',
};

/**
 * The targets of an input, looked up before anything is changed.
 * @throws InputError for targets that a role of this type cannot have.
 */
export async function targetsOf(context: ActionContext, input: TargetInput): Promise<RoleTarget[]> {
  const { type, targetGroupIds = [], targetAppIds = [], targetAppNames = [] } = input;
  const apps = targetAppIds.length + targetAppNames.length;
  for (const [list, count] of [
    ['groups', targetGroupIds.length],
    ['catalog/apps', apps],
  ] as const) {
    if (count === 0 || LIMITS[type] === list) continue;
    const types = Object.keys(LIMITS).filter((one) => LIMITS[one] === list);
    throw new InputError(`${type} cannot be limited to ${list === 'groups' ? 'groups' : 'apps'}`, {
      hint: `Only ${types.join(', ')} can: remove the targets, or choose another type.`,
    });
  }
  const targets: RoleTarget[] = [];
  for (const reference of targetGroupIds) {
    const targetGroupId = await groupIdOf(context, reference);
    const below = '/{targetGroupId}';
    targets.push({ list: 'groups', below, params: { targetGroupId }, shownAs: [targetGroupId] });
  }
  for (const appName of targetAppNames) {
    targets.push({ list: 'catalog/apps', below: '/{appName}', params: { appName }, shownAs: [appName] });
  }
  for (const reference of targetAppIds) {
    const appId = await appIdOf(context, reference);
    const appName = await nameOfApp(context, appId);
    const below = '/{appName}/{appId}';
    targets.push({ list: 'catalog/apps', below, params: { appName, appId }, shownAs: [appId, appName] });
  }
  return targets;
}

async function nameOfApp(context: ActionContext, appId: string): Promise<string> {
  const answer = z.object({ name: z.string() });
  const call = { method: 'GET', path: '/api/v1/apps/{appId}', params: { appId }, answer } as const;
  return (await context.call(call)).json.name;
}

const listed = z.object({ id: z.string().optional(), name: z.string().optional() });

/** Limits a role to the targets that it does not have yet, each in a step. @returns whether there were any. */
export async function addTargets(
  context: ActionContext,
  holder: Holder,
  roleAssignmentId: string,
  targets: readonly RoleTarget[],
): Promise<boolean> {
  const [first] = targets;
  if (!first) return false;
  const path = `${holder.path}/roles/{roleAssignmentId}/targets/${first.list}`;
  const params = { ...holder.params, roleAssignmentId };
  const known = new Set<string | undefined>();
  for await (const { id, name } of context.list({ method: 'GET', path, params, answer: listed })) {
    known.add(id ?? name);
  }
  const missing = targets.filter(({ shownAs }) => !shownAs.some((one) => known.has(one)));
  for (const { below, params: own, shownAs } of missing) {
    const call = { path: path + below, params: { ...params, ...own }, answer: acknowledged };
    await context.step(`limited to ${shownAs[0]}`, () => context.call({ method: 'PUT', ...call }));
  }
  return missing.length > 0;
}
