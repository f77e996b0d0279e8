import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { columnsOf, EXPORTS } from '../../src/export/sources.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { control as controlOf, errorOf, run, start, until } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-export-'));
let sandbox: Sandbox;
let env: Record<string, string>;

const control = controlOf(() => sandbox);
const since = new Date(Date.now() - 80 * 86_400_000).toISOString();
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  sandbox = await startSandbox();
  env = { OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken };
  await control('events', { generate: { count: 20_000, seed: 5 } });
});
afterEach(() => control('faults', undefined, 'DELETE'));
afterAll(() => sandbox.close());

describe('export', () => {
  it.each(EXPORTS)('of %s goes through the command line', async (kind) => {
    const more = kind === 'members' ? ['--group', 'Sales'] : kind === 'events' ? ['--since', since] : [];
    const ended = await run(['export', kind, '--format', 'csv', '--limit', '2', ...more], env);
    expect(ended.code, ended.stderr).toBe(0);
    const [header, ...rows] = ended.stdout.trim().split('\n');
    expect(header?.split(',')).toContain(columnsOf(kind)[1]);
    expect(rows.length).toBe(2);
  });

  it('of users to stdout and to a file is the same', async () => {
    const shown = await run(['export', 'users', '--format', 'csv'], env);
    expect(shown.code, shown.stderr).toBe(0);
    const written = await run(['export', 'users', '--output', file('users.csv')], env);
    expect(written).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(file('users.csv'), 'utf8')).toBe(shown.stdout);
    const dashed = await run(['export', 'users', '--format', 'csv', '--output', '-'], env);
    expect(dashed.stdout).toBe(shown.stdout);
    expect(shown.stdout.split('\n')[0]).toMatch(/^id,status,.*,profile\.login,.*,profile\.department/);
    expect(written.stderr).toMatch(/\d+ users are in /);
  });

  it('of members can be fed to bulk', async () => {
    const members = file('sales.csv');
    await run(['export', 'members', '--group', 'Sales', '--fields', 'id', '--output', members], env);
    const count = readFileSync(members, 'utf8').trim().split('\n').length - 1;
    expect(count).toBeGreaterThan(0);
    writeFileSync(file('map.json'), '{"userId":"id","groupId":{"value":"Support"}}');
    const args = ['--input', members, '--map', file('map.json'), '--results', file('support.ndjson')];
    const ended = await run(['bulk', 'add_user_to_group', ...args], env);
    expect(ended.code, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ ok: count, errors: 0 });
  });

  it('that is killed leaves nothing that looks complete', async () => {
    await control('faults', { path: '/api/v1/logs', times: 100, fault: { kind: 'delay', ms: 100 } });
    const output = file('events.ndjson');
    const args = ['export', 'events', '--since', since, '--output', output];
    const { child, done } = start(args, env);
    await until(() =>
      existsSync(`${output}.part`) && readFileSync(`${output}.part`).length > 0 ? true : undefined,
    );
    child.kill('SIGKILL');
    await done;
    expect(existsSync(output)).toBe(false);
    await control('faults', undefined, 'DELETE');
    const ended = await run(args, env);
    expect(ended.code, ended.stderr).toBe(0);
    expect(readFileSync(output, 'utf8').trim().split('\n').length).toBeGreaterThan(20_000);
    expect(existsSync(`${output}.part`)).toBe(false);
  });

  it('that Ctrl-C or a fault ends leaves nothing at all', async () => {
    const output = file('stopped.ndjson');
    const args = ['export', 'events', '--since', since, '--output', output];
    await control('faults', { path: '/api/v1/logs', times: 100, fault: { kind: 'delay', ms: 100 } });
    const { child, done } = start(args, env);
    await until(() => (existsSync(`${output}.part`) ? true : undefined));
    child.kill('SIGINT');
    const stopped = await done;
    expect(stopped.code).toBe(1);
    expect(errorOf(stopped)).toMatchObject({ code: 'aborted' });
    await control('faults', undefined, 'DELETE');
    await control('faults', {
      path: '/api/v1/logs',
      times: 100,
      fault: { kind: 'next_link', link: 'https://evil.example/' },
    });
    expect(errorOf(await run(args, env))).toMatchObject({ code: 'next_link_refused' });
    expect(existsSync(output)).toBe(false);
    expect(existsSync(`${output}.part`)).toBe(false);
  });

  it('into one file is done by one process at a time', { timeout: 60_000 }, async () => {
    await control('faults', { path: '/api/v1/logs', times: 4, fault: { kind: 'delay', ms: 3_000 } });
    const output = file('twice.ndjson');
    const args = ['export', 'events', '--since', since, '--output', output];
    const first = start(args, env);
    await until(() => (existsSync(`${output}.part`) ? true : undefined));
    const second = await run(args, env);
    expect(second.code).toBe(1);
    expect(errorOf(second)).toMatchObject({ code: 'state_locked' });
    expect(existsSync(output)).toBe(false);
    expect(await first.done).toMatchObject({ code: 0 });
    expect(readFileSync(output, 'utf8').trim().split('\n').length).toBeGreaterThan(20_000);
  });

  it('through a link replaces the file that it leads to', async () => {
    const [target, link] = [file('target.csv'), file('link.csv')];
    writeFileSync(target, 'old');
    symlinkSync(target, link);
    const ended = await run(['export', 'users', '--fields', 'id,_links.self.href', '--output', link], env);
    expect(ended.code, ended.stderr).toBe(0);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toMatch(/^id,_links\.self\.href\n00u/);
  });

  it('does not take the place of a pipe, and makes no folder', async () => {
    const pipe = file('pipe.csv');
    execFileSync('mkfifo', [pipe]);
    expect(errorOf(await run(['export', 'users', '--output', pipe], env)).message).toContain(
      'is not a regular file',
    );
    expect(statSync(pipe).isFIFO()).toBe(true);
    const output = join(folder, 'nowhere', 'users.csv');
    expect(errorOf(await run(['export', 'users', '--output', output], env)).message).toContain(
      'does not exist',
    );
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  it.each([
    [['events', '--since', '2026-02-01'], 'must be a time like'],
    [['members'], 'group'],
    [['users', '--search', 'a', '--filter', 'b'], 'cannot be combined'],
    [['events', '--search', 'a'], 'search'],
    [['users', '--limit', '0'], '--limit'],
    [['users', '--fields', 'profile.nope'], 'profile.nope'],
    [['users', '--fields', 'id,stauts'], 'stauts is not a field of users'],
    [['groups', '--fields', 'ID'], 'did you mean id?'],
    [['users', '--format', 'csv', '--fields', ','], '--fields names no field'],
    [['events', '--format', 'csv', '--fields', 'uuid,actr.id'], 'actr.id is not a field of events'],
  ])('%j is wrong usage', async (args, text) => {
    const ended = await run(['export', ...args], env);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    const { message, causes } = errorOf(ended);
    expect(`${message} ${causes}`).toContain(text);
  });

  it('of something else is wrong usage', async () => {
    expect((await run(['export', 'devices'], env)).code).toBe(2);
  });
});
