import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { cli, errorOf, run, startOnTerminal, until } from './command.ts';

let sandbox: Sandbox;
let other: Sandbox;
let folder: string;
/** A folder for settings, and no connection. */
let env: Record<string, string>;

beforeAll(async () => {
  [sandbox, other] = await Promise.all([startSandbox(), startSandbox()]);
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'okta-connector-profiles-'));
  env = { XDG_CONFIG_HOME: folder };
});
afterAll(() => Promise.all([sandbox.close(), other.close()]));

const fileOf = (name: string) => join(folder, 'okta-connector', 'profiles', `${name}.json`);
const save = (name: string, org = sandbox, more: string[] = []) =>
  run(['connect', name, '--org-url', org.orgUrl, '--secrets', 'file', ...more], env, `${org.apiToken}\n`);
const orgOf = async (args: string[], more: Record<string, string> = {}) =>
  JSON.parse((await run(['whoami', ...args], { ...env, ...more })).stdout).orgUrl;

describe('G.9 profiles', () => {
  it('are tested, saved for their owner only, used, listed without secrets and removed', async () => {
    const saved = await save('production');
    expect(saved.code, saved.stderr).toBe(0);
    expect(JSON.parse(saved.stdout)).toMatchObject({ ok: true, profile: 'production', secrets: 'file' });
    expect(statSync(fileOf('production')).mode & 0o777).toBe(0o600);
    expect(await orgOf(['--profile', 'production'])).toBe(sandbox.orgUrl);
    expect(await orgOf([], { OKTA_CONNECTOR_PROFILE: 'production' })).toBe(sandbox.orgUrl);
    const listed = await run(['profiles'], env);
    expect(JSON.parse(listed.stdout)).toEqual([
      { name: 'production', orgUrl: sandbox.orgUrl, auth: 'api_token', secrets: 'file' },
    ]);
    expect(await run(['profiles', 'remove', 'production'], env)).toMatchObject({ code: 0, stdout: '' });
    expect(existsSync(fileOf('production'))).toBe(false);
    expect((await run(['check', '--profile', 'production'], env)).code).toBe(1);
  });

  it('that do not connect are not saved, unless --no-check says so', async () => {
    const args = ['connect', 'wrong', '--org-url', sandbox.orgUrl, '--secrets', 'file'];
    const ended = await run(args, env, 'not-the-token');
    expect([ended.code, errorOf(ended).code]).toEqual([1, 'authentication_failed']);
    expect(ended.stderr + ended.stdout).not.toContain('not-the-token');
    expect(existsSync(fileOf('wrong'))).toBe(false);
    expect((await run([...args, '--no-check'], env, 'not-the-token')).code).toBe(0);
    expect(existsSync(fileOf('wrong'))).toBe(true);
  });

  it('a service app comes from a key file, and keeps its secret apart from the argument list', async () => {
    const { clientId, privateKey, keyId } = sandbox.serviceApp;
    const key = join(folder, 'key.pem');
    writeFileSync(key, privateKey, { mode: 0o600 });
    const args = [
      '--org-url',
      sandbox.orgUrl,
      '--client-id',
      clientId,
      '--key-id',
      keyId,
      '--secrets',
      'file',
    ];
    const scopes = ['--scopes', 'okta.users.read,okta.groups.read', '--private-key-file', key];
    const ended = await run(['connect', 'service', ...args, ...scopes], env);
    expect(ended.code, ended.stderr).toBe(0);
    const who = JSON.parse((await run(['whoami', '--profile', 'service'], env)).stdout);
    expect(who).toMatchObject({
      auth: { type: 'client_credentials' },
      principal: { type: 'service_app', id: clientId },
      scopes: ['okta.users.read', 'okta.groups.read'],
      budget: expect.arrayContaining([expect.objectContaining({ limit: expect.any(Number) })]),
    });
  });

  it('a connection file can be saved as one', async () => {
    const auth = { type: 'api_token', token: sandbox.apiToken };
    const file = join(folder, 'connection.json');
    writeFileSync(file, JSON.stringify({ orgUrl: sandbox.orgUrl, auth }), { mode: 0o600 });
    const ended = await run(['connect', 'filed', '--connection', file, '--secrets', 'file'], env);
    expect(ended, ended.stderr).toMatchObject({ code: 0, stderr: '' });
    expect(await orgOf(['--profile', 'filed'])).toBe(sandbox.orgUrl);
  });

  it('flags and environment replace them, and never is a token sent to another org', async () => {
    await save('one');
    const file = join(folder, 'connection.json');
    const auth = { type: 'api_token', token: other.apiToken };
    writeFileSync(file, JSON.stringify({ orgUrl: other.orgUrl, auth }), { mode: 0o600 });
    expect(await orgOf(['--profile', 'one', '--connection', file])).toBe(other.orgUrl);
    const elsewhere = { OKTA_CLIENT_ORGURL: other.orgUrl, OKTA_CLIENT_TOKEN: other.apiToken };
    expect(await orgOf([], { ...elsewhere, OKTA_CONNECTOR_PROFILE: 'one' })).toBe(other.orgUrl);
    const refused = await run(['check', '--profile', 'one'], { ...env, ...elsewhere });
    expect([refused.code, errorOf(refused).message]).toEqual([2, expect.stringContaining('another org')]);
    const wrong = await run(['check', '--profile', 'one'], { ...env, OKTA_CLIENT_TOKEN: 'wrong' });
    expect(wrong.stderr).toContain('replace the credential of profile one');
    expect(errorOf(wrong).code).toBe('authentication_failed');
    // The token of the profile does not go with the org of the environment.
    const bare = await run(['check'], {
      ...env,
      OKTA_CLIENT_ORGURL: other.orgUrl,
      OKTA_CONNECTOR_PROFILE: 'one',
    });
    expect(errorOf(bare).code).toBe('invalid_connection');
    // What the environment has for another org is not saved for this one.
    const empty = await run(['connect', 'two', '--org-url', sandbox.orgUrl], { ...env, ...elsewhere });
    expect([empty.code, errorOf(empty).message]).toEqual([2, expect.stringContaining('API token is needed')]);
  });

  it.each(['../x', 'a/b', '', 'CON', '.hidden'])('%j is no name for one', async (name) => {
    expect((await save(name)).code).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('one that is not there is answered with the nearest', async () => {
    await save('production');
    const ended = await run(['check', '--profile', 'prodction'], env);
    expect(errorOf(ended).message).toBe('There is no profile prodction; did you mean production?');
  });

  it.skipIf(!existsSync('/usr/bin/script'))(
    'ask for what is not given, and do not show the token',
    async () => {
      const { child, closed, text } = startOnTerminal('connect asked --secrets file', env);
      const answer = async (question: string, typed: string) => {
        await until(() => (text().includes(question) ? true : undefined));
        child.stdin.write(`${typed}\r`);
      };
      await answer('Org URL', sandbox.orgUrl);
      await answer('Connect with', '1');
      await answer('not shown', `SSWS ${sandbox.apiToken}`);
      expect((await closed)[0], text()).toBe(0);
      expect(text()).toContain('works.');
      expect(text()).toContain('Saved as asked');
      expect(text()).not.toContain(sandbox.apiToken);
      expect(JSON.parse(readFileSync(fileOf('asked'), 'utf8')).auth.token).toBe(sandbox.apiToken);
    },
  );

  it('fall back to a file where the system has no keyring', async () => {
    // Not even a bus to ask for one.
    const args = ['connect', 'plain', '--org-url', sandbox.orgUrl];
    const without = { ...env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' };
    if (process.platform !== 'linux') return;
    const ended = await run(args, without, sandbox.apiToken);
    expect(JSON.parse(ended.stdout)).toMatchObject({ secrets: 'file' });
    const asked = await run([...args, '--secrets', 'keyring'], without, sandbox.apiToken);
    expect([asked.code, errorOf(asked).message]).toEqual([1, expect.stringContaining('no keyring')]);
  });

  const hasKeyring =
    existsSync('/usr/bin/dbus-run-session') &&
    existsSync('/usr/bin/gnome-keyring-daemon') &&
    existsSync(join(import.meta.dirname, '../../node_modules/@napi-rs/keyring'));
  it.skipIf(!hasKeyring)(
    'keep the secret in the keyring where there is one',
    { timeout: 60_000 },
    async () => {
      const script = `
      printf x | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
      oc() { "${process.execPath}" "${cli}" "$@"; }
      printf %s "$TOKEN" | oc connect kept --org-url ${sandbox.orgUrl}
      cat "${fileOf('kept')}" | tr -d '\\n '; echo
      oc whoami --profile kept
      oc profiles remove kept 2>&1`;
      const { stdout: told } = await promisify(execFile)('dbus-run-session', ['--', 'bash', '-c', script], {
        env: { ...env, PATH: process.env.PATH, HOME: folder, TOKEN: sandbox.apiToken },
      });
      const [saved = '', file, who = '', removed] = told.trim().split('\n');
      expect(JSON.parse(saved).secrets).toBe('keyring');
      expect(file).toBe(`{"orgUrl":"${sandbox.orgUrl}","auth":{"type":"api_token"},"secrets":"keyring"}`);
      expect(JSON.parse(who).orgUrl).toBe(sandbox.orgUrl);
      expect(removed).toBe('Profile kept is removed.');
    },
  );
});

describe.skipIf(process.platform === 'win32')('G.10 a file of secrets that others can read', () => {
  it('is told once, with what to do', async () => {
    const auth = { type: 'api_token', token: sandbox.apiToken };
    const file = join(folder, 'connection.json');
    writeFileSync(file, JSON.stringify({ orgUrl: sandbox.orgUrl, auth }), { mode: 0o644 });
    const told = await run(['check', '--connection', file], env);
    expect(told.code).toBe(0);
    expect(told.stderr).toBe(`${file} holds secrets and others can read it (mode 644): chmod 600 ${file}\n`);
    chmodSync(file, 0o600);
    expect((await run(['check', '--connection', file], env)).stderr).toBe('');
    await save('shared');
    chmodSync(fileOf('shared'), 0o640);
    expect((await run(['check', '--profile', 'shared'], env)).stderr).toContain('(mode 640)');
    const tokens = join(folder, 'tokens.json');
    writeFileSync(tokens, '{}', { mode: 0o644 });
    expect((await run(['check', '--profile', 'shared', '--tokens', tokens], env)).stderr).toContain(tokens);
  });

  it('is not told where it holds none', async () => {
    const { clientId, redirectUris } = sandbox.nativeApp;
    const auth = {
      type: 'authorization_code',
      clientId,
      scopes: ['okta.users.read'],
      redirectUri: redirectUris[0],
    };
    const file = join(folder, 'public.json');
    writeFileSync(file, JSON.stringify({ orgUrl: sandbox.orgUrl, auth }), { mode: 0o644 });
    expect((await run(['check', '--connection', file], env)).stderr).not.toContain('holds secrets');
  });
});

it.skipIf(!existsSync('/usr/bin/node'))('G.10 a Node that is too old is told in one line', () => {
  const version = execFileSync('/usr/bin/node', ['--version'], { encoding: 'utf8' });
  const isOld = Number(/\d+/.exec(version)?.[0]) < 22;
  if (!isOld) return;
  let told = '';
  try {
    execFileSync('/usr/bin/node', [cli, 'check'], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    told = (error as { stderr: string }).stderr;
  }
  expect(told).toMatch(/^okta-connector needs Node 22\.20 or newer, and this is Node [\d.]+ \(.*\)\.\n$/);
});
