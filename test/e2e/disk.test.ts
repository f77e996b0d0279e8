import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { clientOf, type Client as Org } from '../sandbox/support.ts';
import { freePort } from '../support/free-port.ts';
import { smallDisk } from '../support/small-disk.ts';
import { recordsOf } from '../support/state-file.ts';
import { errorOf, run, start, until } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-disk-'));
const TYPE = 'user.account.update_profile';

afterAll(() => rmSync(folder, { recursive: true }));
const disk = smallDisk(folder, '512k');

let sandbox: Sandbox;
let org: Org;
let env: Record<string, string>;
let state: string;
const running: ReturnType<typeof start>[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  org = clientOf(sandbox);
  env = { OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken };
});
beforeEach(async () => {
  await org.control('POST', '/reset');
  await org.control('PUT', '/limits', { '/api/v1/logs': 100_000, '/api/v1': 100_000 });
  state = join(disk ?? folder, `${randomUUID()}.json`);
});
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
  if (disk) for (const name of readdirSync(disk)) rmSync(join(disk, name), { recursive: true });
});
afterAll(() => sandbox.close());

/** Takes all the room but a few KB, so that a write begins and does not fit. */
function fill(leave = 0): void {
  const path = join(disk as string, 'filler');
  const block = 4_096;
  for (let size = 512 * 1_024; size > 0; size -= block) {
    try {
      writeFileSync(path, Buffer.alloc(size));
      writeFileSync(path, Buffer.alloc(Math.max(0, size - leave)));
      return;
    } catch {}
  }
}
const makeRoom = () => rmSync(join(disk as string, 'filler'));

type Started = ReturnType<typeof start>;
const begin = (args: string[], stdout?: number): Started => {
  const started = start(args, env, stdout);
  running.push(started);
  return started;
};
const append = async (many: number, eventType = TYPE): Promise<string[]> =>
  (await org.control('POST', '/events', Array(many).fill({ eventType }))).body.uuids;
const idsIn = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).id as string);
const has = (started: Started, uuids: string[]) =>
  until(() => {
    const got = new Set(idsIn(started.output.stdout));
    return uuids.every((id) => got.has(id)) || undefined;
  }, 30_000);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const pollArgs = ['poll', 'new_event', '--input', JSON.stringify({ eventTypes: [TYPE] })];
const followArgs = () => [...pollArgs, '--state', state, '--follow', '--interval', '100ms'];
const stop = async ({ child, done }: Started) => {
  child.kill('SIGTERM');
  return done;
};
const secretIn = (file: string) => {
  return recordsOf(file)[0]?.value.secret as string;
};

describe.skipIf(!disk)('F1.5 a disk that is full for a moment', () => {
  it('is waited for by poll --follow, which then delivers each event once', { timeout: 60_000 }, async () => {
    expect((await run([...pollArgs, '--state', state], env)).code).toBe(0);
    const following = begin(followArgs());
    const uuids = await append(2);
    await has(following, uuids);
    const whole = () => expect(recordsOf(state)).toHaveLength(1);
    fill();
    uuids.push(...(await append(2)));
    await until(
      () =>
        /ENOSPC|cannot be used now \((database or disk is full|disk I\/O error)\)/.exec(
          following.output.stderr,
        ) ?? undefined,
      20_000,
    );
    whole();
    makeRoom();
    uuids.push(...(await append(1)));
    await has(following, uuids);
    expect((await stop(following)).code).toBe(0);
    expect(idsIn(following.output.stdout)).toEqual(uuids);
    whole();
  });

  // Regression: half of a text that did not fit took the place of the whole state.
  it('that takes half of a write leaves the old state whole', { timeout: 60_000 }, async () => {
    expect((await run([...pollArgs, '--state', state], env)).code).toBe(0);
    await append(5_000);
    expect((await run([...pollArgs, '--state', state], env)).code).toBe(0);
    const before = recordsOf(state).map(({ value }) => value);
    fill(16 * 1_024);
    const ended = await run([...pollArgs, '--state', state], env);
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({
      code: 'state_locked',
      message: expect.stringMatching(/ENOSPC|disk/),
    });
    expect(ended.stderr).not.toContain('    at ');
    makeRoom();
    expect(recordsOf(state).map(({ value }) => value)).toEqual(before);
    const uuids = await append(1);
    expect(idsIn((await run([...pollArgs, '--state', state], env)).stdout)).toEqual(uuids);
  });

  it('is answered with 503 by listen, whose hook stays and which takes deliveries again', {
    timeout: 60_000,
  }, async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/hook`;
    const listening = begin([
      ...[
        'listen',
        'new_event_instant',
        '--input',
        JSON.stringify({ eventTypes: ['user.lifecycle.create'] }),
      ],
      ...['--state', state, '--port', String(port), '--public-url', url],
    ]);
    await until(() => /Okta verified/.exec(listening.output.stderr) ?? undefined, 20_000);
    const secret = secretIn(state);
    const send = async (uuid: string) => {
      const event = {
        ...{ uuid, eventType: 'user.lifecycle.create', published: new Date().toISOString() },
        debugContext: { debugData: { text: 'x'.repeat(20_000) } },
      };
      const body = JSON.stringify({ data: { events: [event] } });
      return (await fetch(url, { method: 'POST', headers: { Authorization: secret }, body })).status;
    };
    expect(await send('before')).toBe(200);
    await until(() => (idsIn(listening.output.stdout).length === 1 ? true : undefined));
    await until(() => recordsOf(state).some(({ value }) => String(value.inbox) === '') || undefined);
    fill();
    // The log of the file has some room of its own.
    const fitted: string[] = [];
    for (let n = 0; (await send(`fits ${n}`)) === 200; n += 1) fitted.push(`fits ${n}`);
    for (let i = 0; i < 3; i++) expect(await send('while full')).toBe(503);
    expect(listening.child.exitCode).toBeNull();
    expect(listening.output.stderr.match(/(ENOSPC|disk).*503/g)).toHaveLength(1);
    const hooks = async () => (await org.get('/api/v1/eventHooks')).body;
    expect(await hooks()).toMatchObject([{ status: 'ACTIVE', verificationStatus: 'VERIFIED' }]);
    makeRoom();
    expect(await send('while full')).toBe(200);
    expect(await send('after')).toBe(200);
    await until(() => idsIn(listening.output.stdout).includes('after') || undefined);
    expect(listening.output.stderr).toContain('can be stored again');
    expect((await stop(listening)).code).toBe(0);
    expect(idsIn(listening.output.stdout)).toEqual(['before', ...fitted, 'while full', 'after']);
    expect(await hooks()).toEqual([]);
  });

  it('under stdout is waited for by poll --follow: no line is lost, cut or doubled', {
    timeout: 60_000,
  }, async () => {
    state = join(folder, `${randomUUID()}.json`);
    expect((await run([...pollArgs, '--state', state], env)).code).toBe(0);
    const output = join(disk as string, 'output.ndjson');
    fill(8 * 1_024);
    const following = begin(followArgs(), openSync(output, 'w'));
    const uuids = await append(60);
    await until(
      () => /output cannot be written \(ENOSPC\)/.exec(following.output.stderr) ?? undefined,
      20_000,
    );
    expect(readFileSync(output, 'utf8').endsWith('\n')).toBe(false);
    makeRoom();
    await until(() => (readFileSync(output, 'utf8').split('\n').length > 60 ? true : undefined), 20_000);
    expect((await stop(following)).code).toBe(0);
    expect(idsIn(readFileSync(output, 'utf8'))).toEqual(uuids);
  });

  it('under stdout ends a single poll, and what was not written comes with the next', {
    timeout: 60_000,
  }, async () => {
    state = join(folder, `${randomUUID()}.json`);
    expect((await run([...pollArgs, '--state', state], env)).code).toBe(0);
    const uuids = await append(60);
    const output = join(disk as string, 'output.ndjson');
    fill(8 * 1_024);
    const ended = await begin([...pollArgs, '--state', state], openSync(output, 'w')).done;
    expect(ended.code).toBe(1);
    expect(errorOf(ended).message).toContain('ENOSPC');
    const written = idsIn(readFileSync(output, 'utf8'));
    makeRoom();
    const rest = idsIn((await run([...pollArgs, '--state', state], env)).stdout);
    expect(written.length).toBeGreaterThan(0);
    expect([...written, ...rest]).toEqual(uuids);
  });

  it('ends an export to stdout with an error, not with half of it', async () => {
    const output = join(disk as string, 'users.ndjson');
    fill(4 * 1_024);
    const ended = await begin(['export', 'users'], openSync(output, 'w')).done;
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({ message: expect.stringContaining('ENOSPC') });
  });

  it('stops a bulk run, which --resume finishes without doing anything twice', {
    timeout: 90_000,
  }, async () => {
    const input = join(folder, 'people.csv');
    const names = Array.from({ length: 40 }, (_, i) => `full${i}`);
    const row = (name: string) => `${name}@acme.test,${name}@acme.test,${name},Disk`;
    const head = 'profile.login,profile.email,profile.firstName,profile.lastName';
    writeFileSync(input, [head, ...names.map(row), ''].join('\n'));
    const results = join(disk as string, 'results.ndjson');
    const args = ['bulk', 'create_user', '--input', input, '--results', results, '--concurrency', '4'];
    fill(12 * 1_024);
    const ended = await run(args, env);
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({
      message: expect.stringContaining('ENOSPC'),
      hint: expect.stringContaining('--resume'),
    });
    makeRoom();
    const resumed = await run([...args, '--resume'], env);
    const { requests } = (await org.control('GET', '/requests?method=POST')).body;
    const created = requests.filter(({ path }: { path: string }) => path === '/api/v1/users');
    expect(created).toHaveLength(names.length);
    const summary = JSON.parse(resumed.stdout);
    expect(summary.errors ?? 0).toBe(0);
    // What was sent while nothing could be written any more is said to be unknown, and not sent again.
    const lines = readFileSync(results, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(names.length);
    expect(new Set(lines.map(({ row: at }) => at)).size).toBe(names.length);
    expect(lines.every(({ status }) => ['ok', 'unknown'].includes(status))).toBe(true);
  });

  it('before a bulk run begins is refused, and leaves nothing in the way', { timeout: 60_000 }, async () => {
    const input = join(folder, 'one.csv');
    writeFileSync(input, 'userId\nsomebody\n');
    const results = join(disk as string, 'results.ndjson');
    fill();
    const args = ['bulk', 'get_user', '--input', input, '--results', results];
    const ended = await run(args, env);
    expect(ended.code).toBe(1);
    expect(errorOf(ended).message).toContain('ENOSPC');
    expect([existsSync(results), existsSync(`${results}.journal`)]).toEqual([false, false]);
    makeRoom();
    expect(errorOf(await run(args, env)).code).toBe('rows_failed');
  });

  it('under --log leaves requests out of it, and ends nothing', async () => {
    const log = join(disk as string, 'requests.log');
    const args = ['run', 'search_users', '--input', '{"limit":1}', '--log', log];
    fill();
    const ended = await run(args, env);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toMatch(/log .* cannot be written \(ENOSPC\)/);
    makeRoom();
    expect((await run(args, env)).stderr).toBe('');
    expect(readFileSync(log, 'utf8')).toContain('/api/v1/users');
    const wrong = await run([...args.slice(0, -1), join(folder, 'no', 'such', 'folder')], env);
    expect([wrong.code, errorOf(wrong).code]).toEqual([1, 'invalid_input']);
  });

  it('from the start is refused at once', { timeout: 20_000 }, async () => {
    fill();
    const ended = await run(followArgs(), env);
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({ code: 'state_locked', hint: expect.stringContaining('space') });
  });
});

it('F1.5 a state file that is gone for a moment is waited for, not begun again', {
  timeout: 60_000,
}, async () => {
  const place = join(folder, 'share');
  mkdirSync(place, { recursive: true });
  state = join(place, 'state.json');
  expect((await run([...pollArgs, '--state', state], env)).code).toBe(0);
  const following = begin(followArgs());
  const uuids = await append(1);
  await has(following, uuids);
  // As with a share that is unmounted and mounted again.
  execFileSync('mv', [place, `${place}.away`]);
  await until(() => /ENOENT/.exec(following.output.stderr) ?? undefined);
  uuids.push(...(await append(2)));
  await pause(300);
  expect(existsSync(place)).toBe(false);
  execFileSync('mv', [`${place}.away`, place]);
  await has(following, uuids);
  expect((await stop(following)).code).toBe(0);
  expect(idsIn(following.output.stdout)).toEqual(uuids);
});
