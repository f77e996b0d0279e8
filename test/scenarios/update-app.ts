import { expect } from 'vitest';
import { makeApp, makeWebApp } from '../support/apps.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('update_app', {
    name: 'renames an app, hides it on phones and keeps the rest',
    arrange: (org) => makeApp(org, 'Ledger'),
    input: ({ label }) => ({
      ...{ appId: label, label: `New ${label}`, visibility: { hide: { iOS: true } } },
      accessibility: { selfService: true },
    }),
    check: (output, { label }) =>
      expect(output).toMatchObject({
        ...{ changed: true, label: `New ${label}`, settings: { app: { url: 'https://wiki.acme.test/' } } },
        ...{ visibility: { hide: { iOS: true, web: false } }, accessibility: { selfService: true } },
      }),
  }),
  scenario('update_app', {
    name: 'changes an OpenID Connect app, whose secret Okta shows again',
    arrange: (org) => makeWebApp(org, 'Ledger'),
    input: ({ id }) => ({
      appId: id,
      credentials: { oauthClient: { pkce_required: true } },
      settings: { oauthClient: { redirect_uris: ['https://crm.acme.test/new'] } },
      profile: { owner: 'Sales' },
    }),
    check: (output) =>
      expect(output).toMatchObject({
        ...{ changed: true, profile: { owner: 'Sales' } },
        credentials: { oauthClient: { client_secret: expect.stringMatching(/.{8}/), pkce_required: true } },
        settings: { oauthClient: { redirect_uris: ['https://crm.acme.test/new'], application_type: 'web' } },
      }),
  }),
  scenario('update_app', {
    name: 'changes how people sign in to an app of the catalogue',
    arrange: (org) =>
      makeApp(org, 'Site', { name: 'sharepoint_onpremise', signOnMode: 'SAML_1_1', settings: {} }),
    input: ({ id }) => ({
      ...{ appId: id, signOnMode: 'SAML_2_0' },
      settings: {
        signOn: {
          ...{ responseSigned: true, assertionSigned: true, honorForceAuthn: true },
          ...{ requestCompressed: false, allowMultipleAcsEndpoints: false },
        },
      },
    }),
    check: (output) => expect(output).toMatchObject({ changed: true, signOnMode: 'SAML_2_0' }),
  }),
  scenario('update_app', {
    name: 'sends nothing when the app is so already',
    arrange: (org) => makeApp(org, 'Ledger'),
    input: ({ id, label }) => ({ appId: id, label }),
    check: (output, { id, label }) => expect(output).toMatchObject({ id, label, changed: false }),
  }),
];
