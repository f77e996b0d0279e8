import { createHmac } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import type { Change } from '../../src/sync/change.ts';
import { clientOf, newProfile, type Client as Org } from '../sandbox/support.ts';
import { Mirror } from '../sync/support/mirror.ts';
import { scimServer, TOKEN } from '../sync/targets/scim-server.ts';
import { type Ended, errorOf, run, start, startOnTerminal, until } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-sync-'));
let org: Org;
let env: Record<string, string>;
let state: string;
let count = 0;
const running: ReturnType<typeof start>[] = [];

beforeAll(async () => {
  org = clientOf(await startSandbox());
  env = { OKTA_CLIENT_ORGURL: org.sandbox.orgUrl, OKTA_CLIENT_TOKEN: org.sandbox.apiToken };
});
beforeEach(async () => {
  await org.control('POST', '/reset');
  await org.control('PUT', '/limits', { '/api/v1': 100_000, '/api/v1/logs': 100_000 });
  state = file(`${++count}.db`);
});
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await org.sandbox.close();
  rmSync(folder, { recursive: true });
});

function file(name: string, text?: string): string {
  const path = join(folder, name);
  if (text !== undefined) writeFileSync(path, text);
  return path;
}

const sync = (...args: string[]) => run(['sync', ...args], env);
/** Without this, five of twenty would be too many leavers. */
const ANY = ['--max-leavers', '100%'];
const changesIn = (stdout: string): Change[] =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const kindsOf = ({ stdout }: Ended) => changesIn(stdout).map(({ kind }) => kind);

/** Runs it, and applies its lines. */
async function told(mirror: Mirror, ...args: string[]): Promise<Ended> {
  const ended = await sync('--state', state, ...ANY, ...args);
  expect(ended.code, ended.stderr).toBe(0);
  mirror.nextProcess();
  for (const change of changesIn(ended.stdout)) mirror.apply(change);
  return ended;
}

const ACTIVE = ['ACTIVE', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'RECOVERY', 'PROVISIONED'];
type Truth = {
  users: { id: string; status: string; profile: Record<string, unknown> }[];
  groups: { id: string; type: string; profile: { name: string } }[];
  memberships: Record<string, string[]>;
};

const truth = async (): Promise<Truth> => (await org.control('GET', '/truth')).body;

/** What a mirror has, in the same shape as {@link directory}. */
const mirrored = ({ users, groups, memberships, wrong }: Mirror) => ({
  users: [...users.values()]
    .map(({ id, login, lastName, active }) => [id, login, lastName, active].join())
    .sort(),
  groups: [...groups.values()].map(({ id, name }) => `${id},${name}`).sort(),
  memberships: [...memberships].sort(),
  wrong,
});

/** What the org has, but the built-in Everyone. */
async function directory() {
  const { users, groups, memberships } = await truth();
  const own = groups.filter(({ type }) => type !== 'BUILT_IN');
  return {
    users: users
      .map(({ id, status, profile }) => [id, profile.login, profile.lastName, ACTIVE.includes(status)].join())
      .sort(),
    groups: own.map(({ id, profile }) => `${id},${profile.name}`).sort(),
    memberships: own.flatMap(({ id }) => memberships[id]?.map((user) => `${id} ${user}`) ?? []).sort(),
    wrong: [],
  };
}

const statusOf = async (wanted: string, at = 0) => {
  const { users } = await truth();
  return users.filter(
    ({ status, profile }) => status === wanted && !String(profile.login).startsWith('admin'),
  )[at]?.id as string;
};
const lifecycle = (user: string, verb: string) => org.post(`/api/v1/users/${user}/lifecycle/${verb}`);
const groupId = async (name: string) =>
  (await truth()).groups.find(({ profile }) => profile.name === name)?.id as string;
const newUser = async (name: string) =>
  (await org.post('/api/v1/users', { profile: newProfile(name) })).body.id as string;

/** Everything that can happen to a directory, once each. */
async function change() {
  const [leaver, renamed, mover] = [
    await statusOf('ACTIVE'),
    await statusOf('ACTIVE', 1),
    await statusOf('ACTIVE', 2),
  ];
  const [back, gone] = [await statusOf('SUSPENDED'), await statusOf('DEPROVISIONED')];
  const [sales, support] = [await groupId('Sales'), await groupId('Support')];
  await lifecycle(leaver, 'deactivate');
  await org.post(`/api/v1/users/${renamed}`, { profile: { lastName: 'Renamed' } });
  await org.put(`/api/v1/groups/${support}/users/${mover}`);
  await org.delete(`/api/v1/groups/${sales}/users/${mover}`);
  await lifecycle(back, 'unsuspend');
  await org.delete(`/api/v1/users/${gone}`);
  return { leaver, renamed, mover, back, gone, joined: await newUser('joined'), sales, support };
}

/** A service app with these scopes. @returns the arguments that use it. */
function serviceApp(...scopes: string[]): string[] {
  const auth = { type: 'client_credentials', ...org.sandbox.serviceApp, scopes };
  const path = file(`service-${scopes.length}.json`, JSON.stringify({ orgUrl: org.sandbox.orgUrl, auth }));
  chmodSync(path, 0o600);
  return ['--connection', path];
}

describe('sync', () => {
  it('HALO-15 tells the whole directory first, then only what changed', async () => {
    const mirror = new Mirror();
    const first = await told(mirror);
    expect(mirrored(mirror)).toEqual(await directory());
    expect(first.stderr.trim()).toMatch(
      /^Everything was read, \d+ requests: \d+ user\.created, 7 group\.created, \d+ membership\.added\. The mirror has \d+ users, 7 groups, \d+ memberships\.$/,
    );
    expect((await told(mirror)).stdout).toBe('');

    const { leaver, renamed, mover, back, gone, joined, sales, support } = await change();
    const second = await told(mirror);
    expect(second.stderr).toMatch(/^What changed was read, /);
    expect(changesIn(second.stdout)).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'user.created', key: { userId: joined } }),
        expect.objectContaining({ kind: 'user.updated', key: { userId: renamed }, changed: ['lastName'] }),
        expect.objectContaining({ kind: 'user.reactivated', key: { userId: back } }),
        expect.objectContaining({ kind: 'membership.added', key: { groupId: support, userId: mover } }),
        expect.objectContaining({ kind: 'membership.removed', key: { groupId: sales, userId: mover } }),
        expect.objectContaining({ kind: 'user.deactivated', key: { userId: leaver } }),
        expect.objectContaining({ kind: 'user.deleted', key: { userId: gone } }),
      ]),
    );
    expect(mirrored(mirror)).toEqual(await directory());
    expect((await told(mirror)).stdout).toBe('');
  });

  it('HALO-2 needs the scopes of users and groups alone, and no more than reads', async () => {
    await org.control('DELETE', '/requests');
    const app = serviceApp('okta.users.read', 'okta.groups.read');
    const mirror = new Mirror();
    expect((await told(mirror, ...app)).stderr).toContain('without okta.logs.read, deletions are found');
    expect(mirrored(mirror)).toEqual(await directory());
    const { gone } = await change();
    await told(mirror, ...app);
    expect(mirror.users.has(gone)).toBe(true);
    await told(mirror, ...app, '--full');
    expect(mirrored(mirror)).toEqual(await directory());
    const { requests } = (await org.control('GET', '/requests')).body;
    const connector = requests.filter(({ headers }: { headers: Record<string, string> }) =>
      headers['user-agent']?.startsWith('okta-connector'),
    );
    const writes = connector.filter(({ method }: { method: string }) => method !== 'GET');
    expect(connector.length).toBeGreaterThan(20);
    expect([...new Set(writes.map(({ path }: { path: string }) => path))]).toEqual(['/oauth2/v1/token']);
  });

  it('HALO-3 tells a blocked address from a missing role', async () => {
    const fault = { kind: 'status', status: 403, body: '' };
    await org.control('POST', '/faults', { path: '/api/v1/', times: 9, fault });
    const blocked = await sync('--state', state);
    await org.control('DELETE', '/faults');
    expect(errorOf(blocked)).toMatchObject({
      code: 'permission_denied',
      hint: expect.stringContaining('address'),
    });
    const body = { errorCode: 'E0000006', errorSummary: 'You do not have permission', errorCauses: [] };
    await org.control('POST', '/faults', { path: '/api/v1/', times: 9, fault: { ...fault, body } });
    const refused = await sync('--state', state);
    await org.control('DELETE', '/faults');
    expect(errorOf(refused)).toMatchObject({
      code: 'permission_denied',
      hint: expect.stringContaining('admin role'),
    });
    expect([blocked.code, refused.code, blocked.stdout, refused.stdout]).toEqual([1, 1, '', '']);
  });

  it('goes on after a kill, without a line too many or too few', async () => {
    for (let n = 0; n < 30; n++) await newUser(`many-${n}`);
    const mirror = new Mirror();
    const fault = { kind: 'delay', ms: 40 };
    await org.control('POST', '/faults', { path: '/api/v1/', times: 10_000, fault });
    for (const ms of [150, 350, 600, 900]) {
      const { child, done } = start(['sync', '--state', state], env);
      await pause(ms);
      child.kill('SIGKILL');
      mirror.nextProcess();
      // The last line may be cut.
      for (const change of changesIn((await done).stdout)) mirror.apply(change);
    }
    await org.control('DELETE', '/faults');
    await told(mirror);
    expect(mirrored(mirror)).toEqual(await directory());
  });

  it('that is stopped says how to go on, and does', async () => {
    await org.control('POST', '/faults', {
      path: '/groups/',
      times: 1_000,
      fault: { kind: 'delay', ms: 2_000 },
    });
    await org.control('DELETE', '/requests');
    const { child, done } = start(['sync', '--state', state], env);
    const hasBegun = async () =>
      (await org.control('GET', '/requests?path=/groups/')).body.requests.length > 0;
    while (!(await hasBegun())) await pause(20);
    child.kill('SIGTERM');
    const stopped = await done;
    await org.control('DELETE', '/faults');
    expect(stopped.code).toBe(1);
    expect(errorOf(stopped)).toMatchObject({
      code: 'aborted',
      hint: expect.stringContaining('Run it again'),
    });
    const mirror = new Mirror();
    for (const change of changesIn(stopped.stdout)) mirror.apply(change);
    await told(mirror);
    expect(mirrored(mirror)).toEqual(await directory());
  });

  it('without --state tells everything each time', async () => {
    const [one, other] = [await sync(), await sync()];
    expect(kindsOf(one).length).toBeGreaterThan(30);
    expect(kindsOf(other)).toEqual(kindsOf(one));
  });

  it('HALO-7 HALO-10 HALO-11 takes a mapping from a file, and tells what a changed mapping changes', async () => {
    const mapping = (role: string) =>
      JSON.stringify({
        scope: { groups: ['Sales', 'Support'] },
        fields: { emailAddress: 'profile.email' },
        rules: [{ group: 'Support', assign: { role } }],
        groups: { include: ['Sales'] },
      });
    const path = file('mapping.json', mapping('Agent'));
    const mirror = new Mirror();
    await told(mirror, '--mapping', path);
    const { memberships } = await truth();
    const [sales = [], support = []] = [
      memberships[await groupId('Sales')],
      memberships[await groupId('Support')],
    ];
    expect([...mirror.users.keys()].sort()).toEqual([...new Set([...sales, ...support])].sort());
    expect([...mirror.groups.values()].map(({ name }) => name)).toEqual(['Sales']);
    expect([...mirror.assignments.keys()].sort()).toEqual([...support].sort());
    expect([...mirror.users.values()].every(({ emailAddress, email }) => emailAddress === email)).toBe(true);
    file('mapping.json', mapping('Chief'));
    const changed = await told(mirror, '--mapping', path);
    expect(new Set(kindsOf(changed))).toEqual(new Set(['assignment.added', 'assignment.removed']));
    expect(mirror.wrong).toEqual([]);
  });

  it('sync-field 8 tells everything else before it ends with the rows that failed', async () => {
    const path = file('required.yaml', 'required: [honorificSuffix]\n');
    const suffixed = await statusOf('ACTIVE');
    await org.post(`/api/v1/users/${suffixed}`, { profile: { honorificSuffix: 'PhD' } });
    const { users } = await truth();
    const tried = await sync('--state', state, '--mapping', path, '--dry-run', '--json');
    expect(tried.code).toBe(1);
    expect(errorOf(tried)).toMatchObject({
      code: 'rows_failed',
      message: `${users.length - 1} rows would fail`,
    });
    expect(JSON.parse(tried.stdout)).toMatchObject({ changes: { 'user.created': 1, 'group.created': 7 } });
    const ended = await sync('--state', state, '--mapping', path);
    expect(ended.code).toBe(1);
    const created = changesIn(ended.stdout).filter(({ kind }) => kind === 'user.created');
    expect(created.map(({ key }) => key)).toEqual([{ userId: suffixed }]);
    expect(kindsOf(ended).filter((kind) => kind === 'group.created')).toHaveLength(7);
    const error = errorOf(ended);
    expect(error).toMatchObject({
      code: 'rows_failed',
      message: `${users.length - 1} rows could not be told`,
    });
    const [cause] = error.causes as string[];
    expect(cause).toMatch(/^00u\w+: .*honorificSuffix/);
  });
});

describe('sync --dry-run', () => {
  it('tells what would change, and changes nothing', async () => {
    const tried = await sync('--state', state, '--dry-run', '--json');
    expect(tried.code, tried.stderr).toBe(0);
    const report = JSON.parse(tried.stdout);
    const { users } = await truth();
    expect(report).toMatchObject({ dryRun: true, mode: 'full', changes: { 'user.created': users.length } });
    const samples: Change[] = report.samples;
    expect(samples.filter(({ kind }) => kind === 'user.created')).toHaveLength(3);
    expect(tried.stderr).toContain('Nothing was told.');
    const mirror = new Mirror();
    await told(mirror);
    expect(mirrored(mirror)).toEqual(await directory());
  });

  it('calls no target, and needs no secret of one', async () => {
    expect((await sync('--dry-run', '--to', 'webhook', 'https://hr.acme.test/')).code).toBe(0);
    const place = join(folder, 'untouched');
    expect((await sync('--dry-run', '--to', 'csv', place)).code).toBe(0);
    expect(existsSync(place)).toBe(false);
  });

  it('is a table where nobody asks for JSON, also in a file', async () => {
    const { stdout } = await sync('--dry-run');
    const { users } = await truth();
    expect(stdout).toMatch(new RegExp(`user\\.created +│ ${users.length} +│`));
    expect(stdout).toContain(`user.created, 3 of ${users.length}:`);
  });

  it.skipIf(!existsSync('/usr/bin/script'))('is a table on a terminal', async () => {
    const { closed, text } = startOnTerminal('sync --dry-run', { ...env, COLUMNS: '200' });
    await closed;
    const shown = stripVTControlCharacters(text());
    const { users } = await truth();
    expect(shown).toMatch(new RegExp(`│ user\\.created +│ ${users.length} +│`));
    expect(shown).toContain(`user.created, 3 of ${users.length}:`);
    expect(shown).toContain('membership.added, 3 of');
    expect(shown).toMatch(new RegExp(`\\b${users.length} users, [\\d,.]+/s`));
    expect(shown).toMatch(/ 100% (\d+) of \1 changes, /);
    expect(() => JSON.parse(shown)).toThrow();
  });
});

describe('sync held', () => {
  const leave = async (many: number) => {
    for (let n = 0; n < many; n++) await lifecycle(await statusOf('ACTIVE'), 'deactivate');
  };

  it('tells nothing until it is confirmed', async () => {
    const mirror = new Mirror();
    await told(mirror);
    await leave(5);
    const held = await sync('--state', state);
    expect([held.code, held.stdout]).toEqual([1, '']);
    const error = errorOf(held);
    expect(error).toMatchObject({
      code: 'sync_held',
      message: expect.stringContaining('5 active users would leave'),
    });
    expect(error.message).toContain('@sandbox.example');
    expect(error.hint).toContain('--confirm-held');

    const tried = await sync('--state', state, '--dry-run', '--json');
    expect(tried.code).toBe(1);
    expect(JSON.parse(tried.stdout)).toMatchObject({
      held: { users: 5 },
      changes: { 'user.deactivated': 5 },
    });
    expect(errorOf(tried).code).toBe('sync_held');

    const confirmed = await sync('--state', state, '--confirm-held');
    expect(confirmed.code, confirmed.stderr).toBe(0);
    mirror.nextProcess();
    for (const change of changesIn(confirmed.stdout)) mirror.apply(change);
    expect(mirrored(mirror)).toEqual(await directory());
  });

  it('HALO-14 lets a number or a share go', async () => {
    await told(new Mirror());
    await leave(2);
    expect(errorOf(await sync('--state', state, '--max-leavers', '1')).code).toBe('sync_held');
    expect(kindsOf(await sync('--state', state, '--max-leavers', '2'))).toEqual(
      Array(2).fill('user.deactivated'),
    );
  });
});

interface Post {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A receiver of webhooks. @param answer status of each answer, or what happens instead; 204 once they are used up. */
async function receiver(...answer: (number | (() => void))[]) {
  const posts: Post[] = [];
  const server = createServer(async (request, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    posts.push({ headers: request.headers, body });
    const next = answer.shift() ?? 204;
    if (typeof next === 'number') response.writeHead(next).end();
    else next();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return { posts, url, close: () => new Promise((resolve) => server.close(resolve)) };
}

const KEY = Buffer.alloc(32, 7);

describe('sync --to', () => {
  it('csv writes files that have what the org has', async () => {
    const place = join(folder, 'csv');
    const ended = await sync('--state', state, '--to', 'csv', place);
    expect([ended.code, ended.stdout], ended.stderr).toEqual([0, '']);
    const rows = (name: string) =>
      readFileSync(join(place, `${name}.csv`), 'utf8')
        .trim()
        .split(/\r?\n/)
        .slice(1);
    const { users, groups, memberships } = await directory();
    expect([rows('users').length, rows('groups').length]).toEqual([users.length, groups.length]);
    expect(
      rows('memberships')
        .map((row) => row.replace(',', ' '))
        .sort(),
    ).toEqual(memberships);
    await change();
    await sync('--state', state, '--to', 'csv', place, ...ANY);
    const after = await directory();
    expect(rows('users').length).toBe(after.users.length);
    expect(
      rows('memberships')
        .map((row) => row.replace(',', ' '))
        .sort(),
    ).toEqual(after.memberships);
  });

  it('scim fills a server of another project, and keeps it so', async () => {
    const server = await scimServer();
    const writing = { ...env, OKTA_CONNECTOR_SCIM_TARGET_TOKEN: TOKEN };
    const same = async () => {
      const { users, groups, memberships } = await truth();
      // People whom Okta deleted stay, inactive.
      for (const { id, status, profile } of users)
        expect(server.userOf(id)).toMatchObject({
          ...{ userName: profile.login, active: ACTIVE.includes(status) },
          name: { familyName: profile.lastName },
        });
      const own = groups.filter(({ type }) => type !== 'BUILT_IN');
      expect(server.groups.size).toBe(own.length);
      for (const { id } of own) expect(server.membersOf(id).sort()).toEqual(memberships[id]?.sort());
    };
    const args = ['sync', '--state', state, ...ANY, '--to', 'scim', server.url];
    const first = await run(args, writing);
    expect([first.code, first.stdout], first.stderr).toEqual([0, '']);
    await same();
    const { gone } = await change();
    expect((await run(args, writing)).code).toBe(0);
    await same();
    expect(server.userOf(gone)).toMatchObject({ active: false });
    const before = server.writes().length;
    expect((await run(args, writing)).code).toBe(0);
    expect(server.writes()).toHaveLength(before);
  });

  it('webhook posts signed batches until they are taken', async () => {
    const hook = await receiver(500, 503);
    const signed = { ...env, OKTA_CONNECTOR_WEBHOOK_SECRET: `whsec_${KEY.toString('base64')}` };
    const ended = await run(['sync', '--state', state, '--to', 'webhook', hook.url], signed);
    await hook.close();
    expect([ended.code, ended.stdout], ended.stderr).toEqual([0, '']);
    const mirror = new Mirror();
    const messages = new Map<unknown, Change[]>();
    for (const { headers, body } of hook.posts) {
      const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = headers;
      const expected = createHmac('sha256', KEY).update(`${id}.${time}.${body}`).digest('base64');
      expect(signature).toBe(`v1,${expected}`);
      messages.set(id, JSON.parse(body).data.changes);
    }
    // The first was refused twice.
    expect(hook.posts.length).toBe(messages.size + 2);
    for (const changes of messages.values()) for (const one of changes) mirror.apply(one);
    expect(mirrored(mirror)).toEqual(await directory());
  });

  it('webhook that was sent a batch when the process was killed gets it again, with the same ids', async () => {
    for (let n = 0; n < 150; n++) await newUser(`many-${n}`);
    const hook = await receiver(204, () => started.child.kill('SIGKILL'));
    const signed = { ...env, OKTA_CONNECTOR_WEBHOOK_SECRET: `whsec_${KEY.toString('base64')}` };
    const args = ['sync', '--state', state, '--to', 'webhook', hook.url];
    const started = start(args, signed);
    await started.done;
    expect(hook.posts).toHaveLength(2);
    const again = await run(args, signed);
    await hook.close();
    expect(again.code, again.stderr).toBe(0);
    const ids = hook.posts.map(({ headers }) => headers['webhook-id']);
    expect(ids[2]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(ids.length - 1);
    const mirror = new Mirror();
    for (const [at, { body }] of hook.posts.entries()) {
      if (at === 2) mirror.nextProcess();
      for (const one of JSON.parse(body).data.changes) mirror.apply(one);
    }
    expect(mirror.repeated).toBe(JSON.parse(hook.posts[1]?.body ?? '').data.changes.length);
    expect(mirrored(mirror)).toEqual(await directory());
  });

  it('webhook that is down loses nothing', async () => {
    const hook = await receiver(410);
    const signed = { ...env, OKTA_CONNECTOR_WEBHOOK_SECRET: `whsec_${KEY.toString('base64')}` };
    const args = ['sync', '--state', state, '--to', 'webhook', hook.url];
    const refused = await run(args, signed);
    expect(refused.code).toBe(1);
    expect(errorOf(refused)).toMatchObject({ code: 'target_refused' });
    hook.posts.splice(0);
    expect((await run(args, signed)).code).toBe(0);
    await hook.close();
    const mirror = new Mirror();
    for (const { body } of hook.posts) for (const one of JSON.parse(body).data.changes) mirror.apply(one);
    expect(mirrored(mirror)).toEqual(await directory());
  });
});

describe('sync --follow', () => {
  const follow = (...args: string[]) => {
    const started = start(['sync', '--state', state, '--follow', '--interval', '100ms', ...args], env);
    running.push(started);
    return started;
  };

  it('HALO-16 goes on telling until a signal', async () => {
    const { child, done, output } = follow();
    const whole = (await directory()).users.length;
    await until(() => (output.stdout.split('"user.created"').length > whole ? true : undefined));
    const joined = await newUser('followed');
    await until(() => (output.stdout.includes(joined) ? true : undefined));
    child.kill('SIGTERM');
    const ended = await done;
    expect(ended.code).toBe(0);
    const mirror = new Mirror();
    for (const change of changesIn(ended.stdout)) mirror.apply(change);
    expect(mirrored(mirror)).toEqual(await directory());
  });

  it('goes on when it is held, says so once, and another process confirms', async () => {
    await told(new Mirror());
    const { child, done, output } = follow();
    for (let n = 0; n < 5; n++) await lifecycle(await statusOf('ACTIVE'), 'deactivate');
    await until(() => (output.stderr.includes('5 active users would leave') ? true : undefined));
    const confirm = async (): Promise<Ended> => {
      const ended = await sync('--state', state, '--confirm-held');
      return ended.code === 1 && errorOf(ended).code === 'state_locked' ? confirm() : ended;
    };
    expect(await confirm()).toMatchObject({ code: 0 });
    const joined = await newUser('after-held');
    await until(() => (output.stdout.includes(joined) ? true : undefined));
    child.kill('SIGTERM');
    const { stderr, code } = await done;
    expect(code).toBe(0);
    expect(stderr.split('5 active users would leave')).toHaveLength(2);
  });

  it('ends with a token that was revoked', async () => {
    const { done, output } = follow();
    await until(() => (output.stdout ? true : undefined));
    await org.control('POST', '/tokens/revoke', { apiToken: true });
    const ended = await done;
    expect(ended.code).toBe(1);
    expect(errorOf(ended).code).toBe('authentication_failed');
  });
});

describe('sync is told what cannot work before anything is sent', () => {
  it.each([
    ['an unknown target', ['--to', 'cvs', 'x'], /csv/],
    ['csv without a folder', ['--to', 'csv'], /csv/],
    ['scim without a URL', ['--to', 'scim'], /scim/],
    ['webhook with a path', ['--to', 'webhook', 'hook'], /webhook/],
    ['two places', ['--to', 'csv', 'x', 'y'], /csv/],
    ['ndjson with a place', ['--to', 'ndjson', 'x'], /ndjson/],
    ['--confirm-held without --state', ['--confirm-held'], /--state/],
    ['--follow without --state', ['--follow'], /--state/],
    ['--follow with --dry-run', ['--follow', '--dry-run', '--state', 'x'], /--dry-run/],
    ['an interval', ['--interval', 'soon'], /--interval/],
    ['no interval', ['--interval', '0s'], /--interval/],
    ['a limit on leavers', ['--max-leavers', 'few'], /--max-leavers/],
    ['a mapping that is missing', ['--mapping', 'missing.json'], /missing\.json/],
  ])('%s', async (_, args, message) => {
    await org.control('DELETE', '/requests');
    const ended = await sync(...args);
    expect([ended.code, ended.stdout], ended.stderr).toEqual([2, '']);
    expect(errorOf(ended)).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message) });
    expect((await org.control('GET', '/requests')).body.requests).toEqual([]);
  });

  it.each([
    ['a mapping that is no JSON', 'broken.json', '{\n "fields": nope\n}', /broken\.json/],
    ['a mapping that is no YAML', 'broken.yaml', 'fields:\n  a: [b\n', /broken\.yaml.*line/],
    ['a mistyped member', 'member.json', '{"feilds": {}}', /member\.json/],
    ['a field from nowhere', 'field.json', '{"required": ["tittle"]}', /field\.json/],
  ])('%s', async (_, name, text, message) => {
    const ended = await sync('--mapping', file(name, text));
    expect([ended.code, ended.stdout], ended.stderr).toEqual([2, '']);
    expect(errorOf(ended)).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message) });
    expect(errorOf(ended).message).not.toContain('nope');
  });
});
