import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { connect } from '../../src/connect.ts';
import { rejection } from '../support/server.ts';

const redirectUri = 'https://app.acme.test/sso/openid';
const clientSecret = 'a-secret_with.signs~0123456789';
const person = { email: 'ana@acme.test', email_verified: true, name: 'Ana Ruiz', given_name: 'Ana' };

/** A provider of others, which wants PKCE and sends `iss`. */
async function provider(): Promise<string> {
  // It warns of everything that only a test may leave as it is.
  for (const name of ['info', 'warn'] as const) vi.spyOn(console, name).mockReturnValue();
  const { default: Provider } = await import('oidc-provider');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    vi.restoreAllMocks();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = { client_id: 'app', client_secret: clientSecret, redirect_uris: [redirectUri] };
  const made = new Provider(issuer, {
    clients: [client],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'given_name'] },
    findAccount: (_: unknown, sub: string) => ({ accountId: sub, claims: async () => ({ sub, ...person }) }),
    pkce: { required: () => true },
  });
  server.on('request', made.callback());
  return issuer;
}

/** Signs in at its pages, which take any password, and agrees to everything. */
function signInAt(issuer: string, cookies = new Map<string, string>()) {
  return async function open(path: string, body?: URLSearchParams): Promise<string> {
    const url = new URL(path, issuer);
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const method = body ? 'POST' : 'GET';
    const answer = await fetch(url, { method, body, headers: { cookie }, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location) return location.startsWith(redirectUri) ? location : open(location);
    const page = await answer.text();
    const [, action = ''] = /action="([^"]+)"/.exec(page) ?? [];
    const [, prompt = ''] = /name="prompt" value="([^"]+)"/.exec(page) ?? [];
    return open(action, new URLSearchParams({ prompt, login: 'ana', password: 'x' }));
  };
}

it('OD-17 works with oidc-provider, by Basic with a secret that has signs, and each code works once', async () => {
  const issuer = await provider();
  const connection = { orgUrl: 'http://127.0.0.1:1', auth: { type: 'api_token', token: 'unused' } } as const;
  const client = connect(connection);
  onTestFinished(() => client.close());
  const { url, signIn } = await client.run('begin_sign_in', { issuer, clientId: 'app', redirectUri });
  const callbackUrl = await signInAt(issuer)(url);
  expect(callbackUrl).toContain(`iss=${encodeURIComponent(issuer)}`);
  const input = { signIn, callbackUrl, clientSecret, provisioning: true };
  expect(await client.run('complete_sign_in', input)).toMatchObject({
    identity: { issuer, subject: 'ana', email: 'ana@acme.test', emailVerified: true },
    ...{ profile: { firstName: 'Ana', displayName: 'Ana Ruiz' }, decision: 'create' },
  });
  const another = connect(connection);
  onTestFinished(() => another.close());
  expect(await rejection(another.run('complete_sign_in', input))).toMatchObject({
    ...{ code: 'sign_in_refused', oktaCode: 'invalid_grant' },
  });
});
