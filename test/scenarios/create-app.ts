import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

/** A real org would keep the app. */
async function labelIn(org: Org) {
  await org.control('GET', '/settings');
  return { label: `Ledger ${org.run}` };
}

export default [
  scenario('create_app', {
    name: 'creates an inactive bookmark that is hidden on phones',
    arrange: labelIn,
    input: ({ label }) => ({
      ...{ name: 'bookmark', label, signOnMode: 'BOOKMARK', activate: false },
      settings: { app: { url: 'https://wiki.acme.test/' } },
      accessibility: { selfService: true },
      visibility: { hide: { iOS: true, web: false } },
    }),
    check: (output, { label }) =>
      expect(output).toMatchObject({
        ...{ name: 'bookmark', label, status: 'INACTIVE' },
        accessibility: { selfService: true },
        visibility: { hide: { iOS: true } },
      }),
  }),
  scenario('create_app', {
    name: 'creates an OpenID Connect app and gives its secret',
    arrange: labelIn,
    input: ({ label }) => ({
      ...{ name: 'oidc_client', label, signOnMode: 'OPENID_CONNECT', profile: { owner: 'Sales' } },
      credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_post', pkce_required: true } },
      settings: {
        oauthClient: {
          ...{ application_type: 'web', response_types: ['id_token'], grant_types: ['implicit'] },
          redirect_uris: ['https://crm.acme.test/callback'],
        },
      },
    }),
    check: (output) =>
      expect(output).toMatchObject({
        status: 'ACTIVE',
        profile: { owner: 'Sales' },
        credentials: {
          oauthClient: {
            client_id: output.id,
            client_secret: expect.stringMatching(/.{8}/),
            pkce_required: true,
          },
        },
      }),
  }),
  scenario('create_app', {
    name: 'creates a SAML app, which Okta names',
    arrange: labelIn,
    input: ({ label }) => ({
      ...{ label, signOnMode: 'SAML_2_0' },
      settings: {
        signOn: {
          ...{ ssoAcsUrl: 'https://crm.acme.test/acs', recipient: 'https://crm.acme.test/acs' },
          ...{ destination: 'https://crm.acme.test/acs', audience: 'https://crm.acme.test' },
          ...{ responseSigned: true, assertionSigned: true, signatureAlgorithm: 'RSA_SHA256' },
          ...{ digestAlgorithm: 'SHA256', honorForceAuthn: true, requestCompressed: false },
          subjectNameIdTemplate: `\${user.userName}`,
          subjectNameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
          authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
          ...{ allowMultipleAcsEndpoints: false, acsEndpoints: [], attributeStatements: [] },
        },
      },
    }),
    check: (output) =>
      expect(output).toMatchObject({ name: expect.stringMatching(/_\d+$/), signOnMode: 'SAML_2_0' }),
  }),
];
