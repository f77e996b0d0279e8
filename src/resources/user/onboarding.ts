import type { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { isOktaError } from '../../errors/errors.ts';
import { appIdOf } from '../app/reference.ts';
import { ALREADY_ASSIGNED } from '../app-assignment/read.ts';
import { idsOf } from '../by-name.ts';
import { change } from '../changes.ts';
import { collect } from '../collect.ts';
import { changeMembership, groupsOfUser } from '../group/membership.ts';
import { groupIdOf } from '../group/reference.ts';
import type { PlannedChange, StoryStep } from '../story/steps.ts';
import { ownApps } from './apps.ts';
import { createNewUser, type newUserInput } from './create.ts';
import { LINKED_USERS, primaryOf } from './links.ts';
import { userIdOf } from './reference.ts';
import { differing, revise } from './revise.ts';
import { type UserObject, userByLogin } from './write.ts';

/** The steps in the order in which they run: the invitation goes out when the groups are there. */
export const ONBOARDING = [
  'create_or_update',
  'add_to_groups',
  'assign_manager',
  'activate',
  'assign_apps',
] as const;

type Step = (typeof ONBOARDING)[number];

/** What a new user gets, with ids instead of names. */
interface Welcome {
  user: Omit<z.output<typeof newUserInput>, 'activate' | 'groupIds'>;
  groups: readonly string[];
  apps: readonly string[];
  manager: { id: string; relationship: string } | undefined;
  /** What to do with somebody who has the login. */
  ifExists: 'reuse' | 'update' | 'fail';
  activate: boolean;
  sendEmail: boolean;
}

/** The person who arrives: undefined members until the user exists. */
export interface Newcomer {
  /** Who has the login already. */
  known?: UserObject;
  id?: string;
  status?: string;
  /** Where the user sets a password, if no e-mail was sent. */
  activationUrl?: string;
}

/** The ids of what is referred to by name. @throws InputError or OktaError `not_found` before anything is changed. */
export async function welcomeIds(
  context: ActionContext,
  { groupIds = [], appIds = [], managerId }: { groupIds?: string[]; appIds?: string[]; managerId?: string },
) {
  return {
    groups: await idsOf(groupIds, (one) => groupIdOf(context, one)),
    apps: await idsOf(appIds, (one) => appIdOf(context, one)),
    managerId: managerId === undefined ? undefined : await userIdOf(context, managerId),
  };
}

/** The steps for one user; they fill in `newcomer`. */
export function onboardingSteps(
  context: ActionContext,
  newcomer: Newcomer,
  welcome: Welcome,
): StoryStep<Step>[] {
  const plans: Record<Step, () => Promise<PlannedChange[]>> = {
    create_or_update: async () =>
      newcomer.known ? revision(context, newcomer.known, welcome) : [creation(context, newcomer, welcome)],
    add_to_groups: () => memberships(context, newcomer, welcome.groups),
    assign_manager: () => manager(context, newcomer, welcome.manager),
    activate: async () => activation(context, newcomer, welcome),
    assign_apps: () => assignments(context, newcomer, welcome.apps),
  };
  return ONBOARDING.map((step) => ({
    ...{ step, plan: plans[step] },
    ...(step === 'create_or_update' ? { needed: true } : {}),
  }));
}

function creation(context: ActionContext, newcomer: Newcomer, { user, ifExists }: Welcome): PlannedChange {
  const take = ({ id, status }: UserObject) => Object.assign(newcomer, { id, status });
  return {
    ...{ change: 'create_user', id: undefined, name: user.profile.login },
    async make() {
      try {
        take(await createNewUser(context, { ...user, activate: false }));
        return { changed: true };
      } catch (error) {
        if (!isOktaError(error) || error.code !== 'already_exists') throw error;
        // Created in between: by someone else, or by an attempt of this run whose answer was lost.
        const { mayHaveHappened } = error;
        const found =
          mayHaveHappened || ifExists !== 'fail' ? await userByLogin(context, user.profile.login) : undefined;
        if (!found) throw error;
        take(found);
        return { changed: mayHaveHappened };
      }
    },
  };
}

function revision(context: ActionContext, known: UserObject, { user, ifExists }: Welcome): PlannedChange[] {
  const profile = ifExists === 'update' ? differing(known, user.profile) : undefined;
  if (!profile) return [];
  const name = Object.keys(profile).join(', ');
  const make = async () => {
    await revise(context, known, profile);
    return { changed: true };
  };
  return [{ change: 'update_attributes', id: known.id, name, make }];
}

async function memberships(
  context: ActionContext,
  newcomer: Newcomer,
  wanted: readonly string[],
): Promise<PlannedChange[]> {
  const has = newcomer.id ? await collect(groupsOfUser(context, newcomer.id)) : [];
  const known = new Set(has.map(({ id }) => id));
  return wanted
    .filter((id) => !known.has(id))
    .map((id) => ({
      ...{ change: 'add_to_group', id },
      async make() {
        await changeMembership(context, 'PUT', { groupId: id, userId: newcomer.id as string });
        return { changed: true };
      },
    }));
}

async function manager(
  context: ActionContext,
  newcomer: Newcomer,
  wanted: Welcome['manager'],
): Promise<PlannedChange[]> {
  if (!wanted) return [];
  const { id, relationship: relationshipName } = wanted;
  if (newcomer.id && (await primaryOf(context, newcomer.id, relationshipName)) === id) return [];
  const path = `${LINKED_USERS}/{primaryUserId}`;
  const make = () => {
    const params = { userId: newcomer.id as string, relationshipName, primaryUserId: id };
    return change(context, { method: 'PUT', path, params }, []);
  };
  return [{ change: 'assign_manager', id, make }];
}

/** Statuses from which Okta activates a user. */
const INACTIVE = new Set<string | undefined>([undefined, 'STAGED', 'DEPROVISIONED']);

function activation(
  context: ActionContext,
  newcomer: Newcomer,
  { activate, sendEmail }: Welcome,
): PlannedChange[] {
  if (!activate || !INACTIVE.has(newcomer.status)) return [];
  return [
    {
      ...{ change: 'activate', id: newcomer.id },
      async make() {
        const params = { userId: newcomer.id as string };
        const path = '/api/v1/users/{userId}/lifecycle/activate';
        const done = await change(context, { method: 'POST', path, params, query: { sendEmail } }, []);
        const { activationUrl } = done as { activationUrl?: string };
        if (activationUrl) newcomer.activationUrl = activationUrl;
        return done;
      },
    },
  ];
}

async function assignments(
  context: ActionContext,
  newcomer: Newcomer,
  wanted: readonly string[],
): Promise<PlannedChange[]> {
  const has = newcomer.id ? await collect(ownApps(context, newcomer.id)) : [];
  const known = new Set(has.map(({ id }) => id));
  return wanted
    .filter((id) => !known.has(id))
    .map((appId) => ({
      ...{ change: 'assign_app', id: appId },
      make() {
        const body = { id: newcomer.id, scope: 'USER' };
        const path = '/api/v1/apps/{appId}/users';
        return change(context, { method: 'POST', path, params: { appId }, body }, [ALREADY_ASSIGNED]);
      },
    }));
}
