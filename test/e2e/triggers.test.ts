import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { clientOf, newProfile, type Client as Org } from '../sandbox/support.ts';
import { freePort } from '../support/free-port.ts';
import { recordsOf } from '../support/state-file.ts';
import { cli, errorOf, run, start, until } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-triggers-'));
const TYPE = 'user.account.update_profile';
const INPUT = ['--input', JSON.stringify({ eventTypes: [TYPE] })];
const roomy = { '/api/v1/logs': 100_000, '/api/v1': 100_000 };

let sandbox: Sandbox;
let org: Org;
let env: Record<string, string>;
let state: string;
let count = 0;
const running: ReturnType<typeof start>[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  org = clientOf(sandbox);
  env = { OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken };
});
beforeEach(async () => {
  await org.control('POST', '/reset');
  await org.control('PUT', '/limits', roomy);
  state = join(folder, `${++count}.json`);
});
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

type Started = ReturnType<typeof start>;
const begin = (...args: string[]): Started => {
  const started = start(args, env);
  running.push(started);
  return started;
};
const append = async (many: number): Promise<string[]> =>
  (await org.control('POST', '/events', Array(many).fill({ eventType: TYPE }))).body.uuids;
const lines = (stdout: string) =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { id: string; [member: string]: unknown });
const idsOf = ({ output }: Started) => lines(output.stdout).map(({ id }) => id);
const poll = (...args: string[]) => run(['poll', 'new_event', ...INPUT, ...args], env);
const prime = async () => expect((await poll('--state', state)).code).toBe(0);
const follow = (...args: string[]) =>
  begin('poll', 'new_event', ...INPUT, '--state', state, '--follow', '--interval', '100ms', ...args);
const ended = async ({ child, done }: Started, signal: NodeJS.Signals) => {
  child.kill(signal);
  return done;
};
const hasAll = (uuids: string[], ...from: Started[]) =>
  until(() => {
    const got = new Set(from.flatMap(idsOf));
    return uuids.every((id) => got.has(id)) || undefined;
  });
/** The lock of a process that was killed while it wrote is taken over after a while; the tests do not wait for that. */
const asIfLater = () => {
  const longAgo = new Date(Date.now() - 60_000);
  if (existsSync(`${state}.lock`)) utimesSync(`${state}.lock`, longAgo, longAgo);
};
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('poll', () => {
  it('prints what is new since the last run, one JSON line each', async () => {
    await prime();
    expect(statSync(state).mode & 0o777).toBe(0o600);
    const uuids = await append(3);
    const ended = await poll('--state', state);
    expect(ended.code, ended.stderr).toBe(0);
    expect(lines(ended.stdout)).toMatchObject(
      uuids.map((id) => ({ id, eventType: TYPE, event: { uuid: id, eventType: TYPE } })),
    );
    expect((await poll('--state', state)).stdout).toBe('');
  });

  it('--test shows a few recent items and leaves --state alone', async () => {
    const uuids = await append(5);
    const ended = await poll('--test', '--state', state);
    expect(ended.code, ended.stderr).toBe(0);
    expect(lines(ended.stdout).map(({ id }) => id)).toEqual(uuids.toReversed().slice(0, 3));
    expect(existsSync(state)).toBe(false);
    expect((await poll('--test')).code).toBe(0);
  });

  it.each([
    ['no --state', ['poll', 'new_event'], 2, 'invalid_input'],
    [
      'a trigger that Okta calls',
      ['poll', 'new_event_instant', '--state', 'x', '--input', '{"eventTypes":["a.b"]}'],
      1,
      'invalid_input',
    ],
    ['a wrong input', ['poll', 'new_event', '--state', 'x', '--input', '{"nope":1}'], 1, 'invalid_input'],
    [
      'a wrong interval',
      ['poll', 'new_event', '--state', 'x', '--follow', '--interval', 'soon'],
      2,
      'invalid_input',
    ],
    ['a wrong cron', ['poll', 'new_event', '--state', 'x', '--cron', 'at noon'], 2, 'invalid_input'],
    ['an unknown trigger', ['poll', 'no_such', '--state', 'x'], 2, 'unknown_operation'],
  ])('%s is one JSON error, and nothing is sent', async (_, args, code, errorCode) => {
    const ended = await run(args as string[], env);
    expect([ended.code, ended.stdout]).toEqual([code, '']);
    expect(errorOf(ended)).toMatchObject({ code: errorCode });
    expect((await org.control('GET', '/requests')).body.requests).toEqual([]);
  });

  it('says what is wrong with a state file that is none', async () => {
    writeFileSync(state, 'my notes');
    const ended = await poll('--state', state);
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({ code: 'invalid_input', message: expect.stringContaining(state) });
    expect(readFileSync(state, 'utf8')).toBe('my notes');
  });
});

describe('poll --follow', () => {
  it('prints each event once across kill -9 and restart', async () => {
    await prime();
    const uuids: string[] = [];
    const processes: Started[] = [];
    for (let round = 0; round < 4; round++) {
      const process = follow();
      processes.push(process);
      for (let i = 0; i < 6; i++) {
        uuids.push(...(await append(4)));
        await pause(40);
      }
      if (round < 3) {
        // In the middle of its work, whatever it is doing.
        await until(() => idsOf(process).length > 0 || undefined);
        await ended(process, 'SIGKILL');
        asIfLater();
      }
    }
    await hasAll(uuids, ...processes);
    const last = processes.at(-1) as Started;
    expect((await ended(last, 'SIGTERM')).code).toBe(0);
    const printed = processes.map(idsOf);
    for (const got of printed) expect(new Set(got).size, 'no process repeats itself').toBe(got.length);
    for (const [i, got] of printed.entries()) {
      // What a later process prints again can only be the page that was in flight: the end of what the killed one printed.
      const repeated = got.filter((id) =>
        printed
          .slice(i + 1)
          .flat()
          .includes(id),
      );
      expect(repeated).toEqual(got.slice(got.length - repeated.length));
    }
    expect([...new Set(printed.flat())]).toEqual(uuids);
  });

  it('goes on through 503s, resets and truncated answers', async () => {
    await prime();
    const process = follow();
    const uuids = await append(2);
    await hasAll(uuids, process);
    for (const fault of [{ kind: 'status', status: 503 }, { kind: 'reset' }, { kind: 'truncate' }]) {
      await org.control('POST', '/faults', { path: '/api/v1/logs', fault });
      uuids.push(...(await append(2)));
      await hasAll(uuids, process);
    }
    expect((await ended(process, 'SIGINT')).code).toBe(0);
    expect(idsOf(process)).toEqual(uuids);
    expect(process.output.stderr).toBe('');
  });

  it('ends with exit 1 and one JSON error when the token is revoked', async () => {
    await prime();
    const process = follow();
    await hasAll(await append(1), process);
    await org.control('POST', '/tokens/revoke', { apiToken: true });
    const { code, stderr, stdout } = await process.done;
    expect(code).toBe(1);
    expect(errorOf({ code, stderr, stdout })).toMatchObject({ code: 'authentication_failed', status: 401 });
    expect(stderr).not.toContain(sandbox.apiToken);
  });

  it('on one state in two processes prints each event once', async () => {
    await prime();
    const processes = [follow(), follow()];
    const uuids: string[] = [];
    for (let i = 0; i < 10; i++) {
      uuids.push(...(await append(3)));
      await pause(50);
    }
    await hasAll(uuids, ...processes);
    await pause(300);
    for (const process of processes)
      expect((await ended(process, 'SIGTERM')).code, process.output.stderr).toBe(0);
    expect(processes.flatMap(idsOf).sort()).toEqual([...uuids].sort());
  });
});

describe('poll --cron', () => {
  it('runs at its times, not before, and ends with a signal', async () => {
    const begun = Date.now();
    const input = ['--input', JSON.stringify({ eventTypes: [TYPE], settleSeconds: 0 })];
    const process = begin('poll', 'search_events', ...input, '--state', state, '--cron', '* * * * * *');
    await until(() => lines(process.output.stdout).length >= 3 || undefined);
    expect((await ended(process, 'SIGTERM')).code).toBe(0);
    expect(Date.now() - begun).toBeGreaterThan(2_000);
    const windows = lines(process.output.stdout);
    for (const [i, window] of windows.slice(1).entries()) expect(window.since).toBe(windows[i]?.until);
  });

  it('that is months away does not run before', async () => {
    const month = ((new Date().getUTCMonth() + 6) % 12) + 1;
    const process = begin('poll', 'new_event', '--state', state, '--cron', `0 0 1 ${month} *`);
    await pause(1_000);
    expect((await org.control('GET', '/requests')).body.requests).toEqual([]);
    expect(process.child.exitCode).toBeNull();
  });

  // Regression: no next time counted as 0 ms from now, and polling without a pause used up the budget.
  it('that never comes is refused', async () => {
    const process = begin('poll', 'new_event', '--state', state, '--cron', '0 0 30 2 *');
    await pause(1_000);
    expect((await org.control('GET', '/requests')).body.requests).toEqual([]);
    expect(errorOf(await process.done)).toMatchObject({ code: 'invalid_input' });
  });

  // Regression: only runs ended quietly, not the wait before the first one.
  it('ends with exit 0 also when the signal comes before its first time', async () => {
    const process = begin('poll', 'new_event', '--state', state, '--cron', '0 0 29 2 *');
    await pause(3_000);
    expect(await ended(process, 'SIGTERM')).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('listen', () => {
  const listen = async (port: number, ...args: string[]) =>
    begin(
      ...['listen', 'new_event_instant', '--state', state, '--port', String(port)],
      ...['--public-url', `http://127.0.0.1:${port}/hook`],
      ...['--input', '{"eventTypes":["user.lifecycle.create"]}', ...args],
    );
  const ready = (process: Started) => until(() => /Okta verified/.exec(process.output.stderr) ?? undefined);
  const hooks = async () => (await org.get('/api/v1/eventHooks')).body;

  it('is verified, prints a new user in less than a second, and removes its hook on SIGTERM', async () => {
    const process = await listen(await freePort());
    await ready(process);
    expect(await hooks()).toMatchObject([{ status: 'ACTIVE', verificationStatus: 'VERIFIED' }]);
    const begun = Date.now();
    const { id } = (await org.post('/api/v1/users', { profile: newProfile('instant') })).body;
    await until(() => lines(process.output.stdout).length > 0 || undefined);
    expect(Date.now() - begun).toBeLessThan(1_000);
    expect(lines(process.output.stdout)).toMatchObject([{ eventType: 'user.lifecycle.create', userId: id }]);
    const { code } = await ended(process, 'SIGTERM');
    expect(code).toBe(0);
    expect(await hooks()).toEqual([]);
    expect(statSync(state).mode & 0o777).toBe(0o600);
    const secret = recordsOf(state)[0]?.value.secret;
    expect(process.output.stdout + process.output.stderr).not.toContain(secret);
  });

  it('F2.6 takes a typed trigger: prints a new user, whole, and none of the other events', async () => {
    const port = await freePort();
    const process = begin(
      ...['listen', 'user_created', '--state', state, '--port', String(port)],
      ...['--public-url', `http://127.0.0.1:${port}/hook`, '--input', '{"include":true}'],
    );
    await ready(process);
    expect(await hooks()).toMatchObject([{ events: { items: ['user.lifecycle.create'] } }]);
    await append(1);
    const profile = newProfile('typed');
    const { id } = (await org.post('/api/v1/users', { profile })).body;
    await until(() => lines(process.output.stdout).length > 0 || undefined);
    expect((await ended(process, 'SIGTERM')).code).toBe(0);
    expect(lines(process.output.stdout)).toMatchObject([
      { eventType: 'user.lifecycle.create', userId: id, user: { id, profile: { login: profile.login } } },
    ]);
    expect(await hooks()).toEqual([]);
  });

  it('loses nothing across kill -9 with the hook left behind, and prints it once', async () => {
    const port = await freePort();
    const reconcile = [
      '--input',
      '{"eventTypes":["user.lifecycle.create"],"reconcile":true}',
      '--reconcile-interval',
      '200ms',
    ];
    const first = await listen(port, ...reconcile);
    await ready(first);
    const before = (
      await org.control('POST', '/events', Array(3).fill({ eventType: 'user.lifecycle.create' }))
    ).body.uuids;
    await hasAll(before, first);
    await pause(300);
    await ended(first, 'SIGKILL');
    asIfLater();
    const meanwhile = (
      await org.control('POST', '/events', Array(3).fill({ eventType: 'user.lifecycle.create' }))
    ).body.uuids;
    await org.control('POST', '/hooks/flush');
    const second = await listen(port, ...reconcile);
    await hasAll(meanwhile, second);
    expect(await hooks()).toHaveLength(1);
    expect((await ended(second, 'SIGTERM')).code).toBe(0);
    expect([...idsOf(first), ...idsOf(second)]).toEqual([...before, ...meanwhile]);
  });

  it('--keep-hook leaves it', async () => {
    const process = await listen(await freePort(), '--keep-hook');
    await ready(process);
    expect((await ended(process, 'SIGINT')).code).toBe(0);
    expect(await hooks()).toMatchObject([{ status: 'ACTIVE' }]);
  });

  it('F1.9 waits while another process has its state, and goes on when that ends', async () => {
    const first = await listen(await freePort());
    await ready(first);
    const second = await listen(await freePort());
    await until(() => /in use.*waiting until it is free/.exec(second.output.stderr) ?? undefined);
    expect((await ended(first, 'SIGTERM')).code).toBe(0);
    await ready(second);
    const { id } = (await org.post('/api/v1/users', { profile: newProfile('second') })).body;
    await until(() => lines(second.output.stdout).length > 0 || undefined);
    expect(lines(second.output.stdout)).toMatchObject([{ userId: id }]);
    expect(second.output.stderr.match(/waiting/g)).toHaveLength(1);
  });

  it('F1.9 ends with a signal also while it waits, and leaves the hook to whoever has it', async () => {
    const first = await listen(await freePort());
    await ready(first);
    const second = await listen(await freePort());
    await until(() => /waiting/.exec(second.output.stderr) ?? undefined);
    expect((await ended(second, 'SIGTERM')).code).toBe(0);
    expect(await hooks()).toMatchObject([{ status: 'ACTIVE' }]);
  });

  it('F1.9 takes the state over at once from a process that ended and was not reaped', async () => {
    const port = await freePort();
    const args = ['listen', 'new_event_instant', '--state', state, '--port', String(port)];
    const more = ['--public-url', `http://127.0.0.1:${port}/`, '--input', `{"eventTypes":["${TYPE}"]}`];
    // bash starts it, and becomes a process that reaps nothing.
    const parent = spawn(
      'bash',
      ['-c', '"$0" "$@" >/dev/null 2>&1 & echo $!; exec sleep 60', process.execPath, cli, ...args, ...more],
      { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const [said] = await once(parent.stdout, 'data');
    await until(() => recordsOf(state)[0]?.value.hookId);
    process.kill(Number(String(said)), 'SIGKILL');
    await pause(300);
    asIfLater();
    const begun = Date.now();
    await ready(await listen(await freePort()));
    expect(Date.now() - begun).toBeLessThan(8_000);
    parent.kill('SIGKILL');
  });

  it('refuses a port in use', async () => {
    const port = await freePort();
    await ready(await listen(port));
    state = join(folder, `${++count}.json`);
    const third = await (await listen(port)).done;
    expect([third.code, errorOf(third).code]).toEqual([1, 'invalid_input']);
  });

  it('ends with what to do when Okta cannot reach it', async () => {
    const process = await listen(await freePort(), '--public-url', `http://127.0.0.1:${await freePort()}/`);
    const end = await process.done;
    expect(end.code).toBe(1);
    expect(errorOf(end)).toMatchObject({
      message: expect.stringContaining('verify'),
      hint: expect.stringContaining('reach'),
    });
    expect(await hooks()).toEqual([]);
  });

  it('refuses an event type that no hook delivers, and creates nothing', async () => {
    const end = await (
      await listen(await freePort(), '--input', '{"eventTypes":["user.lifecycle.delete.completed"]}')
    ).done;
    expect(errorOf(end)).toMatchObject({ code: 'invalid_input', hint: expect.stringContaining('new_event') });
    expect(await hooks()).toEqual([]);
  });

  // Regression: stop threw before the server was closed, and the open server kept the process alive.
  it('ends also when the token was revoked meanwhile', async () => {
    const process = await listen(await freePort());
    await ready(process);
    await org.control('POST', '/tokens/revoke', { apiToken: true });
    process.child.kill('SIGTERM');
    const code = await Promise.race([
      process.done.then((end) => end.code),
      pause(3_000).then(() => 'still there'),
    ]);
    expect(code).toBe(1);
  });
});
