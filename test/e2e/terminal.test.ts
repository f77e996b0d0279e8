import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { errorOf, run, startOnTerminal, until } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-terminal-'));
let sandbox: Sandbox;
let env: Record<string, string>;

beforeAll(async () => {
  sandbox = await startSandbox();
  env = { OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken };
});
afterAll(() => sandbox.close());

async function onTerminal(args: string, more: Record<string, string> = {}) {
  const { closed, text } = startOnTerminal(args, { ...env, ...more });
  const [code] = await closed;
  return { code, text: stripVTControlCharacters(text()) };
}

describe.skipIf(!existsSync('/usr/bin/script'))('G.9 on a terminal', () => {
  it('check tells people what works, and --json gives the report', async () => {
    const { code, text } = await onTerminal('check');
    expect(code).toBe(0);
    expect(text).toContain(`The connection to ${sandbox.orgUrl} works.`);
    expect(text).toMatch(/^Acts as {2}user admin@sandbox\.example\r?$/m);
    expect(text).toMatch(/^Roles {4}SUPER_ADMIN\r?$/m);
    expect(text).toMatch(/^Actions {2}(\d+) of \1 can be run\r?$/m);
    const asked = await onTerminal('check --json');
    expect(JSON.parse(asked.text)).toMatchObject({ ok: true, orgUrl: sandbox.orgUrl });
  });

  it('check tells what is wrong and what to do', async () => {
    const { code, text } = await onTerminal('check', { OKTA_CLIENT_TOKEN: 'wrong' });
    expect(code).toBe(1);
    expect(text).toContain('does not work.');
    expect(text).toMatch(/^Problem {2}.*Invalid token/m);
    expect(text).toContain('create a new one or sign in again');
  });

  it('check names the actions that a scope is missing for', async () => {
    const { clientId, privateKey, keyId } = sandbox.serviceApp;
    const { text } = await onTerminal('check', {
      OKTA_CLIENT_TOKEN: '',
      OKTA_CLIENT_CLIENTID: clientId,
      OKTA_CLIENT_PRIVATEKEY: privateKey,
      OKTA_CLIENT_KEYID: keyId,
      OKTA_CLIENT_SCOPES: 'okta.users.read',
    });
    expect(text).toMatch(/^Sign-in {2}service app \(private key\)/m);
    expect(text).toMatch(/^Scopes {3}okta\.users\.read\r?$/m);
    expect(text).toMatch(/^Reads {4}okta\.users\.read\r?$/m);
    expect(text).toMatch(/^Reads {4}not okta\.groups\.read: the scope is not granted\r?$/m);
    expect(text).toMatch(/^ +not add_user_to_group, .*: scope okta\.groups\.manage, .* is not granted\r?$/m);
  });

  it('whoami tells org, principal and budget', async () => {
    const { text } = await onTerminal('whoami');
    expect(text).toMatch(/^Org {6}http/m);
    expect(text).toMatch(/^Sign-in {2}API token\r?$/m);
    expect(text).toMatch(/^Budget {3}\d+ of 600 left for \d+ s: \/api\/v1\/users\/me\r?$/m);
  });

  it.each([
    ['run search_users limit=2', ['profile.login', 'admin@sandbox.example']],
    ['options groups --search Sales', ['value', 'Sales']],
    ['fields', ['name', 'costCenter']],
  ])('%s is a table, and JSON with --json', async (args, words) => {
    const { code, text } = await onTerminal(args);
    expect(code).toBe(0);
    expect(text).toContain('┌─');
    const joined = text.replace(/[│\s]/g, '');
    for (const word of words) expect(joined).toContain(word);
    expect(() => JSON.parse(text)).toThrow();
    const asked = await onTerminal(`${args} --json`);
    expect(JSON.parse(asked.text)).toEqual(JSON.parse((await run(args.split(' '), env)).stdout));
  });

  it('poll says that it waits, or that there is nothing new', async () => {
    const state = join(folder, 'state.json');
    const first = await onTerminal(`poll user_created --state ${state}`);
    expect(first.text).toContain('This first run remembers where to begin');
    const second = await onTerminal(`poll user_created --state ${state}`);
    expect(second.text).toContain('Nothing new since the last run.');
    const { child, closed, text } = startOnTerminal(
      `poll user_created --state ${state} --follow --interval 5m`,
      env,
    );
    await until(() =>
      text().includes('Waiting for user_created, asking every 5m; Ctrl-C ends it.') ? true : undefined,
    );
    child.stdin.write('\x03');
    await closed;
  });
});

describe('G.9 in a pipe', () => {
  it('check, whoami, lists and poll are JSON without another word', async () => {
    for (const args of [
      ['check'],
      ['whoami'],
      ['run', 'search_users', 'limit=2'],
      ['options', 'users'],
      ['fields'],
    ]) {
      const { code, stdout, stderr } = await run(args, env);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout.trim().split('\n')).toHaveLength(1);
      expect(JSON.parse(stdout)).toBeTruthy();
    }
    const polled = await run(['poll', 'user_created', '--state', join(folder, 'piped.json')], env);
    expect(polled).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });
});

describe('G.9 what is mistyped is answered with the one nearest', () => {
  it.each([
    [['chek'], '(Did you mean check?)'],
    [['run', 'get_user', '--inptu', '{}'], '(Did you mean --input?)'],
    [['run', 'creat_user'], '"hint":"Did you mean create_user?"'],
    [['poll', 'user_craeted'], '"hint":"Did you mean user_created?"'],
    [['describe', 'reset-passwrd'], '"hint":"Did you mean reset_password?"'],
    [['run', 'get_user', 'userID=me'], 'userID is not an input of get_user; did you mean userId?'],
  ])('%j', async (args, text) => {
    const ended = await run(args, env);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(text);
    expect(ended.stderr.match(/did you mean/gi)).toHaveLength(1);
  });

  it('an input key, too', async () => {
    const ended = await run(['run', 'get_user', '--input', '{"userID":"me"}'], env);
    expect([ended.code, errorOf(ended).causes]).toEqual([
      1,
      expect.arrayContaining(['Unrecognized key: "userID"; did you mean userId?']),
    ]);
  });
});

describe('G.9 key=value and times', () => {
  it('run takes inputs as key=value, and in what it says to type their secrets are masked', async () => {
    const ended = await run(['run', 'get_user', 'userId=me'], env);
    expect(JSON.parse(ended.stdout).profile.login).toBe('admin@sandbox.example');
    const given = [
      'userId=a@b.test',
      'replace=true',
      'profile.login=a@b.test',
      'credentials.password.value=s3cr3t',
    ];
    const asked = await run(['run', 'update_user', ...given], env);
    expect(asked.code).toBe(2);
    expect(errorOf(asked).hint).toContain('userId=a@b.test replace=true profile.login=a@b.test');
    expect(asked.stderr).not.toContain('s3cr3t');
  });

  it('a value that is also in --input is wrong usage', async () => {
    const ended = await run(['run', 'get_user', 'userId=me', '--input', '{"userId":"you"}'], env);
    expect([ended.code, errorOf(ended).message]).toEqual([
      2,
      'userId is given twice: in --input and as userId=…',
    ]);
  });

  it('poll, listen and export take times before now', async () => {
    const polled = await run(['poll', 'new_event', 'since=24h', '--state', join(folder, 'since.json')], env);
    expect(polled.code, polled.stderr).toBe(0);
    const exported = await run(['export', 'events', '--since', '7d', '--until', '1h'], env);
    expect(exported.code, exported.stderr).toBe(0);
    expect((await run(['export', 'events', '--since', '7x'], env)).code).toBe(2);
    expect((await run(['poll', 'new_event', 'since=7x', '--state', join(folder, 'x.json')], env)).code).toBe(
      1,
    );
    const args = ['listen', 'user_created', 'eventTpe=x', '--public-url', 'https://a.test', '--state', 'x'];
    expect((await run(args, env)).code).toBe(2);
  });
});
