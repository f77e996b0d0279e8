import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { samlResponse } from '../support/saml-response.ts';
import { scenario } from '../support/scenario.ts';
import { oidcApp, SP, samlApp, spMetadata } from '../support/sso.ts';

const redirectUri = `${SP}/callback`;
const origin = async (org: Org) =>
  new URL((await org.api('GET', '/api/v1/users/me'))._links.self.href).origin;

/** An app that a group has, and a user who is not in the group. */
async function unassigned(org: Org) {
  const [ana, bo] = [await org.user('ana'), await org.user('bo', { active: false })];
  const group = await org.group('Sales');
  const label = org.named('OneDesk');
  const { id } = await oidcApp(org, label);
  await org.api('PUT', `/api/v1/apps/${id}/groups/${group.id}`, {});
  return { ana, bo, group, label, id, orgUrl: await origin(org) };
}

/** The same with a failure in the System Log. */
async function logged(org: Org) {
  const world = await unassigned(org);
  const { nowMs } = await org.control('GET', '/clock');
  await org.control('POST', '/events', {
    ...{ eventType: 'app.oauth2.authorize.code', published: new Date(nowMs - 30 * 3_600_000).toISOString() },
    outcome: { result: 'FAILURE', reason: 'user_not_assigned' },
    actor: { id: world.ana.id, type: 'User', alternateId: world.ana.login, displayName: 'Ana Ruiz' },
    target: [{ id: world.id, type: 'AppInstance', alternateId: world.label, displayName: world.label }],
  });
  return { ...world, since: new Date(nowMs - 40 * 3_600_000).toISOString() };
}

/** An app of a custom authorization server whose policy is for another grant. */
async function onServer(org: Org) {
  const name = org.named('Portal');
  const body = { name, description: 'For the portal', audiences: [`api://${org.run}`] };
  const { id: server } = await org.api('POST', '/api/v1/authorizationServers', body);
  const label = org.named('Portal app');
  const { id } = await oidcApp(org, label);
  const app = await org.api('GET', `/api/v1/apps/${id}`);
  app.settings.oauthClient.issuer_mode = 'CUSTOM_URL';
  await org.api('PUT', `/api/v1/apps/${id}`, app);
  const policies = `/api/v1/authorizationServers/${server}/policies`;
  const policy = await org.api('POST', policies, {
    ...{ name: 'Portal', description: 'Portal', status: 'ACTIVE', priority: 1 },
    ...{ type: 'OAUTH_AUTHORIZATION_POLICY', conditions: { clients: { include: [id] } } },
  });
  await org.api('POST', `${policies}/${policy.id}/rules`, {
    ...{ type: 'RESOURCE_ACCESS', name: 'Machines', status: 'ACTIVE', priority: 1 },
    conditions: {
      people: { groups: { include: ['EVERYONE'] } },
      grantTypes: { include: ['client_credentials'] },
      scopes: { include: ['*'] },
    },
    actions: { token: { accessTokenLifetimeMinutes: 60 } },
  });
  return { label, id, issuer: `${await origin(org)}/oauth2/${server}` };
}

/** An app whose policy denies a group, and a user in many groups, this one among them. */
async function denied(org: Org) {
  const ana = await org.user('ana');
  const group = await org.group('Denied');
  await org.member(ana, group);
  for (let n = 0; n < 100; n += 1) await org.member(ana, await org.group(`Team ${n}`));
  const label = org.named('OneDesk');
  const { id } = await oidcApp(org, label);
  const claim = { name: 'groups', expression: "user.getGroups({'group.profile.name': {'.*'}}).![name]" };
  await org.api('POST', `/api/v1/apps/${id}/federated-claims`, claim);
  await org.api('POST', `/api/v1/apps/${id}/users`, { id: ana.id });
  const policy = await org.api('POST', '/api/v1/policies', {
    ...{ type: 'ACCESS_POLICY', name: org.named('Strict') },
  });
  const rule = await org.api('POST', `/api/v1/policies/${policy.id}/rules`, {
    ...{ type: 'ACCESS_POLICY', name: 'No access' },
    conditions: { people: { groups: { include: [group.id] } } },
    actions: { appSignOn: { access: 'DENY' } },
  });
  await org.api('PUT', `/api/v1/apps/${id}/policies/${policy.id}`);
  return { ana, id, rule };
}

/** A SAML app for another audience than its application has, and a response of another one. */
async function otherAudience(org: Org) {
  const label = org.named('CRM');
  const { id } = await samlApp(org, label, { audience: `${SP}/crm` });
  return {
    label,
    id,
    response: samlResponse({ issuer: 'urn:other', audience: `${SP}/crm`, nameId: 'Ana@acme.test' }),
  };
}

export default [
  scenario('diagnose_sso', {
    name: 'sso-field 4 says who is not assigned, and which groups would give the app',
    arrange: logged,
    input: ({ label, ana, since }) => ({
      ...{ appId: label, user: ana.login, since },
      url: `${redirectUri}?error=access_denied&error_description=User+is+not+assigned+to+the+client+application.`,
    }),
    check(output, { group, id, ana }) {
      expect(output.causes).toMatchObject([
        {
          ...{ code: 'user_not_assigned', certainty: 'certain', who: 'okta_admin' },
          action: { key: 'assign_user_to_app', input: { appId: id, userId: ana.id } },
        },
      ]);
      const evidence = output.causes[0]?.evidence.join('\n');
      expect(evidence).toContain(`${group.name} (${group.id})`);
      expect(evidence).toMatch(/System Log, \S+Z: app\.oauth2\.authorize\.code FAILURE/);
      expect(output.checked.join()).toContain('is active');
      expect(output).not.toHaveProperty('next');
    },
  }),
  scenario('diagnose_sso', {
    name: 'OD-6 finds the account that has never been activated, by its id, and the app by the client ID in the address',
    arrange: unassigned,
    input: ({ id, bo, orgUrl }) => ({
      user: bo.id,
      url: `${orgUrl}/oauth2/v1/authorize?client_id=${id}&response_type=id_token&state=a%2B&redirect_uri=${SP}/Callback`,
    }),
    check(output, { bo }) {
      const found = Object.fromEntries(output.causes.map((one) => [one.code, one]));
      expect(found.user_inactive?.action).toEqual({ key: 'activate_user', input: { userId: bo.id } });
      expect(found.redirect_uri_mismatch?.evidence.join()).toContain(
        'capital letters (/Callback for /callback)',
      );
      expect(found.grant_not_allowed?.evidence.join()).toContain('The app allows: code.');
      expect(found.state_invalid?.certainty).toBe('likely');
    },
  }),
  scenario('diagnose_sso', {
    name: 'OD-15 compares a secret and a redirect URI with the app, and asks the custom authorization server',
    arrange: onServer,
    input: ({ label, issuer }) => ({
      ...{ appId: label, issuer, clientSecret: 'an-old-secret', redirectUri: `${redirectUri}/` },
      error: 'invalid_client',
    }),
    check(output) {
      expect(output.causes.map(({ code, certainty }) => `${certainty} ${code}`)).toEqual(
        expect.arrayContaining([
          ...['certain client_secret_wrong', 'certain redirect_uri_mismatch', 'certain no_matching_policy'],
          ...['certain issuer_mode_without_domain', 'possible client_auth_method'],
        ]),
      );
      expect(JSON.stringify(output)).not.toContain('an-old-secret');
    },
  }),
  scenario('diagnose_sso', {
    name: 'sso-field 8 sso-field 18 names the rule that denies, the number of groups and the keys of the org',
    arrange: denied,
    input: ({ id, ana }) => ({
      ...{ appId: id, user: ana.login },
      error: 'no applicable key found for kid=0ldKey0ldKey0ldKey',
    }),
    check(output, { rule }) {
      expect(output.causes.map(({ code, certainty }) => `${certainty} ${code}`)).toEqual([
        ...['certain sign_on_policy_denies', 'certain keys_rotated', 'likely too_many_groups'],
      ]);
      expect(output.causes[0]?.evidence.join()).toContain(rule.id);
    },
  }),
  scenario('diagnose_sso', {
    name: 'sso-field 15 compares a SAML app with the metadata of its application and with a response',
    arrange: otherAudience,
    input: ({ label, response }) => ({
      ...{ appId: label, samlResponse: response, spMetadataXml: spMetadata() },
      error: 'SAML assertion audience mismatch',
    }),
    check(output) {
      expect(output.causes.map(({ code }) => code)).toEqual(['saml_audience', 'saml_issuer', 'nameid_case']);
      expect(output.causes[0]).toMatchObject({ certainty: 'certain' });
      expect(output.checked).toContain('The app signs response and assertion.');
    },
  }),
  scenario('diagnose_sso', {
    name: 'OD-16 finds nothing, says so, and what to give; an address for documentation is not read',
    arrange: otherAudience,
    // With one slash, which is the same URL, no recording replaces the host.
    input: ({ label }) => ({ appId: label, spMetadataUrl: 'https:/203.0.113.7/metadata' }),
    check(output) {
      expect(output).toMatchObject({ causes: [], summary: 'No cause was found: see next.' });
      expect(output.notChecked.map(({ check }) => check)).toContain('the metadata of the application');
      expect(output.next?.join()).toContain('Give samlResponse');
    },
  }),
];
