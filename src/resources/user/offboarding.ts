import type { ActionContext, ApiCall } from '../../define.ts';
import { identified } from '../answers.ts';
import { change, GONE } from '../changes.ts';
import { collect } from '../collect.ts';
import { groupsOfUser } from '../group/membership.ts';
import { rolesOf } from '../role/assignment.ts';
import type { PlannedChange, StoryStep } from '../story/steps.ts';
import { ownApps } from './apps.ts';
import { waitForStatus } from './status.ts';

/** The steps in the order in which they run: access ends first, and the account last. */
export const OFFBOARDING = [
  'suspend',
  'clear_sessions',
  'universal_logout',
  'remove_roles',
  'reset_factors',
  'remove_from_groups',
  'unassign_apps',
  'deactivate',
] as const;

type Step = (typeof OFFBOARDING)[number];

interface Leaver {
  id: string;
  status: string;
}

/** Ids of what the user keeps. */
interface Kept {
  groups: ReadonlySet<string>;
  apps: ReadonlySet<string>;
}

const WAIT_MS = 120_000;
const user = '/api/v1/users/{userId}';

/** The chosen steps for one user. */
export function offboardingSteps(
  context: ActionContext,
  { id: userId, status }: Leaver,
  chosen: readonly Step[],
  kept: Kept,
): StoryStep<Step>[] {
  const params = { userId };
  const isGone = status === 'DEPROVISIONED';
  const one = (what: string, call: ApiCall): PlannedChange[] => [
    { change: what, id: userId, make: () => change(context, call, []) },
  ];
  const post = (what: string, operation: string) =>
    one(what, { method: 'POST', path: `${user}/lifecycle/${operation}`, params });
  const plans: Record<Step, () => Promise<PlannedChange[]>> = {
    suspend: async () => (isGone || status === 'SUSPENDED' ? [] : post('suspend', 'suspend')),
    clear_sessions: async () => {
      const query = { oauthTokens: true };
      return one('clear_sessions_and_tokens', { method: 'DELETE', path: `${user}/sessions`, params, query });
    },
    universal_logout: async () => {
      const body = { sub_id: { format: 'opaque', id: userId } };
      const path = '/oauth2/v1/global-token-revocation';
      return one('universal_logout', { method: 'POST', path, body });
    },
    remove_roles: () => roles(context, userId),
    reset_factors: async () => {
      const factors = context.list({ method: 'GET', path: `${user}/factors`, params, answer: identified });
      const some = (await collect(factors)).length > 0;
      return some ? post('reset_factors', 'reset_factors') : [];
    },
    remove_from_groups: () => groups(context, userId, kept.groups),
    unassign_apps: () => apps(context, userId, kept.apps),
    deactivate: async () => (isGone ? [] : post('deactivate', 'deactivate')),
  };
  // Okta deactivates large accounts in the background.
  const settle = () => waitForStatus(context, userId, 'DEPROVISIONED', WAIT_MS);
  return OFFBOARDING.filter((step) => chosen.includes(step)).map((step) => ({
    ...{ step, plan: plans[step] },
    ...(step === 'deactivate' ? { settle } : {}),
  }));
}

const remove = (context: ActionContext, path: string, params: Record<string, string>) =>
  change(context, { method: 'DELETE', path, params }, [GONE]);

/** Roles that come through groups end with the membership. */
async function roles(context: ActionContext, userId: string): Promise<PlannedChange[]> {
  const held = await collect(rolesOf(context, { path: user, params: { userId }, assignmentType: 'USER' }));
  return held
    .filter(({ assignmentType }) => assignmentType === 'USER')
    .map(({ id, label, type }) => ({
      ...{ change: 'remove_role', id, name: label ?? type },
      make: () => remove(context, `${user}/roles/{roleAssignmentId}`, { userId, roleAssignmentId: id }),
    }));
}

/** Built-in and imported groups cannot be changed here. */
async function groups(
  context: ActionContext,
  userId: string,
  kept: ReadonlySet<string>,
): Promise<PlannedChange[]> {
  return (await collect(groupsOfUser(context, userId)))
    .filter(({ id, type }) => type === 'OKTA_GROUP' && !kept.has(id))
    .map(({ id, profile }) => ({
      ...{ change: 'remove_from_group', id, name: profile?.name ?? undefined },
      make: () => remove(context, '/api/v1/groups/{groupId}/users/{userId}', { groupId: id, userId }),
    }));
}

async function apps(
  context: ActionContext,
  userId: string,
  kept: ReadonlySet<string>,
): Promise<PlannedChange[]> {
  return (await collect(ownApps(context, userId)))
    .filter(({ id }) => !kept.has(id))
    .map(({ id, label }) => ({
      ...{ change: 'unassign_app', id, name: label },
      make: () => remove(context, '/api/v1/apps/{appId}/users/{userId}', { appId: id, userId }),
    }));
}
