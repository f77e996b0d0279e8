import { createRemoteJWKSet, generateKeyPair, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  type AssertionChanges,
  assertion,
  authorize,
  Prover,
  pkce,
  postForm,
  serviceToken,
} from './oauth-client.ts';
import { useSandbox } from './support.ts';

const client = useSandbox();
const token = '/oauth2/v1/token';
const seconds = () => Math.floor(Date.now() / 1000);
const redirect_uri = 'http://127.0.0.1:7777/callback';

function request(clientId: string, rest: Record<string, string> = {}) {
  return {
    client_id: clientId,
    response_type: 'code',
    redirect_uri,
    state: 'st',
    scope: 'okta.users.read',
    ...rest,
  };
}

const basic = () => {
  const { clientId, clientSecret } = client.sandbox.webApp;
  return { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` };
};

/** Signs in through the web app and trades the code. */
async function signIn(scope = 'okta.users.read offline_access') {
  const { back } = await authorize(client, request(client.sandbox.webApp.clientId, { scope }));
  const form = { grant_type: 'authorization_code', code: back?.get('code') as string, redirect_uri };
  return postForm(client, token, form, basic());
}

const refresh = (refresh_token: string) =>
  postForm(client, token, { grant_type: 'refresh_token', refresh_token }, basic());
const usersMe = (accessToken: string) =>
  client.get('/api/v1/users/me', { authorization: `Bearer ${accessToken}` });

describe('the authorize endpoint', () => {
  it('signs in and comes back with code and state', async () => {
    const { status, back } = await authorize(
      client,
      request(client.sandbox.webApp.clientId, { state: 'a b&c' }),
    );
    expect(status).toBe(302);
    expect(back?.get('state')).toBe('a b&c');
    expect(back?.get('code')).toBeTruthy();
  });

  it.each([
    ['invalid_request', { state: '' }],
    ['unsupported_response_type', { response_type: 'token' }],
    ['invalid_request', { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }],
    ['invalid_request', { code_challenge: 'short', code_challenge_method: 'S256' }],
    ['access_denied', { login_hint: 'denied@sandbox.example' }],
    ['invalid_scope', { scope: 'okta.captchas.read' }],
    ['invalid_scope', { scope: 'okta.users.read unheard' }],
    ['invalid_scope', { scope: 'x'.repeat(1025) }],
  ])('comes back with %s for %j', async (error, changes) => {
    const { status, back } = await authorize(client, request(client.sandbox.webApp.clientId, changes));
    expect(status).toBe(302);
    expect(back?.get('error')).toBe(error);
    expect(back?.get('code')).toBeNull();
  });

  it('stays on a page when it can trust nobody', async () => {
    for (const changes of [{ client_id: 'unknown' }, { redirect_uri: 'https://evil.example/callback' }]) {
      const answer = await authorize(client, { ...request(client.sandbox.webApp.clientId), ...changes });
      expect(answer).toMatchObject({ status: 400, back: undefined, text: expect.stringContaining('<html>') });
    }
    expect((await authorize(client, request(client.sandbox.serviceApp.clientId))).status).toBe(400);
  });

  it('takes a redirect URI exactly, and any port on loopback', async () => {
    const { clientId } = client.sandbox.webApp;
    for (const uri of [
      'https://app.example/callback',
      'http://localhost:1/callback',
      'http://127.0.0.1/callback',
    ])
      expect((await authorize(client, request(clientId, { redirect_uri: uri }))).status).toBe(302);
    for (const uri of [
      'https://app.example/callback/',
      'https://app.example:444/callback',
      'http://localhost:1/other',
      'nonsense',
    ])
      expect((await authorize(client, request(clientId, { redirect_uri: uri }))).status).toBe(400);
  });
});

describe('the authorization code', () => {
  it('of a native app needs PKCE, and its verifier', async () => {
    const { clientId: client_id } = client.sandbox.nativeApp;
    expect((await authorize(client, request(client_id))).back?.get('error')).toBe('invalid_request');
    const { verifier, challenge } = pkce();
    const asked = request(client_id, {
      code_challenge: challenge,
      code_challenge_method: 'S256',
      scope: 'openid okta.users.read',
      nonce: 'n1',
    });
    const code = (await authorize(client, asked)).back?.get('code') as string;
    const form = { grant_type: 'authorization_code', client_id, code, redirect_uri };
    expect((await postForm(client, token, form)).body.error).toBe('invalid_request');
    const wrong = await postForm(client, token, { ...form, code_verifier: pkce().verifier });
    expect(wrong.body).toEqual({ error: 'invalid_grant', error_description: 'PKCE verification failed.' });
    const { body } = await postForm(client, token, { ...form, code_verifier: verifier });
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'openid okta.users.read' });
    expect((await usersMe(body.access_token)).body.id).toBe(client.sandbox.admin.id);
    const keys = createRemoteJWKSet(new URL(`${client.sandbox.orgUrl}/oauth2/v1/keys`));
    const { payload } = await jwtVerify(body.id_token, keys, {
      issuer: client.sandbox.orgUrl,
      audience: client_id,
    });
    expect(payload).toMatchObject({ sub: client.sandbox.admin.id, nonce: 'n1' });
  });

  it('works once; the second try ends what the first one gave', async () => {
    const { back } = await authorize(client, request(client.sandbox.webApp.clientId));
    const form = { grant_type: 'authorization_code', code: back?.get('code') as string, redirect_uri };
    const { body } = await postForm(client, token, form, basic());
    expect(body).not.toHaveProperty('refresh_token');
    expect((await usersMe(body.access_token)).status).toBe(200);
    expect((await postForm(client, token, form, basic())).body.error).toBe('invalid_grant');
    expect((await usersMe(body.access_token)).status).toBe(401);
  });

  it('expires and is bound to client and redirect URI', async () => {
    const { clientId } = client.sandbox.webApp;
    const code = async () => (await authorize(client, request(clientId))).back?.get('code') as string;
    const form = { grant_type: 'authorization_code', redirect_uri };
    const elsewhere = { ...form, code: await code(), redirect_uri: 'https://app.example/callback' };
    expect((await postForm(client, token, elsewhere, basic())).body.error).toBe('invalid_grant');
    const other = { ...form, code: await code(), client_id: client.sandbox.nativeApp.clientId };
    expect((await postForm(client, token, other)).body.error).toBe('invalid_grant');
    const late = { ...form, code: await code() };
    await client.control('POST', '/clock', { advanceMs: 301_000 });
    expect((await postForm(client, token, late, basic())).body.error).toBe('invalid_grant');
  });

  it('gives only the scopes that the app was granted', async () => {
    const { body } = await signIn('okta.users.read okta.captchas.read offline_access');
    expect(body.scope).toBe('okta.users.read offline_access');
  });
});

describe('client authentication', () => {
  it.each([
    [401, 'invalid_client', 'No client credentials found.', {}, {}],
    [401, 'invalid_client', "Invalid value for 'client_id' parameter.", { client_id: 'x' }, {}],
    [
      401,
      'invalid_client',
      'Found Authentication header but was not valid client credentials.',
      {},
      { authorization: 'Basic !!' },
    ],
  ])('%i %s: %s', async (status, error, error_description, form, headers) => {
    const answer = await postForm(
      client,
      token,
      { grant_type: 'refresh_token', ...form },
      headers as Record<string, string>,
    );
    expect(answer).toMatchObject({ status, body: { error, error_description } });
  });

  it('takes a secret in the header or in the body, but not in both', async () => {
    const { clientId: client_id, clientSecret: client_secret } = client.sandbox.webApp;
    const form = { grant_type: 'refresh_token', refresh_token: 'none', client_id, client_secret };
    expect((await postForm(client, token, form)).body.error).toBe('invalid_grant');
    expect((await postForm(client, token, { ...form, client_secret: 'wrong' })).body.error).toBe(
      'invalid_client',
    );
    expect(await postForm(client, token, form, basic())).toMatchObject({
      status: 401,
      body: { error: 'invalid_request' },
    });
    const inQuery = await postForm(client, `${token}?client_id=${client_id}`, form);
    expect(inQuery).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('holds a service app to its key and others to their grants', async () => {
    const form = { grant_type: 'client_credentials', scope: 'okta.users.read' };
    const { clientId } = client.sandbox.serviceApp;
    const secret = await postForm(client, token, { ...form, client_id: clientId, client_secret: 'x' });
    expect(secret).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect((await postForm(client, token, form, basic())).body.error).toBe('invalid_client');
    expect((await postForm(client, token, { grant_type: 'password' }, basic())).body.error).toBe(
      'unsupported_grant_type',
    );
    expect((await postForm(client, token, {}, basic())).body.error).toBe('invalid_request');
    const wrongGrant = {
      grant_type: 'refresh_token',
      ...(await assertion(client, client.sandbox.serviceApp)),
    };
    expect((await postForm(client, token, wrongGrant)).body.error).toBe('unauthorized_client');
  });
});

describe('a service app', () => {
  const ask = async (changes: AssertionChanges = {}, form: Record<string, string> = {}) =>
    postForm(client, token, {
      grant_type: 'client_credentials',
      scope: 'okta.users.read',
      ...(await assertion(client, client.sandbox.serviceApp, changes)),
      ...form,
    });

  it('gets a token for an hour and no refresh token', async () => {
    const { body } = await serviceToken(client, 'okta.users.read okta.groups.read');
    expect(body).toEqual({
      token_type: 'Bearer',
      expires_in: 3600,
      access_token: expect.any(String),
      scope: 'okta.users.read okta.groups.read',
    });
    const authorization = `Bearer ${body.access_token}`;
    expect((await client.get('/api/v1/users?limit=1', { authorization })).status).toBe(200);
    expect((await client.get('/api/v1/users/me', { authorization })).status).toBe(404);
    await client.control('POST', '/clock', { advanceMs: 3_600_000 });
    expect((await client.get('/api/v1/users?limit=1', { authorization })).status).toBe(401);
  });

  it.each([
    [
      'The audience claim for client_assertion must be the endpoint invoked for the request.',
      { claims: { aud: 'https://x/oauth2/v1/token' } },
    ],
    [
      "The client_assertion must contain the 'exp' claim as seconds since epoch.",
      { claims: { exp: undefined } },
    ],
    ['The client_assertion token is expired.', { claims: { exp: seconds() - 10 } }],
    [
      'The client_assertion token has an expiration too far into the future.',
      { claims: { exp: seconds() + 4000 } },
    ],
    [
      'The client_assertion token must be issued before the current time.',
      { claims: { iat: seconds() + 100 } },
    ],
    ['The issuer claim for client_assertion is not a valid client_id.', { claims: { iss: 'x' } }],
    ['The subject claim for client_assertion is not a valid client_id.', { claims: { sub: 'x' } }],
    ['The client_assertion JWT kid is invalid.', { header: { kid: 'x' } }],
  ])('%s', async (error_description, changes) => {
    expect(await ask(changes)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client', error_description },
    });
  });

  it('must sign with its own key, send a real JWT, and use it once', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const forged = await ask({ key: privateKey });
    expect(forged.body.error_description).toBe('The client_assertion signature is invalid.');
    const garbage = await ask({}, { client_assertion: 'garbage' });
    expect(garbage.body.error_description).toBe('The parsing of the client_assertion failed.');
    expect((await ask({}, { client_assertion_type: 'other' })).body.error).toBe('invalid_request');
    const once = await assertion(client, client.sandbox.serviceApp);
    expect((await ask({}, once)).status).toBe(200);
    expect((await ask({}, once)).body.error_description).toBe(
      'The client_assertion token has already been used.',
    );
    expect((await ask({ header: { kid: undefined } })).status).toBe(200);
  });

  it('is refused a doubled slash in the audience', async () => {
    const aud = `${client.sandbox.orgUrl}//oauth2/v1/token`;
    expect((await ask({ claims: { aud } })).status).toBe(401);
  });

  it.each([
    ['invalid_scope', 'openid'],
    ['invalid_scope', 'okta.users.read offline_access'],
    ['invalid_scope', 'okta.captchas.read'],
    ['invalid_scope', ''],
  ])('gets %s for %j', async (error, scope) => {
    expect(await serviceToken(client, scope)).toMatchObject({ status: 400, body: { error } });
  });

  it('silently gets less when part of it was never granted', async () => {
    expect((await serviceToken(client, 'okta.users.read okta.captchas.read')).body.scope).toBe(
      'okta.users.read',
    );
  });
});

describe('a refresh token', () => {
  it('is changed at each use, and the old one works for half a minute', async () => {
    const first = (await signIn()).body.refresh_token;
    const second = (await refresh(first)).body;
    expect(second.refresh_token).not.toBe(first);
    await client.control('POST', '/clock', { advanceMs: 29_000 });
    const again = await refresh(first);
    expect(again.status).toBe(200);
    expect((await usersMe(again.body.access_token)).status).toBe(200);
  });

  it('used again after that ends everything since the sign-in', async () => {
    const signedIn = (await signIn()).body;
    const other = (await signIn()).body;
    const second = (await refresh(signedIn.refresh_token)).body;
    await client.control('POST', '/clock', { advanceMs: 31_000 });
    expect((await refresh(signedIn.refresh_token)).body.error).toBe('invalid_grant');
    expect((await refresh(second.refresh_token)).body.error).toBe('invalid_grant');
    expect((await usersMe(second.access_token)).status).toBe(401);
    expect((await usersMe(signedIn.access_token)).status).toBe(401);
    expect((await usersMe(other.access_token)).status).toBe(200);
    expect(await client.events('app.oauth2.token.detect_reuse')).toHaveLength(1);
  });

  it('may narrow the scope, but not widen it', async () => {
    const { refresh_token } = (await signIn('okta.users.read okta.groups.read offline_access')).body;
    const form = { grant_type: 'refresh_token', refresh_token };
    const narrow = await postForm(client, token, { ...form, scope: 'okta.users.read' }, basic());
    expect(narrow.body.scope).toBe('okta.users.read');
    expect((await postForm(client, token, { ...form, scope: 'okta.apps.read' }, basic())).body.error).toBe(
      'invalid_scope',
    );
  });

  it('dies of a week without use and with its user', async () => {
    const idle = (await signIn()).body.refresh_token;
    await client.control('POST', '/clock', { advanceMs: 7 * 24 * 3_600_000 });
    expect((await refresh(idle)).body.error).toBe('invalid_grant');
    const { refresh_token } = (await signIn()).body;
    await client.control('POST', '/tokens/revoke', { refreshTokens: true });
    expect((await refresh(refresh_token)).body.error).toBe('invalid_grant');
  });
});

describe('revoke and introspect', () => {
  const form = (value: string) => ({ token: value });

  it('know a token only as long as it lives', async () => {
    const { access_token, refresh_token } = (await signIn()).body;
    const live = await postForm(client, '/oauth2/v1/introspect', form(access_token), basic());
    expect(live.body).toMatchObject({
      active: true,
      scope: 'okta.users.read offline_access',
      username: client.sandbox.admin.login,
    });
    const revoked = await postForm(client, '/oauth2/v1/revoke', form(refresh_token), basic());
    expect([revoked.status, revoked.body]).toEqual([200, '']);
    expect((await usersMe(access_token)).status).toBe(401);
    expect((await postForm(client, '/oauth2/v1/introspect', form(access_token), basic())).body).toEqual({
      active: false,
    });
    expect((await postForm(client, '/oauth2/v1/revoke', form('unknown'), basic())).status).toBe(200);
    expect((await postForm(client, '/oauth2/v1/introspect', form('unknown'))).status).toBe(401);
  });
});

describe('DPoP at the token endpoint', () => {
  const url = () => client.sandbox.orgUrl + token;
  const ask = (dpop: string) =>
    serviceToken(client, 'okta.users.read', { dpop }, client.sandbox.dpopServiceApp);

  it('asks for a proof, then for a nonce, then gives a bound token', async () => {
    const prover = await Prover.create();
    const none = await serviceToken(client, 'okta.users.read', {}, client.sandbox.dpopServiceApp);
    expect(none).toMatchObject({
      status: 400,
      body: { error: 'invalid_dpop_proof', error_description: 'The DPoP proof JWT header is missing.' },
    });
    const without = await ask(await prover.proof('POST', url()));
    expect(without).toMatchObject({ status: 400, body: { error: 'use_dpop_nonce' } });
    const nonce = without.headers.get('dpop-nonce') as string;
    const given = await ask(await prover.proof('POST', url(), { claims: { nonce } }));
    expect(given).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
    const used = await prover.proof('POST', url(), { claims: { nonce } });
    expect((await ask(used)).status).toBe(200);
    expect((await ask(used)).body.error_description).toBe('The DPoP proof JWT has already been used.');
    const failed = await client.events('app.oauth2.token.grant');
    expect(failed.map((event) => event.outcome.reason)).toEqual([
      'invalid_dpop_proof',
      'use_dpop_nonce',
      'invalid_dpop_proof',
    ]);
  });

  it('binds the token of an app that needn’t have it, too', async () => {
    const prover = await Prover.create();
    const { body } = await prover.token(client, 'okta.users.read', client.sandbox.serviceApp);
    expect(body.token_type).toBe('DPoP');
  });

  it.each([
    ["'typ' must be 'dpop+jwt' in the DPoP proof JWT.", { header: { typ: 'jwt' } }],
    ["'htm' claim in the DPoP proof JWT is invalid.", { claims: { htm: 'GET' } }],
    ["'htu' claim in the DPoP proof JWT is invalid.", { claims: { htu: 'https://x/' } }],
    ["'jti' claim in the DPoP proof JWT is invalid.", { claims: { jti: undefined } }],
    ["'iat' claim in the DPoP proof JWT is invalid.", { claims: { iat: undefined } }],
    ['The DPoP proof JWT is issued in the future.', { claims: { iat: seconds() + 60 } }],
    [
      'The DPoP proof JWT is issued more than five minutes in the past.',
      { claims: { iat: seconds() - 400 } },
    ],
  ])('%s', async (error_description, changes) => {
    const prover = await Prover.create();
    const answer = await ask(await prover.proof('POST', url(), changes));
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_dpop_proof', error_description } });
  });

  it('refuses a private key in the proof, a foreign signature and garbage', async () => {
    const [prover, other] = [await Prover.create(), await Prover.create()];
    const leaked = await ask(
      await prover.proof('POST', url(), { header: { jwk: { ...prover.jwk, d: 'secret' } } }),
    );
    expect(leaked.body.error_description).toBe('The DPoP proof JWT is invalid.');
    const foreign = await ask(await prover.proof('POST', url(), { header: { jwk: other.jwk } }));
    expect(foreign.body.error_description).toBe('The DPoP proof JWT signature is invalid.');
    expect((await ask('garbage')).body.error_description).toBe('The DPoP proof JWT cannot be parsed.');
  });

  it('binds a refresh token to the key', async () => {
    const [prover, other] = [await Prover.create(), await Prover.create()];
    const nonceOf = async () => (await ask(await prover.proof('POST', url()))).headers.get('dpop-nonce');
    const nonce = await nonceOf();
    const post = async (form: Record<string, string>, by: Prover) =>
      postForm(client, token, form, {
        ...basic(),
        dpop: await by.proof('POST', url(), { claims: { nonce } }),
      });
    const { back } = await authorize(
      client,
      request(client.sandbox.webApp.clientId, { scope: 'okta.users.read offline_access' }),
    );
    const code = { grant_type: 'authorization_code', code: back?.get('code') as string, redirect_uri };
    const { refresh_token } = (await post(code, prover)).body;
    const form = { grant_type: 'refresh_token', refresh_token };
    expect((await post(form, other)).body.error_description).toBe(
      'Invalid DPoP Public Key binding in refresh token',
    );
    expect((await post(form, prover)).body.token_type).toBe('DPoP');
  });
});

it('describes itself', async () => {
  const server = (await client.get('/.well-known/oauth-authorization-server')).body;
  expect(server).toMatchObject({ issuer: client.sandbox.orgUrl, code_challenge_methods_supported: ['S256'] });
  expect((await client.get('/.well-known/openid-configuration')).body.jwks_uri).toBe(
    `${client.sandbox.orgUrl}/oauth2/v1/keys`,
  );
});
