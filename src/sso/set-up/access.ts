import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { identified, needsOf } from '../../resources/answers.ts';
import { ALREADY_ASSIGNED, assignmentIfAny } from '../../resources/app-assignment/read.ts';
import { appUserSchema } from '../../resources/app-assignment/schema.ts';
import { change } from '../../resources/changes.ts';
import { collect } from '../../resources/collect.ts';
import { groupIdOf } from '../../resources/group/reference.ts';
import type { PlannedChange } from '../../resources/story/steps.ts';
import { userRef } from '../../resources/user/reference.ts';
import { userSchema } from '../../resources/user/schema.ts';
import { field } from '../../schema/fields.ts';

type User = z.output<typeof userSchema>;

/** Who is to get an app. */
export interface Access {
  /** By id, the name or id with which each was given. */
  groups: Map<string, string>;
  users: User[];
}

const user = '/api/v1/users/{userId}';
const groups = '/api/v1/apps/{appId}/groups';
const users = '/api/v1/apps/{appId}/users';

/** Requests that reading and giving access may send. */
export const ACCESS_CALLS = [
  `GET ${user}`,
  'GET /api/v1/groups/{groupId}/users',
  `GET ${groups}`,
  `PUT ${groups}/{groupId}`,
  `GET ${users}/{userId}`,
  `POST ${users}`,
] as const;

/** Reads whom names and ids refer to. @throws OktaError `not_found` or InputError, before anything is changed. */
export async function accessOf(
  context: ActionContext,
  given: { assignGroups?: readonly string[]; assignUsers?: readonly string[] },
): Promise<Access> {
  const found = new Map<string, User>();
  for (const reference of given.assignUsers ?? []) {
    const params = { userId: await userRef(context, reference) };
    const { json } = await context.call({ method: 'GET', path: user, params, answer: needsOf(userSchema) });
    found.set(json.id, json as User);
  }
  const groups = new Map<string, string>();
  for (const one of given.assignGroups ?? []) groups.set(await groupIdOf(context, one), one);
  return { groups, users: [...found.values()] };
}

/** The groups that lack the app. @param appId undefined if it does not exist yet. */
export async function groupsToAssign(
  context: ActionContext,
  appId: () => string | undefined,
  { groups: wanted }: Access,
): Promise<PlannedChange[]> {
  const id = appId();
  if (wanted.size === 0) return [];
  const list = { method: 'GET', path: groups, params: { appId: id ?? '' }, query: { limit: 200 } } as const;
  const has = id === undefined ? [] : await collect(context.list({ ...list, answer: identified }));
  const known = new Set(has.map((one) => one.id));
  return [...wanted]
    .filter(([groupId]) => !known.has(groupId))
    .map(([groupId, name]) => ({
      ...{ change: 'assign_group', id: groupId, name: name === groupId ? undefined : name },
      make() {
        const params = { appId: appId() as string, groupId };
        return change(context, { method: 'PUT', path: `${groups}/{groupId}`, params, body: {} }, []);
      },
    }));
}

/** Okta assigns nobody who is in one of these. */
const UNASSIGNABLE = new Set(['SUSPENDED', 'DEPROVISIONED']);

/** The users who lack the app and can be given it. */
export async function usersToAssign(
  context: ActionContext,
  appId: () => string | undefined,
  { users: wanted }: Access,
): Promise<PlannedChange[]> {
  const id = appId();
  const changes: PlannedChange[] = [];
  for (const { id: userId, status, profile } of wanted) {
    if (UNASSIGNABLE.has(String(status))) continue;
    const one = { path: `${users}/{userId}`, params: { appId: id ?? '', userId }, answer: appUserSchema };
    if (id !== undefined && (await assignmentIfAny(context, one))?.scope === 'USER') continue;
    changes.push({
      ...{ change: 'assign_user', id: userId, name: profile?.login ?? undefined },
      make() {
        const params = { appId: appId() as string };
        const body = { id: userId, scope: 'USER' };
        return change(context, { method: 'POST', path: users, params, body }, [ALREADY_ASSIGNED]);
      },
    });
  }
  return changes;
}

/** Why a user in a status cannot sign in, and the key of the action that mends it. */
export const HINDRANCES: Readonly<Record<string, readonly [reason: string, action: string]>> = {
  STAGED: ['The account has never been activated.', 'activate_user'],
  PROVISIONED: ['The account waits until the user follows the activation link.', 'reactivate_user'],
  SUSPENDED: ['The account is suspended.', 'unsuspend_user'],
  DEPROVISIONED: ['The account is deactivated.', 'activate_user'],
  LOCKED_OUT: ['The account is locked after failed attempts.', 'unlock_user'],
  PASSWORD_EXPIRED: ['The password has expired: the user must set a new one first.', 'reset_password'],
  RECOVERY: ['A password reset has not been finished.', 'reset_password'],
};

/** A user who is meant to sign in, but cannot yet. */
const hindered = z.looseObject({
  userId: z.string(),
  login: z.string().optional(),
  status: z.string(),
  reason: z.string(),
  action: z.string(),
});

export const cannotSignInField = field(
  z.array(hindered),
  'Cannot sign in',
  'Those of the assigned who cannot sign in now: the status, the reason, and the action that mends it.',
  [
    {
      ...{ userId: '00u1abcdefghijklmnop', login: 'ana.ruiz@acme.test', status: 'STAGED' },
      ...{ reason: 'The account has never been activated.', action: 'activate_user' },
    },
  ],
);

/** So many members of a group are looked at: the rest of a large group takes its own report. */
const MEMBERS_READ = 1_000;

/** Those of the assigned who cannot sign in now, each once, and what deserves a look about who is assigned. */
export async function hinderedOf(context: ActionContext, access: Access) {
  const met = new Map(access.users.map((one) => [one.id, one]));
  let isCut = false;
  for (const groupId of access.groups.keys()) {
    let read = 0;
    const path = '/api/v1/groups/{groupId}/users';
    const call = { method: 'GET', path, params: { groupId }, query: { limit: 200 } } as const;
    for await (const one of context.list({ ...call, answer: needsOf(userSchema) })) {
      read += 1;
      if (read > MEMBERS_READ) {
        isCut = true;
        break;
      }
      met.set(one.id, one as User);
    }
  }
  const cannotSignIn = [...met.values()].flatMap(({ id: userId, status, profile }) => {
    const [reason, action] = HINDRANCES[String(status)] ?? [];
    if (reason === undefined || action === undefined) return [];
    const login = typeof profile?.login === 'string' ? { login: profile.login } : {};
    return [{ userId, ...login, status: String(status), reason, action }];
  });
  const warnings = [
    ...(access.groups.size > 0 && met.size === 0
      ? ['The groups have no members yet: nobody can sign in.']
      : []),
    ...(isCut ? [`Only ${MEMBERS_READ} members of each group were looked at.`] : []),
  ];
  return { cannotSignIn, isReady: met.size > 0 && cannotSignIn.length === 0, warnings };
}
