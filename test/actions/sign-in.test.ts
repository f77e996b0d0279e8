import { describe, expect, it } from 'vitest';
import { connect } from '../../src/connect.ts';
import { rejection } from '../support/server.ts';
import { signedIn } from '../support/sign-in.ts';
import { SP } from '../support/sso.ts';
import { type Bench, useBench } from './support.ts';

let bench: Bench;
useBench((made) => {
  bench = made;
});

const redirectUri = `${SP}/callback`;
/** Ends a sign-in of somebody at the sandbox. */
async function completed(wanted: Parameters<typeof signedIn>[1], more: object = {}) {
  const { signIn, callbackUrl, clientSecret, ...who } = await signedIn(bench.org, wanted);
  const input = { signIn, callbackUrl, clientSecret, provisioning: true, ...more };
  return { ...who, run: () => bench.client.run('complete_sign_in', input) };
}

describe('a sign-in at the sandbox', () => {
  it('OD-3 works with what set_up_oidc_sso returns, by a custom authorization server', async () => {
    const { id: userId, login } = await bench.org.user('ana');
    const app = await bench.client.run('set_up_oidc_sso', {
      ...{ label: 'OneDesk', redirectUris: [redirectUri], assignUsers: [login], issuer: 'default' },
    });
    const beginning = { issuer: app.issuer, clientId: String(app.clientId), redirectUri };
    const { url } = await bench.client.run('begin_sign_in', beginning);
    expect(url).toContain(app.endpoints.authorization);
    const existing = { userId, login, appId: String(app.appId), clientSecret: app.clientSecret };
    const { run } = await completed({ beginning: { issuer: app.issuer }, existing });
    expect(await run()).toMatchObject({
      ...{ decision: 'create', identity: { issuer: `${bench.org.orgUrl}/oauth2/default`, email: login } },
    });
  });

  it('sso-field 4 is refused with the cause for somebody who is not assigned', async () => {
    const { run } = await completed({ isAssigned: false });
    expect(await rejection(run())).toMatchObject({
      ...{ code: 'sign_in_refused', oktaCode: 'access_denied', actor: 'admin' },
      message: expect.stringContaining('is not assigned to the app: User is not assigned'),
    });
  });

  it('sso-field 4 is refused with another cause where no policy of the server admits the client', async () => {
    const { id } = await bench.org.api('POST', '/api/v1/authorizationServers', {
      ...{ name: 'Portal', description: 'Portal', audiences: ['api://portal'] },
    });
    const { run } = await completed({ beginning: { issuer: `${bench.org.orgUrl}/oauth2/${id}` } });
    expect(await rejection(run())).toMatchObject({
      message: expect.stringContaining('No access policy of the authorization server lets this client in'),
    });
  });

  it('sso-field 6 has claims that only userinfo tell', async () => {
    const mapping = { preset: false, fields: { given: 'profile.firstName' } };
    const { run } = await completed({}, { mapping });
    const output = await run();
    expect(output.idTokenClaims).not.toHaveProperty('given_name');
    expect(output).toMatchObject({ profile: { given: 'Ana' } });
  });

  it('sso-field 13 is refused where the secret is sent in another way than the app is registered for', async () => {
    const { run } = await completed({}, { authMethod: 'client_secret_post' });
    expect(await rejection(run())).toMatchObject({
      ...{ oktaCode: 'invalid_client', hint: expect.stringContaining('token_endpoint_auth_method') },
    });
  });

  it('sso-field 3 says that the org has no such authorization server', async () => {
    const issuer = `${bench.org.orgUrl}/oauth2/nothing`;
    expect(
      await rejection(bench.client.run('begin_sign_in', { clientId: '0oa1', redirectUri, issuer })),
    ).toMatchObject({ code: 'not_found', hint: expect.stringContaining('Without API Access Management') });
  });

  it('sends no credential of the connection, and works with none that is valid', async () => {
    const auth = { type: 'api_token', token: 'not-a-real-token' } as const;
    const client = connect({ orgUrl: bench.org.orgUrl, auth });
    const { signIn, callbackUrl, clientSecret } = await signedIn(bench.org);
    expect(await client.run('complete_sign_in', { signIn, callbackUrl, clientSecret })).toMatchObject({
      decision: 'deny',
    });
    client.close();
  });

  it('reads the keys once for many sign-ins over one connection', async () => {
    const asked: string[] = [];
    const client = connect(
      { orgUrl: bench.org.orgUrl, auth: { type: 'api_token', token: bench.sandbox.apiToken } },
      { requestLog: ({ path }) => asked.push(String(path)), logPersonalData: true },
    );
    for (let n = 0; n < 2; n += 1) {
      const { signIn, callbackUrl, clientSecret } = await signedIn(bench.org, { name: `ana${n}` });
      await client.run('complete_sign_in', { signIn, callbackUrl, clientSecret });
    }
    client.close();
    expect(asked.filter((path) => path.endsWith('/keys'))).toHaveLength(1);
    expect(asked.filter((path) => path.endsWith('/openid-configuration'))).toHaveLength(1);
    expect(asked.filter((path) => path.endsWith('/token'))).toHaveLength(2);
  });
});
