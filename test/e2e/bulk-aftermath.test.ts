import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { control as controlOf, errorOf, run, start, startOnTerminal, until } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-aftermath-'));
let sandbox: Sandbox;
let env: Record<string, string>;
let logins: string[];

const control = controlOf(() => sandbox);
const file = (name: string, text?: string) => {
  const path = join(folder, name);
  if (text !== undefined) writeFileSync(path, text);
  return path;
};
const linesIn = (path: string) => readFileSync(path, 'utf8').trim().split('\n');

beforeAll(async () => {
  sandbox = await startSandbox();
  env = { OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken };
  const { stdout } = await run(['run', 'search_users', 'limit=20'], env);
  logins = JSON.parse(stdout).map((user: { profile: { login: string } }) => user.profile.login);
});
afterEach(() => control('faults', undefined, 'DELETE'));
afterAll(() => sandbox.close());

/** The arguments that a hint says to type. */
const typed = (hint = '') => {
  const [, command = ''] = /okta-connector (bulk .*?--resume)/.exec(hint) ?? [];
  return command.split(' ');
};

describe('G.9 bulk without --results', () => {
  it('makes a file named after the input, tells its name, and never replaces one', async () => {
    const input = file('plain.csv', `userId\n${logins[0]}\n${logins[1]}\n`);
    const args = ['bulk', 'get_user', '--input', input];
    const first = await run(args, env);
    expect(first.code, first.stderr).toBe(0);
    const results = file('plain.results.ndjson');
    expect(first.stderr).toContain(`One line per row goes to ${results}.`);
    expect(JSON.parse(first.stdout)).toMatchObject({ ok: 2, errors: 0, results });
    expect(JSON.parse(first.stdout)).not.toHaveProperty('causes');
    expect(statSync(results).mode & 0o777).toBe(0o600);
    const before = readFileSync(results, 'utf8');
    const second = await run(args, env);
    expect(JSON.parse(second.stdout).results).toBe(file('plain.results-2.ndjson'));
    expect(readFileSync(results, 'utf8')).toBe(before);
  });

  it('--resume needs the name', async () => {
    const ended = await run(['bulk', 'get_user', '--input', file('x.csv', 'userId\n'), '--resume'], env);
    expect([ended.code, errorOf(ended).message]).toEqual([2, expect.stringContaining('--results')]);
  });
});

describe('G.9 bulk with key=value', () => {
  it.each([
    ['csv', () => `userId\n${logins[2]}\n`],
    ['ndjson', () => `{"userId":"${logins[3]}"}\n`],
  ])('gives all rows of %s the same input', async (ending, text) => {
    const input = file(`same.${ending}`, text());
    const ended = await run(['bulk', 'add_user_to_group', '--input', input, 'groupId=Support'], env);
    expect(ended.code, ended.stderr).toBe(0);
    const { results } = JSON.parse(ended.stdout);
    expect(JSON.parse(linesIn(results)[0] ?? '')).toMatchObject({ status: 'ok', output: { changed: true } });
    const other = [
      'bulk',
      'add_user_to_group',
      '--input',
      input,
      'groupId=Sales',
      '--results',
      results,
      '--resume',
    ];
    expect(errorOf(await run(other, env)).message).toContain('belongs to another run');
  });

  it('refuses what the rows have themselves', async () => {
    const csv = file('twice.csv', `userId,groupId\n${logins[0]},Sales\n`);
    const ended = await run(['bulk', 'add_user_to_group', '--input', csv, 'groupId=Support'], env);
    expect(ended.code).toBe(1);
    expect(errorOf(ended).causes).toContain(
      'groupId is given twice: for all rows as groupId=…, and as a column',
    );
    const lines = file('twice.ndjson', `{"userId":"${logins[0]}","groupId":"Sales"}\n`);
    const failed = await run(['bulk', 'add_user_to_group', '--input', lines, 'groupId=Support'], env);
    expect(JSON.parse(failed.stdout).causes).toMatchObject([{ code: 'invalid_input', rows: 1 }]);
  });
});

describe('G.9 bulk after failures', () => {
  const csv = () =>
    `userId;note\n${logins[0]};"kept, ""as it is"""\nnobody@acme.test;1\n;2\nno-one@acme.test;3\n`;
  const map = () => file('map.json', '{"userId":"userId"}');

  it('counts the causes, keeps the failed rows as they were, and they can be run again', async () => {
    const input = file('mixed.csv', csv());
    const args = ['bulk', 'get_user', '--input', input, '--map', map(), '--max-errors', '100%'];
    const ended = await run(args, env);
    expect(ended.code).toBe(1);
    const { causes, rejected, results } = JSON.parse(ended.stdout);
    expect(causes).toEqual([
      { code: 'not_found', rows: 2, hint: expect.stringContaining('Check the id') },
      { code: 'invalid_input', rows: 1, hint: expect.any(String) },
    ]);
    expect(rejected).toBe(file('mixed.rejected.csv'));
    const wanted = ['userId;note', 'nobody@acme.test;1', ';2', 'no-one@acme.test;3'];
    expect([...linesIn(rejected)].sort()).toEqual([...wanted].sort());
    expect(linesIn(rejected)[0]).toBe('userId;note');
    const { hint } = errorOf(ended);
    expect(hint).toContain(`correct them in ${rejected}`);
    expect(typed(hint)).toEqual([...args, '--results', results, '--resume']);
    const resumed = await run(typed(hint), env);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ ok: 0, errors: 3, before: { ok: 1 } });
    expect(JSON.parse(resumed.stdout).rejected).toBe(file('mixed.rejected-2.csv'));
    writeFileSync(rejected, readFileSync(rejected, 'utf8').replace('nobody@acme.test', logins[1] ?? ''));
    const again = await run(
      ['bulk', 'get_user', '--input', rejected, '--map', map(), '--max-errors', '100%'],
      env,
    );
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: 1, errors: 2 });
  });

  it('of stdin, too', async () => {
    const results = file('stdin.results.ndjson');
    const args = ['bulk', 'get_user', '--input', '-', '--format', 'ndjson', '--results', results];
    const bad = '{ "userId": "nobody@acme.test" }';
    const ended = await run(args, env, `{"userId":"${logins[0]}"}\n${bad}\n`);
    expect(linesIn(JSON.parse(ended.stdout).rejected)).toEqual([bad]);
    expect(errorOf(ended).hint).toContain('with the same input on stdin');
  });

  it('a terminal shows the causes', async () => {
    const input = file('shown.csv', csv());
    const args = `bulk get_user --input ${input} --map ${map()} --max-errors 100%`;
    const { closed, text } = startOnTerminal(args, env);
    await closed;
    expect(text()).toMatch(/^2 × not_found: Check the id.*$/m);
  });
});

describe('G.9 bulk that stopped says how to go on', () => {
  const many = () => Array.from({ length: 300 }, (_, at) => logins[at % logins.length]).join('\n');

  it('after Ctrl-C: the very command', async () => {
    await control('faults', { path: '/api/v1/', times: 1e6, fault: { kind: 'delay', ms: 30 } });
    const input = file('stopped.csv', `userId\n${many()}\n`);
    const { child, done } = start(['bulk', 'get_user', '--input', input], env);
    const results = file('stopped.results.ndjson');
    await until(() => {
      try {
        return linesIn(results).length > 5 ? true : undefined;
      } catch {
        return undefined;
      }
    });
    child.kill('SIGINT');
    const ended = await done;
    const { code, hint } = errorOf(ended);
    expect(code).toBe('aborted');
    expect(hint).toMatch(/^Continue with: okta-connector bulk get_user --input .* --resume \(/);
    await control('faults', undefined, 'DELETE');
    const resumed = await run(typed(hint), env);
    expect(resumed.code, resumed.stderr).toBe(0);
  }, 30_000);

  it('after a refused credential: that first, and no row is called wrong', async () => {
    const input = file('refused.csv', `userId\n${many()}\n`);
    const ended = await run(['bulk', 'get_user', '--input', input], { ...env, OKTA_CLIENT_TOKEN: 'wrong' });
    const { code, hint = '' } = errorOf(ended);
    expect(code).toBe('authentication_failed');
    expect(hint).toMatch(/sign in again\. Then continue with: okta-connector bulk get_user/);
    expect(JSON.parse(ended.stdout)).not.toHaveProperty('rejected');
    const resumed = await run(typed(hint), env);
    expect(resumed.code, resumed.stderr).toBe(0);
  });

  it('after too many errors: their cause first, and where the rows are', async () => {
    const input = file('strange.csv', `userId\n${'nobody@acme.test\n'.repeat(60)}`);
    const ended = await run(['bulk', 'get_user', '--input', input, '--max-errors', '5'], env);
    const { hint = '' } = errorOf(ended);
    expect(hint).toMatch(/fix their cause\. Then continue with: okta-connector bulk get_user .* --resume/);
    expect(hint).toContain(basename(JSON.parse(ended.stdout).rejected));
  });
});
