import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { control as controlOf, errorOf, run, start, until } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-refresh-'));
const tokens = join(folder, 'tokens.json');
const file = join(folder, 'connection.json');
const args = ['--connection', file, '--tokens', tokens];
let sandbox: Sandbox;

const control = controlOf(() => sandbox);

const stored = () =>
  JSON.parse(readFileSync(tokens, 'utf8')) as { accessToken: string; refreshToken: string };
const getMe = () => run(['run', 'get_user', '--input', '{"userId":"me"}', ...args]);

beforeAll(async () => {
  sandbox = await startSandbox();
  const redirectUri = new URL(sandbox.nativeApp.redirectUris[0] as string);
  redirectUri.port = '18486';
  const auth = {
    type: 'authorization_code',
    clientId: sandbox.nativeApp.clientId,
    scopes: ['okta.users.read'],
    redirectUri: redirectUri.href,
  };
  writeFileSync(file, JSON.stringify({ orgUrl: sandbox.orgUrl, auth }));
});
afterAll(() => sandbox.close());

it('asks for a sign-in first', async () => {
  expect(errorOf(await getMe())).toMatchObject({
    code: 'authentication_failed',
    hint: expect.stringContaining('login'),
  });
});

it('signs a public client in with PKCE alone', async () => {
  const login = start(['login', '--no-open', ...args]);
  const url = await until(() => /https?:\/\/\S+\/authorize\S+/.exec(login.output.stderr)?.[0]);
  await fetch(url);
  expect((await login.done).code).toBe(0);
  expect(statSync(tokens).mode & 0o777).toBe(0o600);
  expect((await getMe()).code).toBe(0);
});

it('renews once for all processes that share the file', async () => {
  const before = stored();
  await control('clock', { advanceMs: 3_700_000 });
  const ended = await Promise.all(Array.from({ length: 4 }, getMe));
  for (const one of ended) expect(one.code, one.stderr).toBe(0);
  const after = stored();
  expect(after.refreshToken).not.toBe(before.refreshToken);
  const asked = (await (
    await fetch(`${sandbox.orgUrl}/__sandbox__/requests?path=/oauth2/v1/token`)
  ).json()) as { requests: unknown[] } | unknown[];
  const requests = (Array.isArray(asked) ? asked : asked.requests) as { path: string }[];
  // One for the code, one for the renewal.
  expect(requests.filter(({ path }) => path === '/oauth2/v1/token')).toHaveLength(2);
});

it('says that a new sign-in is needed when the refresh token is dead', async () => {
  await control('tokens/revoke', { refreshTokens: true });
  await control('tokens/revoke', {});
  const ended = await getMe();
  expect(ended.code).toBe(1);
  expect(errorOf(ended)).toMatchObject({ code: 'authentication_failed', oktaCode: 'invalid_grant' });
  expect(errorOf(ended).hint).toContain('login');
  expect(ended.stderr).not.toContain(stored().refreshToken);
});
