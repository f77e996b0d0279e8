import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { identified, needsOf } from '../../resources/answers.ts';
import { claimSchema } from '../../resources/authorization-server/claim.ts';
import { change, GONE } from '../../resources/changes.ts';
import { collect } from '../../resources/collect.ts';
import type { PlannedChange } from '../../resources/story/steps.ts';
import { type Groups, groupsExpression } from './groups.ts';
import { markOf } from './own-app.ts';
import type { Made } from './story.ts';

const claims = '/api/v1/authorizationServers/{authServerId}/claims';
/** Path of the policies of a custom authorization server. */
export const POLICIES = '/api/v1/authorizationServers/{authServerId}/policies';
const federated = '/api/v1/apps/{appId}/federated-claims';

/** Requests that making an issuer ready for an app may send. */
export const TOKEN_CALLS = [
  `GET ${claims}`,
  `POST ${claims}`,
  `DELETE ${claims}/{claimId}`,
  `GET ${POLICIES}`,
  `POST ${POLICIES}`,
  `POST ${POLICIES}/{policyId}/rules`,
  `DELETE ${POLICIES}/{policyId}`,
  `GET ${federated}`,
  `POST ${federated}`,
  `PUT ${federated}/{claimId}`,
] as const;

/** What the steps need of the run. */
interface Run {
  context: ActionContext;
  /** Id of the app, once it exists; it is the client id, too. */
  appId: () => string | undefined;
  made: Made[];
}

const federatedClaim = z.looseObject({ id: z.string(), name: z.string(), expression: z.string() });

/**
 * The claim with the groups in ID tokens of the org's own server. Its `groups` claim has no public API, so the claim belongs to
 * the app.
 */
export async function appGroupsClaim({ context, appId }: Run, groups: Groups): Promise<PlannedChange[]> {
  const id = appId();
  const body = { name: groups.name, expression: groupsExpression(groups) };
  const call = { method: 'GET', path: federated, params: { appId: id ?? '' } } as const;
  const known = id === undefined ? [] : await collect(context.list({ ...call, answer: federatedClaim }));
  const found = known.find(({ name }) => name === groups.name);
  if (found?.expression === body.expression) return [];
  return [
    {
      ...{ change: found ? 'update_claim' : 'create_claim', id: found?.id, name: groups.name },
      async make() {
        const params = { appId: appId() as string };
        if (!found) return change(context, { method: 'POST', path: federated, params, body }, []);
        const one = { path: `${federated}/{claimId}`, params: { ...params, claimId: found.id } };
        return change(context, { method: 'PUT', ...one, body }, []);
      },
    },
  ];
}

/**
 * The same claim of a custom authorization server, where it counts for all its clients.
 * @returns a warning, where the server has another claim of this name, which is left as it is.
 */
export async function serverGroupsClaim(
  { context, made }: Run,
  authServerId: string,
  groups: Groups,
): Promise<{ changes: PlannedChange[]; warning?: string }> {
  const params = { authServerId };
  const call = { method: 'GET', path: claims, params, answer: needsOf(claimSchema) } as const;
  const all = await collect(context.list(call));
  const found = all.find(({ name, claimType }) => name === groups.name && claimType === 'IDENTITY');
  if (found) {
    const isSame =
      found.valueType === 'GROUPS' &&
      found.value === groups.filterValue &&
      found.group_filter_type === groups.filterType;
    const warning = `The authorization server has another claim ${groups.name}, which is left as it is: other apps may need it.`;
    return isSame ? { changes: [] } : { changes: [], warning };
  }
  const body = {
    ...{ name: groups.name, status: 'ACTIVE', claimType: 'IDENTITY', valueType: 'GROUPS' },
    ...{ value: groups.filterValue, group_filter_type: groups.filterType, alwaysIncludeInToken: true },
  };
  const make = async () => {
    const call = { method: 'POST', path: claims, params, body, lasting: true } as const;
    const { json } = await context.call({ ...call, answer: identified });
    const one = { path: `${claims}/{claimId}`, params: { ...params, claimId: json.id } };
    made.push({
      what: `the claim ${json.id}`,
      takeBack: (lasting) => change(lasting, { method: 'DELETE', ...one }, [GONE]),
    });
    return { changed: true };
  };
  return { changes: [{ change: 'create_claim', id: undefined, name: groups.name, make }] };
}

const policy = z.looseObject({
  id: z.string(),
  status: z.string().nullish(),
  description: z.string().nullish(),
  conditions: z
    .looseObject({ clients: z.looseObject({ include: z.array(z.string()).nullish() }).nullish() })
    .nullish(),
});

/** The policies of a custom authorization server that apply to a client, or to all. */
export async function policiesFor(context: ActionContext, authServerId: string, clients: readonly string[]) {
  const call = { method: 'GET', path: POLICIES, params: { authServerId }, answer: policy } as const;
  const all = await collect(context.list(call));
  return all.filter(({ conditions }) => conditions?.clients?.include?.some((one) => clients.includes(one)));
}

/** Deletes a policy of a custom authorization server. */
export const deletePolicy = (context: ActionContext, authServerId: string, policyId: string) =>
  change(context, { method: 'DELETE', path: `${POLICIES}/{policyId}`, params: { authServerId, policyId } }, [
    GONE,
  ]);

/** A policy of a custom authorization server that gives the app tokens, unless one does already: without it, Okta refuses. */
export async function accessPolicy(
  { context, appId, made }: Run,
  authServerId: string,
  { label, grants }: { label: string; grants: readonly string[] },
): Promise<PlannedChange[]> {
  const found = await policiesFor(context, authServerId, ['ALL_CLIENTS', ...[appId() ?? []].flat()]);
  if (found.some(({ status }) => status !== 'INACTIVE')) return [];
  const named = { name: `Sign-on of ${label}`, description: markOf(label), status: 'ACTIVE', priority: 1 };
  const make = async () => {
    const params = { authServerId };
    const clients = { include: [appId() as string] };
    const body = { ...named, type: 'OAUTH_AUTHORIZATION_POLICY', conditions: { clients } };
    const call = { method: 'POST', path: POLICIES, params, body, lasting: true } as const;
    const { json } = await context.call({ ...call, answer: identified });
    made.push({
      what: `the policy ${json.id}`,
      takeBack: (lasting) => deletePolicy(lasting, authServerId, json.id),
    });
    await context.call({
      ...{ method: 'POST', path: `${POLICIES}/{policyId}/rules`, params: { ...params, policyId: json.id } },
      body: rule(grants),
      answer: identified,
    });
    return { changed: true };
  };
  return [{ change: 'create_policy', id: undefined, name: named.name, make }];
}

/** Whoever has the app gets tokens that last an hour. */
const rule = (grants: readonly string[]) => ({
  ...{ type: 'RESOURCE_ACCESS', name: 'Sign-on', status: 'ACTIVE', priority: 1 },
  conditions: {
    people: { groups: { include: ['EVERYONE'] } },
    grantTypes: { include: grants },
    scopes: { include: ['*'] },
  },
  actions: {
    token: {
      accessTokenLifetimeMinutes: 60,
      refreshTokenLifetimeMinutes: 0,
      refreshTokenWindowMinutes: 10_080,
    },
  },
});
