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
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client.ts';
import { connect } from '../../src/connect.ts';
import { columnsOf, type ExportKind } from '../../src/export/sources.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { writeWholeFile } from '../../src/state/whole-file.ts';
import { all, streamOf } from '../bulk/support.ts';
import { clientOf } from '../sandbox/support.ts';

let sandbox: Sandbox;
let okta: Client;
beforeAll(async () => {
  sandbox = await startSandbox();
  // The people of a test are made by another caller, for which the rate gate would make room.
  await clientOf(sandbox).control('PUT', '/limits', {
    '/api/v1/users': 1_000_000,
    '/api/v1/groups': 1_000_000,
  });
  okta = connect({ orgUrl: sandbox.orgUrl, auth: { type: 'api_token', token: sandbox.apiToken } });
});
beforeEach(() => clientOf(sandbox).control('DELETE', '/requests'));
afterAll(async () => {
  okta.close();
  await sandbox.close();
});

const ids = async (kind: ExportKind, query = {}) =>
  (await all(okta.export(kind, query))).map((item) => {
    const { id, uuid } = item as { id?: string; uuid?: string };
    return id ?? uuid;
  });
const asked = async () =>
  (await clientOf(sandbox).control('GET', '/requests')).body.requests as { path: string; query: string }[];

describe('an export', () => {
  it('reads all pages of users, groups and members, each once', async () => {
    const { body: group } = await clientOf(sandbox).post('/api/v1/groups', { profile: { name: 'Big' } });
    for (let at = 0; at < 430; at += 1) {
      const login = `page${at}@acme.test`;
      const profile = { login, email: login, firstName: 'P', lastName: String(at) };
      await clientOf(sandbox).post('/api/v1/users?activate=false', { profile, groupIds: [group.id] });
    }
    await clientOf(sandbox).control('DELETE', '/requests');
    const members = await ids('members', { group: 'Big' });
    expect(new Set(members).size).toBe(430);
    expect(members).toHaveLength(430);
    const users = await ids('users');
    expect(new Set(users).size).toBe(users.length);
    expect(users.length).toBeGreaterThan(430);
    expect(await ids('users', { filter: 'profile.login eq "page7@acme.test"' })).toHaveLength(1);
    expect(await ids('users', { limit: 201 })).toHaveLength(201);
    const groups = await ids('groups', { search: 'profile.name eq "Big"' });
    expect(groups).toEqual([group.id]);
    expect((await asked()).filter(({ path }) => path === `/api/v1/groups/${group.id}/users`)).toHaveLength(3);
  }, 120_000);

  it('reads events between two points in time, oldest first', async () => {
    const now = Date.now();
    await clientOf(sandbox).control('POST', '/events', { generate: { count: 2_500, seed: 3 } });
    const until = new Date(now + 60_000).toISOString();
    const events = (await all(
      okta.export('events', { since: new Date(now - 90 * 86_400_000).toISOString(), until }),
    )) as {
      uuid: string;
      published: string;
    }[];
    expect(new Set(events.map(({ uuid }) => uuid)).size).toBe(events.length);
    expect(events.length).toBeGreaterThanOrEqual(2_500);
    const times = events.map(({ published }) => published);
    expect(times).toEqual([...times].sort());
    await clientOf(sandbox).control('DELETE', '/requests');
    await all(okta.export('events', { limit: 5 }));
    const query = new URLSearchParams((await asked())[0]?.query);
    expect(Date.parse(query.get('until') ?? '') - Date.parse(query.get('since') ?? '')).toBe(86_400_000);
  });

  it.each<[ExportKind, object, string]>([
    ['users', { search: 'a', filter: 'b' }, 'cannot be combined'],
    ['users', { group: 'Sales' }, 'group'],
    ['members', {}, 'group: is needed'],
    ['events', { since: 'yesterday' }, 'since'],
    ['events', { search: 'x' }, 'search'],
    ['events', { since: '2026-02-02T00:00:00Z', until: '2026-02-01T00:00:00Z' }, 'is later than until'],
    ['events', { since: new Date(Date.now() + 3_600_000).toISOString() }, 'is later than until'],
    ['groups', { limit: 0 }, 'limit'],
  ])('of %s refuses %j', async (kind, query, message) => {
    const error = await ids(kind, query).catch((one) => one);
    expect([error.message, ...error.causes].join('\n')).toContain(message);
    expect(await asked()).toEqual([]);
  });

  it('has the attributes of the org as columns, or the base ones', () => {
    const custom = { name: 'shoeSize', title: 'Shoe size', type: 'string' as const };
    const attribute = { ...custom, required: false, readOnly: false, unique: false, custom: true };
    expect(columnsOf('users', [attribute]).slice(-2)).toEqual(['type.id', 'profile.shoeSize']);
    expect(columnsOf('members')).toEqual(columnsOf('users'));
    expect(columnsOf('users')).toEqual(
      expect.arrayContaining(['profile.login', 'profile.department', 'profile.manager']),
    );
    expect(columnsOf('groups')).toContain('profile.name');
    expect(columnsOf('events')[0]).toBe('uuid');
  });
});

describe('a whole file', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'okta-connector-export-')), 'users.csv');

  it('is there when it is complete, and replaces the one before', async () => {
    writeFileSync(file, 'old');
    let there = '';
    async function* text() {
      yield 'a\n';
      there = readFileSync(file, 'utf8');
      yield 'b\n';
    }
    await writeWholeFile(file, text());
    expect(there).toBe('old');
    expect(readFileSync(file, 'utf8')).toBe('a\nb\n');
    await writeWholeFile(file, streamOf(['c\n']));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it('is not written into what a killed run, or somebody else, has left', async () => {
    const other = `${file}.other`;
    writeFileSync(other, 'theirs', { mode: 0o644 });
    symlinkSync(other, `${file}.part`);
    await writeWholeFile(file, streamOf(['c\n']));
    expect(readFileSync(other, 'utf8')).toBe('theirs');
    writeFileSync(`${file}.part`, 'half', { mode: 0o644 });
    await writeWholeFile(file, streamOf(['d\n']));
    expect(readFileSync(file, 'utf8')).toBe('d\n');
    expect(lstatSync(file).mode & 0o777).toBe(0o600);
  });

  it('stays as it was when its text ends with an error', async () => {
    writeFileSync(file, 'old');
    async function* text() {
      yield 'a\n';
      throw new Error('gone');
    }
    await expect(writeWholeFile(file, text())).rejects.toThrow('gone');
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(existsSync(`${file}.part`)).toBe(false);
  });
});
