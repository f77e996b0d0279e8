import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionOf } from '../../src/connector.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { allScenarios, arranged } from '../support/scenario.ts';
import { isInShare } from '../support/share.ts';
import { run, start, until } from './command.ts';

const scenarios = await allScenarios();
const byAction = [...Map.groupBy(scenarios, ({ action }) => action).values()];
/**
 * The ways to connect but the first share the actions, each in a scenario of its own if there are several. The first runs a part of
 * them again, and every one with TEST_CASES=all.
 */
const dealt = (n: number) =>
  byAction
    .filter((same, at) => (n === 0 ? isInShare(same[0]?.action ?? '', 3) : at % (WAYS - 1) === n - 1))
    .map((same) => same[Math.min(n, 1) % same.length]!);
/** Just what the manifest asks for, so that a scope that is missing there is noticed. */
const scopesOf = (n: number) => [
  ...new Set(dealt(n).flatMap(({ action }) => actionOf(action).scopes)),
  ...['okta.users.read', 'okta.roles.read', 'okta.schemas.read', 'okta.userTypes.read', 'okta.orgs.read'],
];
const WAYS = 6;
const folder = mkdtempSync(join(tmpdir(), 'okta-connector-'));
/** One for each way: some scenarios use what a seed has. */
const sandboxes: Sandbox[] = [];

beforeAll(async () => {
  for (let n = 0; n < WAYS; n += 1) sandboxes.push(await startSandbox());
});
afterAll(() => Promise.all(sandboxes.map((one) => one.close())));

/** The ways to connect; each yields arguments and environment of the command line. */
const modes: {
  mode: string;
  tokenType: string;
  connect: (sandbox: Sandbox, scopes: string[]) => Promise<{ args: string[]; env: Record<string, string> }>;
}[] = [
  {
    mode: 'API token from the environment',
    tokenType: 'SSWS',
    connect: async (sandbox) => ({
      args: [],
      env: { OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken },
    }),
  },
  ...(
    [
      ['off', false, 'Bearer', 'serviceApp'],
      ['on', true, 'DPoP', 'dpopServiceApp'],
      ['auto', 'auto', 'DPoP', 'serviceApp'],
    ] as const
  ).map(([name, dpop, tokenType, app]) => ({
    mode: `client credentials, DPoP ${name}`,
    tokenType,
    connect: async (sandbox: Sandbox, scopes: string[]) => {
      const { clientId, privateKey, keyId } = sandbox[app];
      return withFile(sandbox, `service-${name}`, {
        type: 'client_credentials',
        clientId,
        privateKey,
        keyId,
        scopes,
        dpop,
      });
    },
  })),
  ...(
    [
      ['off', false, 'Bearer', 18_484],
      ['on', true, 'DPoP', 18_485],
    ] as const
  ).map(([name, dpop, tokenType, port]) => ({
    mode: `authorization code, DPoP ${name}`,
    tokenType,
    connect: async (sandbox: Sandbox, scopes: string[]) => {
      const { clientId, clientSecret } = sandbox.webApp;
      const redirectUri = new URL(sandbox.webApp.redirectUris[0] as string);
      redirectUri.port = String(port);
      const connection = withFile(sandbox, `web-${name}`, {
        type: 'authorization_code',
        clientId,
        clientSecret,
        scopes,
        redirectUri: redirectUri.href,
        dpop,
      });
      connection.args.push('--tokens', join(folder, `tokens-${name}.json`));
      await signIn(connection.args);
      return connection;
    },
  })),
];

function withFile(sandbox: Sandbox, name: string, auth: object) {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify({ orgUrl: sandbox.orgUrl, auth }), { mode: 0o600 });
  return { args: ['--connection', file], env: {} };
}

/** Runs login and does what a browser would: follows the printed URL to the end. */
async function signIn(args: string[]): Promise<void> {
  const login = start(['login', '--no-open', ...args]);
  const url = await until(() => /https?:\/\/\S+\/authorize\S+/.exec(login.output.stderr)?.[0]);
  const page = await fetch(url);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('You can close this window');
  const { code, stdout, stderr } = await login.done;
  expect(code, stderr).toBe(0);
  const { ok, tokens, scopes: granted } = JSON.parse(stdout);
  expect({ ok, missing: granted.missing }).toEqual({ ok: true, missing: [] });
  expect(statSync(tokens).mode & 0o777).toBe(0o600);
  expect(stdout + stderr).not.toContain(JSON.parse(readFileSync(tokens, 'utf8')).accessToken);
}

describe.concurrent.each(modes)('$mode', ({ mode, tokenType, connect }) => {
  it('checks, then runs its actions through the command line', { timeout: 600_000 }, async () => {
    const n = modes.findIndex((one) => one.mode === mode);
    const own = dealt(n);
    const sandbox = sandboxes[n] as Sandbox;
    const { args, env } = await connect(sandbox, scopesOf(n));
    const checked = await run(['check', ...args], env);
    const report = JSON.parse(checked.stdout);
    expect(checked.code, checked.stderr).toBe(0);
    expect(report).toMatchObject({ ok: true, problems: [], auth: { tokenType }, org: { pipeline: 'idx' } });
    const runs = new Set(own.map(({ action }) => action));
    const cannot = report.actions.filter(
      (one: { key: string; can: boolean }) => runs.has(one.key) && !one.can,
    );
    expect(cannot).toEqual([]);

    const connection = {
      orgUrl: sandbox.orgUrl,
      auth: { type: 'api_token' as const, token: sandbox.apiToken },
    };
    for (const scenario of own) {
      const { action, name } = scenario;
      await fetch(`${sandbox.orgUrl}/__sandbox__/reset?keepTokens=true`, { method: 'POST' });
      await arranged(scenario, { connection }, async (input, check) => {
        const text = JSON.stringify(input);
        const ended = await run(['run', action, '--input', '-', '--yes', ...args], env, text);
        expect(ended.code, `${action}: ${name}: ${ended.stderr}`).toBe(0);
        check(JSON.parse(ended.stdout));
      });
    }
  });
});
