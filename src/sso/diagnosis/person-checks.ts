import { z } from 'zod';
import { isOktaError } from '../../errors/errors.ts';
import { identified } from '../../resources/answers.ts';
import { assignmentIfAny } from '../../resources/app-assignment/read.ts';
import { appUserSchema } from '../../resources/app-assignment/schema.ts';
import { collect } from '../../resources/collect.ts';
import { simulationSchema } from '../../resources/policy/simulation.ts';
import { HINDRANCES } from '../set-up/access.ts';
import type { Check, Found } from './check.ts';
import type { Facts } from './facts.ts';

const ASSIGNMENT = '/api/v1/apps/{appId}/users/{userId}';
const GROUPS = '/api/v1/apps/{appId}/groups';
const RULES = '/api/v1/policies/{policyId}/rules';
const SIMULATE = '/api/v1/policies/simulate';
const CLAIMS = '/api/v1/apps/{appId}/federated-claims';

/** Requests that these checks may send. */
export const PERSON_CHECK_CALLS = [
  `GET ${ASSIGNMENT}`,
  `GET ${GROUPS}`,
  `GET ${RULES}`,
  `POST ${SIMULATE}`,
  `GET ${CLAIMS}`,
] as const;

const status: Check = {
  name: 'the status of the user',
  needs: ['user'],
  run({ user }) {
    const [reason, action] = HINDRANCES[String(user?.status)] ?? [];
    if (!user || reason === undefined || action === undefined) {
      return [{ fine: 'The user is active.', not: ['user_inactive'] }];
    }
    const evidence = [`The status of ${nameOf(user)} is ${user.status}. ${reason}`];
    return [
      {
        ...{ code: 'user_inactive', certainty: 'certain', evidence },
        action: { key: action, input: { userId: user.id } },
      },
    ];
  },
};

const nameOf = (user: NonNullable<Facts['user']>): string => String(user.profile?.login ?? user.id);

const listedGroup = identified.extend({
  _embedded: z.looseObject({}).nullish().catch(undefined),
});

const assignment: Check = {
  name: 'the assignment',
  needs: ['app', 'user'],
  async run(facts) {
    const { context, app, user, text } = facts;
    if (!app || !user) return [];
    const params = { appId: app.id, userId: user.id };
    const found = await assignmentIfAny(context, { path: ASSIGNMENT, params, answer: appUserSchema });
    if (found) {
      return [
        { fine: `${nameOf(user)} has the app.`, not: ['user_not_assigned'] },
        ...(/not assigned|user_not_assigned/i.test(text) ? [await otherSession(facts)] : []),
      ];
    }
    const call = {
      method: 'GET',
      path: GROUPS,
      params: { appId: app.id },
      query: { limit: 200, expand: 'group' },
    } as const;
    const groups = await collect(context.list({ ...call, answer: listedGroup }));
    const names = groups.map(({ id, _embedded: embedded }) => `${nameIn(embedded) ?? id} (${id})`);
    const evidence = [
      `${nameOf(user)} does not have the app ${app.label}.`,
      names.length > 0 ? `These groups give it: ${names.join(', ')}.` : 'No group gives it.',
    ];
    const action = { key: 'assign_user_to_app', input: { appId: app.id, userId: user.id } };
    return [{ code: 'user_not_assigned', certainty: 'certain', evidence, action }];
  },
};

const withName = z.object({ group: z.object({ profile: z.object({ name: z.string() }) }) });
const nameIn = (embedded: unknown): string | undefined =>
  withName.safeParse(embedded).data?.group.profile.name;

/** The text says that nobody is assigned, and the user is: Okta saw somebody else. */
async function otherSession({ user, events }: Facts): Promise<Found> {
  const failed = await events().catch(() => []);
  const others = failed.flatMap(({ isOfApp, actorId, login }) =>
    isOfApp && actorId !== user?.id && login !== undefined ? login : [],
  );
  const evidence = [
    'The text is about somebody who does not have the app, and this user has it.',
    ...(others[0] === undefined ? [] : [`The System Log has the failure of ${others[0]}.`]),
  ];
  return { code: 'other_session', certainty: 'likely', evidence };
}

const rule = z.looseObject({
  id: z.string(),
  name: z.string().nullish().catch(undefined),
  status: z.string().nullish().catch(undefined),
  actions: z
    .looseObject({ appSignOn: z.looseObject({ access: z.string().nullish() }).nullish() })
    .nullish()
    .catch(undefined),
});

const signOnPolicy: Check = {
  name: 'the sign-on policy of the app',
  needs: ['app'],
  async run({ context, app, user }) {
    const policyId = app?._links?.accessPolicy?.href?.split('/').at(-1);
    if (!app || !policyId) return [];
    const call = { method: 'GET', path: RULES, params: { policyId }, answer: rule } as const;
    const rules = await collect(context.list(call));
    const denying = rules.filter(
      (one) => one.status !== 'INACTIVE' && one.actions?.appSignOn?.access === 'DENY',
    );
    if (denying.length === 0) {
      return [{ fine: 'No rule of the sign-on policy of the app denies access.' }];
    }
    const named = denying.map(({ id, name }) => `${name ?? 'a rule'} (${id})`).join(', ');
    const possible: Found = {
      ...{ code: 'sign_on_policy_denies', certainty: 'possible' },
      evidence: [`Rules of the policy ${policyId} that deny: ${named}.`],
    };
    if (!user) return [possible];
    const body = {
      ...{ appInstance: app.id, policyTypes: ['ACCESS_POLICY'] },
      policyContext: { user: { id: user.id } },
    };
    const simulation = { method: 'POST', path: SIMULATE, body, answer: simulationSchema } as const;
    const result = await context.call(simulation).catch((error: unknown) => {
      // Okta offers it on request alone.
      if (isOktaError(error) && error.code !== 'aborted') return undefined;
      throw error;
    });
    const deciding = result?.json.evaluation
      .flatMap((one) => one.result.policies)
      .flatMap((one) => one.rules ?? [])
      .find(({ id }) => denying.some((one) => one.id === id));
    if (!deciding) return [possible];
    const evidence = [`For this user, the rule ${deciding.name} (${deciding.id}) decides, and it denies.`];
    return [{ ...possible, certainty: 'certain', evidence: [...evidence, ...possible.evidence] }];
  },
};

const MOST_GROUPS = 100;
const claim = z.looseObject({ name: z.string(), expression: z.string() });

const groups: Check = {
  name: 'the number of groups',
  needs: ['oidc', 'user'],
  async run({ context, app, groups: groupsOf }) {
    const { length } = await groupsOf();
    if (!app || length <= MOST_GROUPS) {
      return [
        { fine: `The user is in ${length} group${length === 1 ? '' : 's'}.`, not: ['too_many_groups'] },
      ];
    }
    const call = { method: 'GET', path: CLAIMS, params: { appId: app.id }, answer: claim } as const;
    const told = (await collect(context.list(call))).filter((one) => /group/i.test(one.expression));
    const evidence = [
      `The user is in ${length} groups.`,
      ...told.map(({ name, expression }) => `The claim ${name} has those that match: ${expression}`),
    ];
    return [{ code: 'too_many_groups', certainty: told.length > 0 ? 'likely' : 'possible', evidence }];
  },
};

/** Who signs in. */
export const PERSON_CHECKS: readonly Check[] = [status, assignment, signOnPolicy, groups];
