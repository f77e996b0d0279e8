import { z } from 'zod';
import { isOktaError } from '../../errors/errors.ts';
import { needsOf } from '../../resources/answers.ts';
import { authorizationServerSchema } from '../../resources/authorization-server/resource.ts';
import { collect } from '../../resources/collect.ts';
import { POLICIES, policiesFor } from '../set-up/tokens.ts';
import { askedIssuer, askedServer } from './asked-issuer.ts';
import type { Check, Fine, Found } from './check.ts';
import type { Facts } from './facts.ts';
import { setUpAgain } from './mend.ts';

const SERVER = '/api/v1/authorizationServers/{authServerId}';
const RULES = `${POLICIES}/{policyId}/rules`;

/** Requests that these checks may send. */
export const SERVER_CHECK_CALLS = [`GET ${SERVER}`, `GET ${POLICIES}`, `GET ${RULES}`] as const;

/** The custom authorization server at which the application asks, on this org. */
function ownServer(facts: Facts): string | undefined {
  const server = askedServer(facts);
  const isOwn = server !== undefined && new URL(askedIssuer(facts) ?? '').origin === facts.context.orgUrl;
  return isOwn ? server : undefined;
}

const server: Check = {
  name: 'the authorization server',
  async run(facts) {
    const authServerId = ownServer(facts);
    if (authServerId === undefined) return [];
    const answer = needsOf(authorizationServerSchema);
    const call = { method: 'GET', path: SERVER, params: { authServerId }, answer } as const;
    try {
      const { json } = await facts.context.call(call);
      if (json.status !== 'INACTIVE') return [{ fine: `The authorization server ${json.name} is active.` }];
      const evidence = [`The authorization server ${json.name} is inactive.`];
      return [{ code: 'server_unavailable', certainty: 'certain', evidence }];
    } catch (error) {
      if (!isOktaError(error)) throw error;
      const action = facts.app && setUpAgain(facts.app, { issuer: 'org' });
      if (error.code === 'feature_unavailable') {
        const evidence = [`Okta answers ${error.oktaCode} to requests for authorization servers.`];
        return [{ code: 'api_access_management_missing', certainty: 'certain', evidence, ...action }];
      }
      if (error.code !== 'not_found') throw error;
      const evidence = [`The org has no authorization server ${authServerId}.`];
      return [{ code: 'server_unavailable', certainty: 'certain', evidence, ...action }];
    }
  },
};

const names = z.array(z.string()).nullish().catch(undefined);
const included = z.looseObject({ include: names }).nullish().catch(undefined);
const rule = z.looseObject({
  id: z.string(),
  name: z.string().nullish().catch(undefined),
  status: z.string().nullish().catch(undefined),
  conditions: z
    .looseObject({
      people: z.looseObject({ groups: included, users: included }).nullish().catch(undefined),
      grantTypes: included,
      scopes: included,
    })
    .nullish()
    .catch(undefined),
});

type Rule = z.output<typeof rule>;

const policies: Check = {
  name: 'the policies of the authorization server',
  needs: ['oidc'],
  async run(facts) {
    const { context, app } = facts;
    const authServerId = ownServer(facts);
    if (authServerId === undefined || !app) return [];
    const clientId = app.credentials?.oauthClient?.client_id ?? app.id;
    let all: Awaited<ReturnType<typeof policiesFor>>;
    try {
      all = await policiesFor(context, authServerId, ['ALL_CLIENTS', clientId]);
    } catch (error) {
      // The check of the server itself says more.
      if (isOktaError(error) && ['not_found', 'feature_unavailable'].includes(error.code)) return [];
      throw error;
    }
    const active = all.filter(({ status }) => status !== 'INACTIVE');
    const evidence = [
      `Policies of the server ${authServerId} for this client: ${active.map(({ id, name }) => `${String(name)} (${id})`).join(', ') || 'none that is active'}.`,
    ];
    for (const { id: policyId } of active) {
      const params = { authServerId, policyId };
      const rules = await collect(context.list({ method: 'GET', path: RULES, params, answer: rule }));
      for (const one of rules) {
        const refusal = await refusalOf(facts, one);
        if (refusal === undefined) return [admitted(one)];
        evidence.push(`Rule ${one.name ?? one.id}: ${refusal}.`);
      }
    }
    const mends = active.length === 0 ? setUpAgain(app, { issuer: authServerId }) : {};
    return [{ code: 'no_matching_policy', certainty: 'certain', evidence, ...mends }];
  },
};

const admitted = ({ name, id }: Rule): Found | Fine => ({
  fine: `The rule ${name ?? id} of the authorization server gives the client a token.`,
  not: ['no_matching_policy'],
});

/** Why a rule does not give a token; undefined if it does. */
async function refusalOf(facts: Facts, { status, conditions }: Rule): Promise<string | undefined> {
  if (status === 'INACTIVE') return 'it is inactive';
  const { people, grantTypes, scopes } = conditions ?? {};
  const grants = grantTypes?.include ?? [];
  if (!grants.some((one) => one === 'authorization_code' || one === 'implicit')) {
    return `it is for ${grants.join(', ') || 'no grant'}`;
  }
  const asked = (facts.bar?.kind === 'authorize' ? facts.bar.params.get('scope') : null)?.split(' ') ?? [
    'openid',
  ];
  const allowed = scopes?.include ?? [];
  const missing = allowed.includes('*') ? [] : asked.filter((one) => one !== '' && !allowed.includes(one));
  if (missing.length > 0) return `it does not allow ${missing.join(' ')}`;
  const groups = people?.groups?.include ?? [];
  const users = people?.users?.include ?? [];
  if (groups.includes('EVERYONE') || !facts.user) return undefined;
  const isIn = users.includes(facts.user.id) || (await facts.groups()).some(({ id }) => groups.includes(id));
  return isIn ? undefined : 'the user is in none of its groups';
}

/** Whether a custom authorization server gives the client a token. */
export const SERVER_CHECKS: readonly Check[] = [server, policies];
