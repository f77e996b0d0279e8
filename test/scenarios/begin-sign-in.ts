import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';
import { SP } from '../support/sso.ts';

const required = { clientId: '0oa1abcdefghijklmnop', redirectUri: `${SP}/callback` };
const queryOf = (url: string) => Object.fromEntries(new URL(url).searchParams);

export default [
  scenario('begin_sign_in', {
    name: 'makes the URL to sign in at the org',
    arrange: async ({ orgUrl }) => orgUrl,
    input: () => required,
    check(output, orgUrl) {
      expect(output).toMatchObject({ issuer: orgUrl, warnings: [], scopes: ['openid', 'profile', 'email'] });
      expect(output.url).toMatch(`${orgUrl}/oauth2/v1/authorize?`);
      expect(queryOf(output.url)).toMatchObject({
        ...{ client_id: required.clientId, redirect_uri: required.redirectUri, response_type: 'code' },
        ...{ state: output.state, nonce: output.nonce, code_challenge_method: 'S256' },
      });
    },
  }),
  scenario('begin_sign_in', {
    name: 'asks a custom authorization server for what was chosen',
    arrange: async ({ orgUrl }) => `${orgUrl}/oauth2/default`,
    input: (issuer) => ({
      ...{ ...required, issuer, prompt: 'login', loginHint: 'ana.ruiz@acme.test', maxAgeSeconds: 600 },
      ...{ pkce: false, nonce: 'n-0S6_WzA2MjQx9Z8dK3pQ', scopes: ['openid', 'email', 'halo.read'] },
    }),
    check(output, issuer) {
      expect(output).toMatchObject({ issuer, nonce: 'n-0S6_WzA2MjQx9Z8dK3pQ', scopes: ['openid', 'email'] });
      expect(output.warnings).toEqual([expect.stringContaining('does not offer the scope halo.read')]);
      const query = queryOf(output.url);
      expect(query).toMatchObject({ prompt: 'login', login_hint: 'ana.ruiz@acme.test', max_age: '600' });
      expect(query).not.toHaveProperty('code_challenge');
    },
  }),
];
