import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { clientOf, type Client as Org } from '../sandbox/support.ts';
import { freePort } from '../support/free-port.ts';
import { recordsOf } from '../support/state-file.ts';
import { cli, errorOf, run, start, until } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-reader-'));
const TYPE = 'user.account.update_profile';
const CREATE = 'user.lifecycle.create';

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
  state = join(folder, `${randomUUID()}.json`);
});
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

const pollArgs = () => ['poll', 'new_event', '--input', `{"eventTypes":["${TYPE}"]}`, '--state', state];
const append = async (many: number, eventType = TYPE): Promise<string[]> =>
  (await org.control('POST', '/events', Array(many).fill({ eventType }))).body.uuids;
const idsIn = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).id as string);
const storedLease = () => recordsOf(state).map(({ lease }) => lease);

/** Runs a command whose output goes into another one: `okta-connector ... | head -1`. */
async function piped(args: string[], into: string) {
  const script = `set -o pipefail; "$0" "$@" | ${into}; echo "exit \${PIPESTATUS[0]}" >&2`;
  const child = spawn('bash', ['--norc', '-c', script, process.execPath, cli, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  await new Promise((resolve) => child.on('close', resolve));
  const code = Number(/exit (\d+)\n$/.exec(stderr)?.[1]);
  return { code, stdout, stderr: stderr.replace(/exit \d+\n$/, '') };
}

const isOrderly = (ended: { code: number | null; stdout: string; stderr: string }) => {
  expect(ended.code).toBe(1);
  expect(errorOf(ended)).toMatchObject({
    message: expect.stringContaining('EPIPE'),
    hint: expect.any(String),
  });
  expect(ended.stderr).not.toMatch(/^ {4}at |Unhandled|node:/m);
  expect(ended.stderr.trim().split('\n'), ended.stderr).toHaveLength(1);
};

describe('F1.9 a reader that is gone', () => {
  it('ends a poll, which gives its state back and has committed what was written', {
    timeout: 60_000,
  }, async () => {
    expect((await run(pollArgs(), env)).code).toBe(0);
    // More than a pipe holds.
    const uuids = await append(900);
    const ended = await piped(pollArgs(), 'head -1');
    isOrderly(ended);
    expect(idsIn(ended.stdout)).toEqual(uuids.slice(0, 1));
    expect(storedLease()).toEqual([undefined]);
    expect(existsSync(`${state}.lock`)).toBe(false);
    const rest = idsIn((await run(pollArgs(), env)).stdout);
    expect(rest).not.toContain(uuids[0]);
    expect(rest.length).toBeGreaterThan(0);
    // What was in the pipe was written; what was not written comes with the next run, without a gap.
    expect(rest).toEqual(uuids.slice(uuids.length - rest.length));
  });

  it('ends poll --follow at the first line that cannot be written', { timeout: 60_000 }, async () => {
    expect((await run(pollArgs(), env)).code).toBe(0);
    const following = start([...pollArgs(), '--follow', '--interval', '100ms'], env);
    running.push(following);
    following.child.stdout.destroy();
    const uuids = await append(3);
    isOrderly(await following.done);
    expect(storedLease()).toEqual([undefined]);
    expect(idsIn((await run(pollArgs(), env)).stdout)).toEqual(uuids);
  });

  it('ends listen, which deletes its hook and keeps what was not written', { timeout: 60_000 }, async () => {
    const port = await freePort();
    const args = [
      ...['listen', 'new_event_instant', '--input', `{"eventTypes":["${CREATE}"]}`],
      ...['--state', state, '--port', String(port), '--public-url', `http://127.0.0.1:${port}/`],
    ];
    const listening = start(args, env);
    running.push(listening);
    await until(() => /Okta verified/.exec(listening.output.stderr) ?? undefined, 20_000);
    listening.child.stdout.destroy();
    const uuids = await append(2, CREATE);
    const ended = await listening.done;
    isOrderly({ ...ended, stderr: ended.stderr.replace(/^Listening.*\n/, '') });
    expect((await org.get('/api/v1/eventHooks')).body).toEqual([]);
    expect(storedLease()).toEqual([undefined]);
    const again = start(args, env);
    running.push(again);
    await until(() => (idsIn(again.output.stdout).length === 2 ? true : undefined), 20_000);
    expect(idsIn(again.output.stdout)).toEqual(uuids);
  });

  it.each([
    ['an export as NDJSON', ['export', 'users', '--format', 'ndjson']],
    ['an export as CSV', ['export', 'users', '--format', 'csv']],
    ['a list', ['run', 'search_users', '--ndjson', '--input', '{}']],
    ['a list as one value', ['run', 'search_users', '--input', '{}']],
  ])('ends %s', { timeout: 60_000 }, async (_, args) => {
    const { child, done } = start(args, env);
    child.stdout.destroy();
    isOrderly(await done);
  });

  it('ends a dry run of a bulk, and a bulk run whose rows are all done says so too', async () => {
    const input = join(folder, 'readers.csv');
    writeFileSync(input, `userId\n${sandbox.admin.id}\n`);
    for (const more of [['--dry-run'], ['--results', join(folder, `${randomUUID()}.ndjson`)]]) {
      const { child, done } = start(['bulk', 'get_user', '--input', input, ...more], env);
      child.stdout.destroy();
      isOrderly(await done);
    }
  });
});
