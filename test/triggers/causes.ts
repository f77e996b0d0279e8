import { authorize, postForm } from '../sandbox/oauth-client.ts';
import { newUser, type PushingApp, pushingApp } from '../sandbox/scim-app.ts';
import { type ScimRecorder, scimError } from '../sandbox/scim-recorder.ts';
import type { Client as Org } from '../sandbox/support.ts';
import { Browser } from '../support/browser.ts';

const redirect_uri = 'http://127.0.0.1:7777/callback';
const advance = (org: Org, advanceMs: number) => org.control('POST', '/clock', { advanceMs });

/** A user whom the sign-on policy of an app keeps out, in a browser. @returns tries to sign in to the app. */
export async function keptOut(org: Org): Promise<() => Promise<unknown>> {
  const userId = await newUser(org, 'Kim');
  const { id: appId } = (
    await org.post('/api/v1/apps', {
      ...{ name: 'oidc_client', label: 'Payroll', signOnMode: 'OPENID_CONNECT' },
      settings: {
        oauthClient: {
          ...{ application_type: 'web', grant_types: ['authorization_code'], response_types: ['code'] },
          redirect_uris: [redirect_uri],
        },
      },
    })
  ).body;
  const { id: policyId } = (await org.post('/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Nobody' }))
    .body;
  await org.post(`/api/v1/policies/${policyId}/rules`, {
    ...{ name: 'Out', type: 'ACCESS_POLICY', conditions: { people: { users: { include: [userId] } } } },
    actions: { appSignOn: { access: 'DENY' } },
  });
  await org.put(`/api/v1/apps/${appId}/policies/${policyId}`);
  await org.post(`/api/v1/apps/${appId}/users`, { id: userId });
  const browser = new Browser(org.sandbox.orgUrl);
  await browser.signIn('kim@sandbox.example');
  const query = { client_id: appId, response_type: 'code', redirect_uri, state: 's', scope: 'openid' };
  return () => browser.open(`/oauth2/v1/authorize?${new URLSearchParams(query)}`);
}

/** A refresh token that was exchanged, half a minute later. @returns uses it once more. */
export async function usedToken(org: Org): Promise<() => Promise<unknown>> {
  const { clientId, clientSecret } = org.sandbox.webApp;
  const ask = (form: Record<string, string>) =>
    postForm(org, '/oauth2/v1/token', form, {
      authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}`,
    });
  const { back } = await authorize(org, {
    ...{ client_id: clientId, response_type: 'code', redirect_uri, state: 's' },
    scope: 'okta.users.read offline_access',
  });
  const code = back?.get('code') ?? '';
  const { refresh_token } = (await ask({ grant_type: 'authorization_code', code, redirect_uri })).body;
  const refresh = () => ask({ grant_type: 'refresh_token', refresh_token });
  await refresh();
  await advance(org, 31_000);
  return refresh;
}

/** An app with an account on a SCIM server. */
export async function scimAccount(org: Org, server: ScimRecorder): Promise<PushingApp & { userId: string }> {
  const app = await pushingApp(org, server, 'WIZARD');
  const userId = await newUser(org, 'Lee');
  await app.assign(userId);
  await app.settled();
  return { ...app, userId };
}

/** The SCIM server refuses what is pushed. */
export function refusePushes(server: ScimRecorder): void {
  server.answer = (_, response) => scimError(response, 400, 'No');
}

/** An app whose account on a SCIM server has nothing of what is governed. @returns gives it a role there. */
export async function governedAccount(org: Org, server: ScimRecorder): Promise<() => Promise<unknown>> {
  const { id, console } = await scimAccount(org, server);
  await org.post('/governance/api/v1/entitlements', {
    ...{ name: 'Roles', externalValue: 'roles', dataType: 'string', multiValue: true },
    ...{ parent: { externalId: id, type: 'APPLICATION' }, values: [{ name: 'Admin', externalValue: 'adm' }] },
  });
  const account = server.user('lee@sandbox.example');
  return () => {
    server.users.set(account.id, { ...account, entitlements: [{ value: 'adm' }] });
    return console('POST', '/import');
  };
}

/** A campaign that runs and has one review. @returns its path. */
export async function campaign(org: Org, groupId: string): Promise<string> {
  const campaigns = '/governance/api/v1/campaigns';
  const { id } = (
    await org.post(campaigns, {
      ...{ name: 'Sales access', scheduleSettings: { type: 'ONE_OFF' } },
      reviewerSettings: { type: 'USER', reviewerId: org.sandbox.admin.id },
      resourceSettings: { type: 'GROUP', targetResources: [{ resourceId: groupId }] },
    })
  ).body;
  await org.post(`${campaigns}/${id}/launch`);
  return `${campaigns}/${id}`;
}

/** Registers an AI agent. @returns its path. */
export async function agent(org: Org): Promise<string> {
  const agents = '/workload-principals/api/v1/ai-agents';
  await org.post(agents, { profile: { name: 'Helper', description: 'Answers tickets' } });
  return `${agents}/${(await org.get(agents)).body.at(-1).id}`;
}

/** Lets an agent use an authorization server. */
export async function connectAgent(org: Org, path: string) {
  const [{ id }] = (await org.get('/api/v1/authorizationServers')).body;
  return org.post(`${path}/connections`, {
    ...{ connectionType: 'IDENTITY_ASSERTION_CUSTOM_AS', scopeCondition: 'ALL_SCOPES', scopes: ['*'] },
    authorizationServer: { orn: `orn:okta:idp:00o1:authorization_servers:${id}` },
  });
}
