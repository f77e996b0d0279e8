import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';
import { oidcApp, SP, stepsOf } from '../support/sso.ts';

const redirectUris = [`${SP}/sso/openid`, `${SP}/widget/openid`];
const postLogoutRedirectUris = [`${SP}/bye`];

/** People and a group who are to sign in: one of them has never activated the account. */
async function people(org: Org) {
  const [ana, bo, eve] = [
    await org.user('ana'),
    await org.user('bo', { active: false }),
    await org.user('eve'),
  ];
  await org.api('POST', `/api/v1/users/${eve.id}/lifecycle/suspend`);
  const group = await org.group('Sales');
  await org.member(bo, group);
  await org.member(ana, group);
  return { ana, bo, eve, group, label: org.named('OneDesk') };
}

async function server(org: Org) {
  const name = org.named('Portal');
  const body = { name, description: 'For the portal', audiences: [`api://${org.run}`] };
  const { id } = await org.api('POST', '/api/v1/authorizationServers', body);
  return { id: id as string, name, label: org.named('Portal app') };
}

export default [
  scenario('set_up_oidc_sso', {
    name: 'OD-1 OD-2 OD-3 OD-4 OD-5 OD-6 creates the app, assigns it and says who cannot sign in',
    arrange: people,
    input: ({ label, group, ana, bo, eve }) => ({
      ...{ label, redirectUris, postLogoutRedirectUris, application: 'onedesk' },
      ...{ assignGroups: [group.name], assignUsers: [ana.login, bo.id, eve.id], audience: 'customers' },
    }),
    check(output, { bo, eve, group }) {
      expect(output).toMatchObject({ changed: true, dryRun: false, readyForAutoRedirect: false });
      expect(output.clientId).toBe(output.appId);
      expect(output.clientSecret).toMatch(/./);
      expect(output.endpoints.token).toBe(`${output.issuer}/oauth2/v1/token`);
      expect(output.endpoints.endSession).toBe(`${output.issuer}/oauth2/v1/logout`);
      expect(output.loginUrls?.map(({ redirectUri }) => redirectUri)).toEqual(redirectUris);
      expect(output.configuration).toContain(`Client ID: ${output.clientId}`);
      expect(output.configuration).not.toContain(output.clientSecret);
      expect(output.cannotSignIn).toMatchObject([
        { userId: bo.id, status: 'STAGED', action: 'activate_user' },
        { userId: eve.id, status: 'SUSPENDED', action: 'unsuspend_user' },
      ]);
      const { assign_groups: groups, assign_users: users } = stepsOf(output);
      expect(groups?.changes).toMatchObject([{ change: 'assign_group', id: group.id }]);
      expect(users?.changes).toHaveLength(2);
      expect(output.warnings).toEqual([]);
    },
  }),
  scenario('set_up_oidc_sso', {
    name: 'HALO-5 allows implicit ID tokens beside the code for HaloITSM, and sends the groups',
    arrange: people,
    input: ({ label, ana }) => ({
      ...{ label, redirectUris, postLogoutRedirectUris, application: 'halo', assignUsers: [ana.id] },
      groups: { name: 'roles', filterType: 'STARTS_WITH', filterValue: "Halo's (EU)" },
    }),
    check(output) {
      expect(output).toMatchObject({ changed: true, readyForAutoRedirect: true, cannotSignIn: [] });
      expect(stepsOf(output).groups_claim).toMatchObject({
        changes: [{ change: 'create_claim', name: 'roles' }],
      });
    },
  }),
  scenario('set_up_oidc_sso', {
    name: 'changes only what drifted, and says what; the secret is not told again',
    async arrange(org) {
      const world = await people(org);
      const { id } = await oidcApp(org, world.label, { redirectUris: [redirectUris[0] as string] });
      const claim = { name: 'groups', expression: 'user.profile.department' };
      await org.api('POST', `/api/v1/apps/${id}/federated-claims`, claim);
      await org.api('PUT', `/api/v1/apps/${id}/groups/${world.group.id}`, {});
      await org.api('POST', `/api/v1/apps/${id}/users`, { id: world.ana.id });
      await org.api('POST', `/api/v1/apps/${id}/lifecycle/deactivate`);
      const extra = [await org.group('Extra 1'), await org.group('Extra 2')];
      return { ...world, id: id as string, extra };
    },
    input: ({ label, group, extra, ana }) => ({
      ...{
        label,
        redirectUris,
        postLogoutRedirectUris,
        groups: { filterValue: '.+' },
        implicit: true,
        pkceRequired: true,
      },
      ...{ assignGroups: [group.id, ...extra.map((one) => one.id)], assignUsers: [ana.id] },
      ...{ authMethod: 'client_secret_post', application: 'other' },
    }),
    check(output, { id, extra }) {
      expect(output).toMatchObject({ appId: id, changed: true, loginUrls: [] });
      expect(output.clientSecret).toBeUndefined();
      const steps = stepsOf(output);
      expect(steps.create_or_update_app?.changes.map((one) => one.change)).toEqual([
        'update_app',
        'activate_app',
      ]);
      expect(steps.create_or_update_app?.changes[0]?.name?.split(', ')).toEqual([
        'credentials.oauthClient.token_endpoint_auth_method',
        'credentials.oauthClient.pkce_required',
        'settings.oauthClient.grant_types',
        'settings.oauthClient.response_types',
        'settings.oauthClient.redirect_uris',
        'settings.oauthClient.post_logout_redirect_uris',
      ]);
      expect(steps.groups_claim?.changes).toMatchObject([{ change: 'update_claim' }]);
      expect(steps.assign_groups?.changes.map((one) => one.id)).toEqual(extra.map((one) => one.id));
      expect(steps.assign_users).toMatchObject({ status: 'unchanged' });
      expect(output.warnings).toHaveLength(2);
    },
  }),
  scenario('set_up_oidc_sso', {
    name: 'finds a renamed app by its mark, over all pages, and gives it its label back',
    async arrange(org) {
      const label = org.named('OneDesk');
      const { id } = await oidcApp(org, label, { label: `${org.run} renamed` });
      await org.pagesOf(1);
      return { label, id: id as string };
    },
    input: ({ label }) => ({ label, redirectUris: [`${SP}/callback`] }),
    check(output, { id }) {
      expect(output).toMatchObject({ appId: id, changed: true });
      expect(stepsOf(output).create_or_update_app?.changes).toMatchObject([{ name: 'label' }]);
      expect(output.warnings).toEqual([expect.stringContaining('sign-out')]);
    },
  }),
  scenario('set_up_oidc_sso', {
    name: 'takes over an app that was made by hand',
    async arrange(org) {
      const label = org.named('OneDesk');
      const { id } = await oidcApp(org, label, { profile: { owner: 'Sales' } });
      return { label, id: id as string };
    },
    input: ({ label }) => ({ label, redirectUris: [`${SP}/callback`], takeOver: true }),
    check(output, { id }) {
      expect(output).toMatchObject({ appId: id, changed: true });
      expect(stepsOf(output).create_or_update_app?.changes).toMatchObject([{ name: 'profile.connectorKey' }]);
    },
  }),
  scenario('set_up_oidc_sso', {
    name: 'admits the client to a custom authorization server, with a claim for its groups',
    arrange: server,
    input: ({ label, name }) => ({
      ...{ label, redirectUris, postLogoutRedirectUris, issuer: name, application: 'apache' },
      groups: { filterType: 'CONTAINS', filterValue: 'Portal' },
    }),
    check(output, { id }) {
      expect(output.issuer).toMatch(new RegExp(`/oauth2/${id}$`));
      expect(output.metadataUrl).toBe(`${output.issuer}/.well-known/openid-configuration`);
      const steps = stepsOf(output);
      expect(steps.admit_client?.changes).toMatchObject([{ change: 'create_policy' }]);
      expect(steps.groups_claim?.changes).toMatchObject([{ change: 'create_claim', name: 'groups' }]);
      expect(output.configuration).toContain(`OIDCProviderMetadataURL ${output.metadataUrl}`);
    },
  }),
  scenario('set_up_oidc_sso', {
    name: 'sso-field 3 falls back to the org without API Access Management, and says so',
    async arrange(org) {
      await org.control('PUT', '/settings', { missingFeatures: '/api/v1/authorizationServers' });
      return { label: org.named('OneDesk') };
    },
    input: ({ label }) => ({ label, redirectUris, postLogoutRedirectUris, issuer: 'default' }),
    check(output) {
      expect(output.issuerFallBack).toContain('API Access Management');
      expect(output.metadataUrl).toBe(`${output.issuer}/.well-known/openid-configuration`);
      expect(output.warnings).toEqual([expect.stringContaining('API Access Management')]);
    },
  }),
  scenario('set_up_oidc_sso', {
    name: 'names every change in a dry run',
    arrange: people,
    input: ({ label, group, ana }) => ({
      ...{ label, redirectUris, assignGroups: [group.id], assignUsers: [ana.id], dryRun: true },
      issuer: 'default',
      groups: { filterValue: 'Sales' },
    }),
    check(output) {
      expect(output).toMatchObject({ dryRun: true, changed: false, readyForAutoRedirect: false });
      expect(output.appId).toBeUndefined();
      const { admit_client: admit, ...others } = stepsOf(output);
      expect(admit?.status).toBe('unchanged');
      expect(Object.values(others).map(({ status }) => status)).toEqual(Array(4).fill('planned'));
    },
  }),
];
