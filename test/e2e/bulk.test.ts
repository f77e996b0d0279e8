import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { seeded } from '../support/seeded.ts';
import { control as controlOf, type Ended, errorOf, run, start, startOnTerminal, until } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-bulk-'));
const seed = Number(process.env.SEED ?? Date.now() % 1e9);
const PEOPLE = 300;
const KILLS = 4;

let sandbox: Sandbox;
let env: Record<string, string>;
let people: { id: string; login: string }[];
let groupId: string;

interface Line {
  row: number;
  key: string;
  status: string;
  changed?: boolean;
  error?: { code: string };
}

const steer = controlOf(() => sandbox);
const control = async (path: string, body?: unknown, method = 'POST') => {
  const text = await (await steer(path, body, method)).text();
  return text ? JSON.parse(text) : undefined;
};

const api = async (method: string, path: string, body?: unknown) => {
  const response = await fetch(`${sandbox.orgUrl}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', Authorization: `SSWS ${sandbox.apiToken}` },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  expect(response.status, `${method} ${path}`).toBeLessThan(300);
  // biome-ignore lint/suspicious/noExplicitAny: Okta's objects
  return (await response.json()) as any;
};

const sent = async (method: string, path: string): Promise<{ path: string; status: number }[]> =>
  (await control(`requests?method=${method}&path=${encodeURIComponent(path)}`, undefined, 'GET')).requests;

const file = (name: string, text?: string) => {
  const path = join(folder, name);
  if (text !== undefined) writeFileSync(path, text);
  return path;
};
const linesIn = (path: string): Line[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];
const countIn = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0);

/** Runs a bulk, kills it at random moments, and resumes it until it ends by itself. */
async function killed(args: string[], results: string, next: () => number): Promise<Ended> {
  for (let kills = 0; kills < KILLS; kills += 1) {
    const { child, done } = start([...args, '--results', results, ...(kills > 0 ? ['--resume'] : [])], env);
    const before = countIn(results);
    const enough = before + 1 + Math.floor(next() * 50);
    await until(() => (countIn(results) >= enough ? true : undefined), 25_000);
    child.kill('SIGKILL');
    await done;
    // What a kill in the middle of a write leaves.
    if (next() < 0.5) appendFileSync(results, '{"row":1,"status":"ok","ha');
    if (next() < 0.5) appendFileSync(`${results}.journal`, '{"row":1,"ha\u00e4'.slice(0, 12));
  }
  return run([...args, '--results', results, '--resume'], env);
}

beforeAll(async () => {
  sandbox = await startSandbox();
  env = { OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken };
  const limits = (await control('limits', undefined, 'GET')) as Record<string, unknown>;
  const buckets = Object.keys(limits).filter((name) => name !== 'concurrency');
  await control('limits', Object.fromEntries(buckets.map((name) => [name, 1_000_000])), 'PUT');
  people = [];
  for (let at = 0; at < PEOPLE; at += 1) {
    const login = `bulk${at}@acme.test`;
    const profile = { login, email: login, firstName: 'Bulk', lastName: `No ${at}` };
    const credentials = {
      password: { value: 'Temp-83x!Quartz' },
      recovery_question: { question: 'First car?', answer: 'Panda4x4' },
    };
    people.push({
      id: (await api('POST', '/api/v1/users?activate=true', { profile, credentials })).id,
      login,
    });
  }
  groupId = (await api('POST', '/api/v1/groups', { profile: { name: 'Bulk' } })).id;
  await control('requests', undefined, 'DELETE');
}, 60_000);
afterEach(async () => {
  await control('faults', undefined, 'DELETE');
  await control('requests', undefined, 'DELETE');
});
afterAll(() => sandbox.close());

describe(`a run that is killed again and again (SEED=${seed})`, () => {
  it('makes each membership once', { timeout: 120_000 }, async () => {
    await control('faults', { path: '/api/v1/', times: 1e6, fault: { kind: 'delay', ms: 20 } });
    const input = file(
      'members.csv',
      `userId,groupId\n${people.map(({ login }) => `${login},${groupId}`).join('\n')}\n`,
    );
    const results = file('members.results.ndjson');
    const ended = await killed(['bulk', 'add_user_to_group', '--input', input], results, seeded(seed));
    expect(ended.code, ended.stderr).toBe(0);
    const lines = linesIn(results);
    expect(lines.map(({ row }) => row).sort((a, b) => a - b)).toEqual(people.map((_, at) => at + 1));
    expect(lines.every(({ status }) => status === 'ok')).toBe(true);
    expect(lines.every(({ row, key }) => people[row - 1]?.login === key)).toBe(true);
    const members = await api('GET', `/api/v1/groups/${groupId}/users?limit=1000`);
    expect(members).toHaveLength(PEOPLE);
    const filter = encodeURIComponent(
      `eventType eq "group.user_membership.add" and target.id eq "${groupId}"`,
    );
    const events = await api('GET', `/api/v1/logs?limit=1000&filter=${filter}`);
    expect(events).toHaveLength(PEOPLE);
  });

  it('sends what must not be repeated once, and says what is unknown', { timeout: 120_000 }, async () => {
    await control('faults', {
      method: 'POST',
      path: 'forgot_password',
      times: 1e6,
      fault: { kind: 'delay', ms: 60 },
    });
    const rows = people.map(({ id }) => JSON.stringify({ userId: id, sendEmail: false }));
    const input = file('forgot.ndjson', `${rows.join('\n')}\n`);
    const results = file('forgot.results.ndjson');
    const ended = await killed(['bulk', 'forgot_password', '--input', input], results, seeded(seed + 1));
    const lines = linesIn(results);
    expect(lines.map(({ row }) => row).sort((a, b) => a - b)).toEqual(people.map((_, at) => at + 1));
    expect([...new Set(lines.map(({ status }) => status))].sort()).toEqual(['ok', 'unknown']);
    const unknown = lines.filter(({ status }) => status === 'unknown');
    expect(unknown.every(({ error }) => error?.code === 'outcome_unknown')).toBe(true);
    expect(errorOf(ended)).toMatchObject({
      code: 'rows_failed',
      message: expect.stringContaining(`${unknown.length} are unknown`),
    });
    expect(ended.code).toBe(1);
    // The log of the org: nobody was sent twice, and whoever was sent nothing is among the unknown.
    const posts = await sent('POST', 'forgot_password');
    const times = new Map(people.map(({ id }) => [id, 0]));
    for (const { path } of posts) {
      const id = path.split('/')[4] ?? '';
      times.set(id, (times.get(id) ?? 0) + 1);
    }
    expect([...times.values()].filter((count) => count > 1)).toEqual([]);
    for (const { key, status } of lines) {
      if (status === 'ok') expect(times.get(key), key).toBe(1);
    }
    // A further resume sends nothing at all.
    await control('requests', undefined, 'DELETE');
    await run(['bulk', 'forgot_password', '--input', input, '--results', results, '--resume'], env);
    expect(await sent('POST', '')).toEqual([]);
    expect(linesIn(results)).toHaveLength(PEOPLE);
  });
});

describe('a dry run', () => {
  it('says what would be changed and changes nothing', async () => {
    const input = file(
      'update.csv',
      `userId;profile.department;profile.lastName\n${people[0]?.id};Sales;No 0\n${people[1]?.id};;No 1\n`,
    );
    const ended = await run(['bulk', 'update_user', '--input', input, '--dry-run'], env);
    expect(ended.code, ended.stderr).toBe(0);
    const [first, second] = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .sort((a, b) => a.row - b.row);
    expect(first).toMatchObject({
      row: 1,
      status: 'ok',
      changed: true,
      would: { method: 'POST', differs: ['department'] },
    });
    expect(second).toMatchObject({ row: 2, status: 'ok', changed: false });
    expect(ended.stderr).toContain('1 of 2 rows would change');
    expect(await sent('POST', '')).toEqual([]);
  });

  it('tells who is suspended already, and who is a member', async () => {
    const [ana, bo] = people;
    await api('POST', `/api/v1/users/${ana?.id}/lifecycle/suspend`).catch(() => {});
    await control('requests', undefined, 'DELETE');
    const input = file('suspend.csv', `userId\n${ana?.id}\n${bo?.id}\n`);
    const ended = await run(['bulk', 'suspend_user', '--input', input, '--dry-run'], env);
    const lines = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(Object.fromEntries(lines.map((line) => [line.row, line.changed]))).toEqual({ 1: false, 2: true });
    expect(await sent('POST', '')).toEqual([]);
  });

  it('G.1 a dry run with --check-existing foretells every failure of the run', async () => {
    const input = join(folder, 'joiners.csv');
    const taken = sandbox.admin.login;
    const rows = [
      'new.a@acme.test',
      `${taken.toUpperCase()} `,
      'new.b@acme.test',
      'NEW.A@acme.test',
      'no e-mail',
    ];
    const header = 'profile.login,profile.email,profile.firstName,profile.lastName';
    writeFileSync(input, [header, ...rows.map((login) => `${login},x@acme.test,New,User`)].join('\n'));
    const args = ['bulk', 'create_user', '--input', input];
    const dry = await run([...args, '--dry-run', '--check-existing'], env);
    const failed = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .flatMap(({ row, error }) => (error ? [[row, error.code]] : []))
        .sort();
    expect(failed(dry.stdout)).toEqual([
      [2, 'already_exists'],
      [4, 'already_exists'],
      [5, 'invalid_input'],
    ]);
    const results = join(folder, 'joiners.ndjson');
    await run([...args, '--results', results, '--concurrency', '1', '--max-errors', '100%'], env);
    expect(failed(readFileSync(results, 'utf8')).map(([row]) => row)).toEqual([2, 4, 5]);
    expect((await run([...args, '--check-existing'], env)).code).toBe(2);
  });

  it('names every row that does not fit, and then asks Okta nothing', async () => {
    const input = file(
      'bad.csv',
      'userId,replace,profile.department\nx,maybe,Sales\ny,true\nz,false,Sales\n,false,Sales\n',
    );
    const results = file('bad.results.ndjson');
    const ended = await run(
      ['bulk', 'update_user', '--input', input, '--dry-run', '--results', results],
      env,
    );
    expect(ended.code).toBe(1);
    const lines = linesIn(results) as (Line & { error: { message: string } })[];
    expect(lines.map(({ row }) => row)).toEqual([1, 2, 4]);
    expect(lines[0]?.error.message).toContain('column replace: must be true or false');
    expect(lines[1]?.error.message).toContain('2 fields, the header 3');
    expect(JSON.parse(ended.stdout)).toMatchObject({ dryRun: true, rows: 4, errors: 3 });
    expect(errorOf(ended).message).toContain('3 of 4 rows would fail');
    const requests = await sent('', '/api/v1/users');
    expect(requests).toEqual([]);
  });
});

describe('a group that is named', () => {
  it('is looked up once for all rows', async () => {
    await api('POST', '/api/v1/groups', { profile: { name: 'Named' } });
    const some = people.slice(0, 50);
    const input = file('named.csv', `userId,groupId\n${some.map(({ id }) => `${id},Named`).join('\n')}\n`);
    await control('requests', undefined, 'DELETE');
    const args = ['bulk', 'add_user_to_group', '--input', input, '--results', file('named.results.ndjson')];
    const ended = await run(args, env);
    expect(JSON.parse(ended.stdout)).toMatchObject({ ok: 50, changed: 50 });
    expect((await sent('GET', '/api/v1/groups$')).length).toBeLessThanOrEqual(2);
    expect(await sent('PUT', '/users/')).toHaveLength(50);
  });
});

it('rows that failed are done again by a further run, and only they', async () => {
  const profile = { login: 'late@acme.test', email: 'late@acme.test', firstName: 'Too', lastName: 'Late' };
  const credentials = {
    password: { value: 'Temp-83x!Quartz' },
    recovery_question: { question: 'First car?', answer: 'Panda4x4' },
  };
  const { id } = await api('POST', '/api/v1/users?activate=false', { profile, credentials });
  const input = file('late.csv', `userId,sendEmail\n${people[0]?.id},false\n${id},false\n`);
  const results = file('late.results.ndjson');
  await api('POST', `/api/v1/users/${people[0]?.id}/lifecycle/unsuspend`).catch(() => {});
  const args = ['bulk', 'forgot_password', '--input', input, '--results', results];
  expect((await run(args, env)).code).toBe(1);
  expect(linesIn(results).map(({ status }) => status)).toEqual(['ok', 'error']);
  await api('POST', `/api/v1/users/${id}/lifecycle/activate?sendEmail=false`);
  await control('requests', undefined, 'DELETE');
  const again = await run([...args, '--resume'], env);
  expect(again.code, again.stderr).toBe(0);
  expect(linesIn(results).map(({ row, status }) => [row, status])).toEqual([
    [1, 'ok'],
    [2, 'ok'],
  ]);
  expect((await sent('POST', 'forgot_password')).map(({ path }) => path.split('/')[4])).toEqual([id]);
});

describe('a run stops', () => {
  const members = (name: string, users: string[]) =>
    file(name, `userId,groupId\n${users.map((user) => `${user},${groupId}`).join('\n')}\n`);

  it('at a credential that is refused, with one request', async () => {
    const input = members(
      'refused.csv',
      people.map(({ id }) => id),
    );
    const results = file('refused.results.ndjson');
    const ended = await run(['bulk', 'remove_user_from_group', '--input', input, '--results', results], {
      ...env,
      OKTA_CLIENT_TOKEN: 'wrong-token-value',
    });
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({
      code: 'authentication_failed',
      hint: expect.stringContaining('--resume'),
    });
    expect(await sent('', '/api/v1/')).toHaveLength(1);
    expect(linesIn(results)).toHaveLength(1);
  });

  it('at too many errors, and says how to go on', async () => {
    const input = members(
      'strangers.csv',
      people.map((_, at) => `stranger${at}@acme.test`),
    );
    const results = file('strangers.results.ndjson');
    const args = ['bulk', 'add_user_to_group', '--input', input, '--results', results];
    const ended = await run([...args, '--max-errors', '20'], env);
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({
      code: 'rows_failed',
      message: expect.stringContaining('21 of'),
      hint: expect.stringContaining('--resume'),
    });
    const { length } = linesIn(results);
    expect(length).toBeGreaterThan(20);
    expect(length).toBeLessThan(35);
  });

  it('at Ctrl-C, with the rows under way finished', async () => {
    await control('faults', { path: '/api/v1/', times: 1e6, fault: { kind: 'delay', ms: 30 } });
    const input = members(
      'stopped.csv',
      people.map(({ id }) => id),
    );
    const results = file('stopped.results.ndjson');
    const { child, done } = start(
      ['bulk', 'remove_user_from_group', '--input', input, '--results', results],
      env,
    );
    await until(() => (countIn(results) > 5 ? true : undefined));
    child.kill('SIGINT');
    const ended = await done;
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({ code: 'aborted', hint: expect.stringContaining('--resume') });
    const lines = linesIn(results);
    expect(lines.every(({ status }) => status === 'ok')).toBe(true);
    expect(lines.length).toBeLessThan(PEOPLE);
    expect(await sent('DELETE', '/users/')).toHaveLength(lines.filter(({ changed }) => changed).length);
  });
});

describe('wrong usage', () => {
  const input = () => file('usage.csv', `userId,groupId\n${people[0]?.id},${groupId}\n`);
  it.each([
    ['--results', ['--input', 'INPUT', '--resume']],
    ['--results must be a file', ['--input', 'INPUT', '--results', '-']],
    ['--concurrency', ['--input', 'INPUT', '--results', 'x', '--concurrency', '0']],
    ['--max-errors', ['--input', 'INPUT', '--results', 'x', '--max-errors', '120%']],
    ['cannot be read', ['--input', join(folder, 'nowhere.csv'), '--results', 'x']],
    ['--format', ['--input', '-', '--results', 'x']],
    ['--map', ['--input', 'INPUT', '--results', 'x', '--map', join(folder, 'nowhere.json')]],
    ['The map is not valid', ['--input', 'INPUT', '--results', 'x', '--map', file('list.json', '[]')]],
    ['--dry-run', ['--input', 'INPUT', '--results', 'x', '--dry-run', '--resume']],
  ])('%s: %j', async (text, args) => {
    const ended = await run(
      ['bulk', 'add_user_to_group', ...args.map((arg) => (arg === 'INPUT' ? input() : arg))],
      env,
    );
    expect(ended.code, ended.stderr).toBe(2);
    const { message, hint } = errorOf(ended);
    expect(`${message} ${hint}`).toContain(text);
  });

  it('a header that is missing: nothing of the first row is told', async () => {
    const bare = file('bare.csv', 'zoe@acme.test,zoe@acme.test,Zoe,Winter2026!\n');
    const args = ['bulk', 'create_user', '--input', bare, '--results', file('bare.results.ndjson')];
    const ended = await run(args, env);
    expect(ended.code).toBe(1);
    expect(errorOf(ended).message).toContain('The columns do not fit');
    expect(ended.stdout + ended.stderr).not.toMatch(/zoe|winter/i);
  });

  it('a folder that is not there', async () => {
    const args = ['bulk', 'add_user_to_group', '--input', input(), '--results', '/proc/nothing/x.ndjson'];
    expect(errorOf(await run(args, env)).message).toContain('the folder /proc/nothing does not exist');
  });

  it('results that are there, are missing, or belong to another run', async () => {
    const results = file('once.results.ndjson');
    const args = ['bulk', 'add_user_to_group', '--input', input(), '--results', results];
    expect(errorOf(await run([...args, '--resume'], env)).message).toContain('nothing to resume');
    expect((await run(args, env)).code).toBe(0);
    expect(errorOf(await run(args, env)).message).toContain('already exists');
    const other = await run(['bulk', 'remove_user_from_group', ...args.slice(2), '--resume'], env);
    expect(errorOf(other).message).toContain('the action differs');
    appendFileSync(file('usage.csv'), `${people[1]?.id},${groupId}\n`);
    const changed = await run([...args.slice(0, 3), file('usage.csv'), ...args.slice(4), '--resume'], env);
    expect(errorOf(changed).message).toContain('the input differs');
  });
});

describe('F1.12 rows that take something away, where nobody can be asked', () => {
  const needed = 'There is no terminal to confirm it on, so --yes is needed';
  const leavers = (name: string) => file(name, 'userId\nnobody1@acme.test\nnobody2@acme.test\n');

  it.each([[[]], [['--resume']]])('%j: 2, what to type, and no request', async (more: string[]) => {
    await control('requests', undefined, 'DELETE');
    const input = leavers('unasked.csv');
    const results = file('unasked.results.ndjson');
    const ended = await run(['bulk', 'delete_user', '--input', input, '--results', results, ...more], env);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(errorOf(ended)).toMatchObject({
      code: 'invalid_input',
      message: `2 of 2 rows remove something that cannot be restored (delete_user). ${needed}`,
      hint: `If intended: okta-connector bulk delete_user --input ${input} --results ${results}${more.map((one) => ` ${one}`)} --yes`,
    });
    expect(await sent('', '/api/v1/')).toEqual([]);
    expect(existsSync(results)).toBe(false);
  });

  it('a dry run needs no --yes', async () => {
    const ended = await run(['bulk', 'delete_user', '--input', leavers('dry-leavers.csv'), '--dry-run'], env);
    expect(errorOf(ended).code).toBe('rows_failed');
  });

  it('on stdin: refused before it is read', async () => {
    const args = ['bulk', 'delete_user', '--format', 'csv', '--results', file('unread-leavers.ndjson')];
    const { child, done } = start([...args, '--input', '-'], env);
    const ended = await done;
    child.stdin.end();
    expect(ended.code).toBe(2);
    expect(errorOf(ended).message).toContain(needed);
  });

  it('on stdin, where only a row tells: the run stops before it, and goes on with --resume --yes', async () => {
    const [first, second] = await Promise.all(
      ['kept', 'replaced'].map((name) => {
        const profile = {
          login: `${name}@acme.test`,
          email: `${name}@acme.test`,
          firstName: name,
          lastName: 'R',
        };
        return api('POST', '/api/v1/users?activate=false', { profile: { ...profile, city: 'Bonn' } });
      }),
    );
    const rows = [
      { userId: first.id, profile: { title: 'Boss' } },
      { userId: second.id, profile: { ...second.profile, city: null }, replace: true },
    ];
    const stdin = rows.map((row) => JSON.stringify(row)).join('\n');
    const results = file('by-row.results.ndjson');
    const args = ['bulk', 'update_user', '--input', '-', '--format', 'ndjson', '--results', results];
    await control('requests', undefined, 'DELETE');
    const ended = await run(args, env, stdin);
    expect(ended.code, ended.stderr).toBe(2);
    expect(errorOf(ended)).toMatchObject({
      message: `Row 2 removes something that cannot be restored (update_user). ${needed}`,
      hint: expect.stringMatching(/--resume --yes$/),
    });
    expect(await sent('PUT', '/users/')).toEqual([]);
    expect(linesIn(results).map(({ row, status }) => [row, status])).toEqual([[1, 'ok']]);
    const again = await run([...args, '--resume', '--yes'], env, stdin);
    expect(again.code, again.stderr).toBe(0);
    expect(await sent('PUT', '/users/')).toHaveLength(1);
    expect(await sent('POST', '/users/')).toHaveLength(1);
  });
});

describe.skipIf(!existsSync('/usr/bin/script'))('on a terminal', () => {
  it('shows a bar, and asks before destructive rows', async () => {
    const input = file(
      'leavers.csv',
      `userId,mode\n${people[298]?.id},deactivate_only\n${people[299]?.id},deactivate_and_delete\n`,
    );
    const results = file('leavers.results.ndjson');
    const args = `bulk delete_user --input ${input} --results ${results}`;
    const { child, closed, text } = startOnTerminal(args, env);
    await until(() => (text().includes('[y/N]') ? true : undefined));
    expect(text()).toContain('2 of 2 rows remove something');
    expect(await sent('', '/api/v1/')).toEqual([]);
    child.stdin.write('y\r');
    const [code] = await closed;
    expect(code, text()).toBe(0);
    expect(text()).toMatch(/2 of 2 rows, .*\/s.*left for/);
    expect(linesIn(results).map(({ status }) => status)).toEqual(['ok', 'ok']);
  });

  it('gives the cursor back at a second Ctrl-C', { timeout: 20_000 }, async () => {
    await control('faults', { path: '/api/v1/users', times: 1e6, fault: { kind: 'delay', ms: 5_000 } });
    const input = file('cursor.ndjson', JSON.stringify({ userId: people[0]?.id }));
    const args = `bulk suspend_user --input ${input} --results ${file('cursor.results.ndjson')}`;
    const { child, closed, text } = startOnTerminal(args, env);
    await until(() => (text().includes('0 of 1 rows,') ? true : undefined));
    child.stdin.write('\x03');
    await until(() => (text().includes('Ctrl-C again') ? true : undefined));
    child.stdin.write('\x03');
    expect(await closed).toEqual([130, null]);
    expect(text().lastIndexOf('\x1b[?25h')).toBeGreaterThan(text().lastIndexOf('\x1b[?25l'));
  });

  it('finishes the rows under way when that is closed', { timeout: 30_000 }, async () => {
    await control('faults', { path: '/api/v1/users', times: 1e6, fault: { kind: 'delay', ms: 300 } });
    const logins = people.map((_, at) => `closed${at}@acme.test`);
    const input = file(
      'closed.ndjson',
      logins
        .map((login) =>
          JSON.stringify({
            profile: { login, email: login, firstName: 'A', lastName: 'B' },
            activate: false,
          }),
        )
        .join('\n'),
    );
    const results = file('closed.results.ndjson');
    const { child, closed } = startOnTerminal(`bulk create_user --input ${input} --results ${results}`, env);
    await until(() => (countIn(results) > 5 ? true : undefined));
    child.kill('SIGKILL');
    await closed;
    await until(() => (existsSync(`${results}.lock`) ? undefined : true));
    const lines = linesIn(results);
    expect(lines.every(({ status }) => status === 'ok')).toBe(true);
    expect(lines.length).toBeLessThan(PEOPLE);
    // Each that was begun has ended.
    expect(countIn(`${results}.journal`) - 1).toBe(lines.length);
  });
});

describe('nobody reads', () => {
  const strangers = () => file('strange.csv', 'userId\nnobody1@acme.test\nnobody2@acme.test\n');

  it('what is said of the progress, which is no reason to end', async () => {
    const ids = people.slice(0, 100).map(({ id }) => id);
    const input = file('unread.csv', ['userId', ...ids].join('\n'));
    const results = file('unread.results.ndjson');
    const args = ['bulk', 'get_user', '--input', input, '--results', results, '--verbose'];
    await control('faults', { path: '/api/v1/', times: 2, fault: { kind: 'status', status: 503 } });
    const { child, done } = start(args, env);
    child.stderr.destroy();
    expect((await done).code).toBe(0);
    expect(linesIn(results)).toHaveLength(100);
  });

  it('the summary, and the exit code still tells of failed rows', async () => {
    const { child, done } = start(
      ['bulk', 'suspend_user', '--input', strangers(), '--results', file('strange.results.ndjson')],
      env,
    );
    child.stdout.destroy();
    expect((await done).code).toBe(1);
  });
});

it('moves no cursor by what a file or Okta holds', async () => {
  const input = file('cursor.csv', '\u009b2J\u001b[2J.userId\nx\n');
  const ended = await run(['bulk', 'get_user', '--input', input, '--results', file('moves.results')], env);
  expect(ended.stderr).toContain('2J');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(ended.stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
});

it('says before the first row how many do not fit', async () => {
  const input = file('unfit.ndjson', `{"userId":"${people[0]?.id}"}\n{"user":"x"}\n`);
  const ended = await run(['bulk', 'get_user', '--input', input, '--results', file('unfit.results')], env);
  expect(ended.stderr).toContain('1 of 2 rows do not fit get_user');
});

it('takes --concurrency auto', { timeout: 20_000 }, async () => {
  const input = file('auto.ndjson', `{"userId":"${people[0]?.id}"}\n`);
  const args = ['--input', input, '--results', file('auto.results'), '--concurrency', 'auto'];
  const { child, done } = start(['bulk', 'get_user', ...args], env);
  const hangs = setTimeout(() => child.kill('SIGKILL'), 15_000);
  expect(await done).toMatchObject({ code: 0 });
  clearTimeout(hangs);
});

describe('Ctrl-C ends it while stdin is open', () => {
  const from = (args: string[], text: string) => {
    const started = start(['bulk', ...args, '--input', '-'], env);
    started.child.stdin.on('error', () => {}).write(text);
    return started;
  };
  const endOf = async ({ child, done }: ReturnType<typeof start>) => {
    child.kill('SIGINT');
    const hangs = setTimeout(() => child.kill('SIGKILL'), 10_000);
    const ended = await done;
    clearTimeout(hangs);
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({ code: 'aborted' });
  };

  it('before its first 64 KB are there', { timeout: 20_000 }, async () => {
    const results = file('waits.results.ndjson');
    const args = ['update_user', '--format', 'csv', '--results', results, '--log', file('waits.log')];
    const begun = from(args, 'userId,profile.title\n');
    // It has asked for the attributes of the org; what it does next is to read.
    await until(() => (countIn(file('waits.log')) > 0 ? true : undefined));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await endOf(begun);
    expect(existsSync(results)).toBe(false);
  });

  it('and after', { timeout: 20_000 }, async () => {
    const results = file('open.results.ndjson');
    const line = `{"userId":"${people[0]?.id}"}\n`;
    const begun = from(['get_user', '--format', 'ndjson', '--results', results], line.repeat(2_500));
    await until(() => (countIn(results) === 2_500 ? true : undefined));
    await endOf(begun);
  });
});

it('ends while another pipe than stdin stays open', { timeout: 20_000 }, async () => {
  const pipe = file('rows.csv');
  execFileSync('mkfifo', [pipe]);
  const writer = openSync(pipe, 'r+');
  writeSync(writer, 'userId,profile.title\n');
  const results = file('pipe.results.ndjson');
  const args = ['bulk', 'update_user', '--input', pipe, '--results', results, '--log', file('pipe.log')];
  const { child, done } = start(args, env);
  // It has asked for the attributes of the org; what it does next is to read.
  await until(() => (countIn(file('pipe.log')) > 0 ? true : undefined));
  await new Promise((resolve) => setTimeout(resolve, 500));
  child.kill('SIGINT');
  const hangs = setTimeout(() => child.kill('SIGKILL'), 8_000);
  const ended = await done;
  clearTimeout(hangs);
  closeSync(writer);
  expect(ended.code).toBe(1);
  expect(errorOf(ended)).toMatchObject({ code: 'aborted' });
  expect(existsSync(results)).toBe(false);
});

it('reads from stdin', async () => {
  const results = file('stdin.results.ndjson');
  const args = ['bulk', 'get_user', '--input', '-', '--format', 'ndjson', '--results', results];
  const ended = await run(
    args,
    env,
    people
      .slice(0, 40)
      .map(({ id }) => JSON.stringify({ userId: id }))
      .join('\n'),
  );
  expect(ended.code, ended.stderr).toBe(0);
  expect(linesIn(results)).toHaveLength(40);
  expect(JSON.parse(ended.stdout)).toMatchObject({ ok: 40, errors: 0 });
});
