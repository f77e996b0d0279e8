import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockOutput } from '../../../src/state/output-file.ts';
import type { Row } from '../../../src/sync/change.ts';
import { csvTarget } from '../../../src/sync/targets/csv.ts';
import type { Mirror, Target } from '../../../src/sync/targets/target.ts';
import { rejection } from '../../support/server.ts';
import { memberChange, userChange } from './changes.ts';

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'targets-csv-')), 'directory');
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

async function* rowsOf(rows: Iterable<Row>) {
  yield* rows;
}

const mirror = (rows: Partial<Record<keyof Mirror, Iterable<Row>>>): Mirror => ({
  users: () => rowsOf(rows.users ?? []),
  groups: () => rowsOf(rows.groups ?? []),
  memberships: () => rowsOf(rows.memberships ?? []),
  assignments: () => rowsOf(rows.assignments ?? []),
});

const read = async (name: string) => parse(await readFile(join(folder, `${name}.csv`)), { columns: true });

async function write(rows: Parameters<typeof mirror>[0]): Promise<void> {
  const target = await csvTarget(folder);
  await target.end?.(mirror(rows));
}

const change = userChange('user.created', '00u1', {});

describe('csv', () => {
  it('is the whole mirror, each time', async () => {
    await write({
      users: [
        { id: '00u1', active: true, login: 'ann@x.test', 'name.given': 'Zoë, "Z"' },
        { id: '00u2', active: false, title: null, tags: ['a', 'b'] },
      ],
      groups: [{ id: '00g1', name: 'Staff' }],
      memberships: [{ groupId: '00g1', userId: '00u1' }],
      assignments: [{ userId: '00u1', type: 'role', value: 'Agent' }],
    });
    const none = { login: '', 'name.given': '', tags: '', title: '' };
    expect(await read('users')).toEqual([
      { ...none, id: '00u1', active: 'true', login: 'ann@x.test', 'name.given': 'Zoë, "Z"' },
      { ...none, id: '00u2', active: 'false', tags: 'a;b' },
    ]);
    expect(await read('groups')).toEqual([{ id: '00g1', name: 'Staff' }]);
    expect(await read('memberships')).toEqual([{ groupId: '00g1', userId: '00u1' }]);
    expect(await read('assignments')).toEqual([{ userId: '00u1', type: 'role', value: 'Agent' }]);
    await write({ groups: [{ id: '00g1', name: 'Staff' }] });
    expect(await read('users')).toEqual([]);
    expect(await read('memberships')).toEqual([]);
    const files = ['assignments.csv', 'groups.csv', 'memberships.csv', 'users.csv'];
    expect((await readdir(folder)).sort()).toEqual(files);
    for (const file of files) expect((await stat(join(folder, file))).mode & 0o077).toBe(0);
  });

  it('holds no formulas', async () => {
    await write({ users: [{ id: '00u1', active: true, title: '=HYPERLINK("http://x.test")' }] });
    expect((await read('users'))[0]).toMatchObject({ title: `'=HYPERLINK("http://x.test")` });
  });

  it('keeps the columns of an earlier run where they were, and adds new ones behind', async () => {
    await write({ users: [{ id: '00u1', active: true, title: 'CEO', email: 'a@x.test' }] });
    await write({ users: [{ id: '00u1', active: true, city: 'Oslo', email: 'a@x.test' }] });
    const [header] = (await readFile(join(folder, 'users.csv'), 'utf8')).split('\n');
    expect(header).toBe('id,active,email,title,city');
  });

  it('replaces what somebody else put there, and follows no link', async () => {
    const secret = join(folder, '..', 'other');
    await writeFile(secret, 'kept');
    await mkdir(folder);
    await symlink(secret, join(folder, 'users.csv'));
    await writeFile(join(folder, 'groups.csv'), '"broken\n');
    await write({ groups: [{ id: '00g1', name: 'Staff' }] });
    expect(await readFile(secret, 'utf8')).toBe('kept');
    expect(await read('groups')).toEqual([{ id: '00g1', name: 'Staff' }]);
  });

  it('leaves the old files when it is interrupted, and the next run writes', async () => {
    await write({ users: [{ id: '00u1', active: true }] });
    const target = await csvTarget(folder);
    await target.apply([change, memberChange(true, '00g1', '00u1')]);
    const broken = mirror({ users: [{ id: '00u2', active: true }] });
    broken.memberships = async function* () {
      yield { groupId: '00g1', userId: '00u2' };
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    };
    expect(await rejection((target as Required<Target>).end(broken))).toMatchObject({
      code: 'state_locked',
      retryable: true,
      message: expect.stringContaining('ENOSPC'),
    });
    expect(await read('users')).toEqual([{ id: '00u1', active: 'true' }]);
    await target.end?.(mirror({ users: [{ id: '00u2', active: true }] }));
    expect(await read('users')).toEqual([{ id: '00u2', active: 'true' }]);
  });

  it('writes only what was told about, and everything once at the beginning', async () => {
    const target = await csvTarget(folder);
    let readings = 0;
    const counted = mirror({});
    counted.memberships = () => {
      readings += 1;
      return rowsOf([]);
    };
    for (let run = 0; run < 3; run += 1) await target.end?.(counted);
    expect(readings).toBe(1);
    await target.apply([change]);
    await target.end?.(counted);
    expect(readings).toBe(1);
    await target.apply([memberChange(true, '00g1', '00u1')]);
    await target.end?.(counted);
    expect(readings).toBe(2);
    await target.apply([userChange('user.deleted', '00u1', {})]);
    await target.end?.(counted);
    expect(readings).toBe(3);
  });

  it('lets one process write at a time', async () => {
    await mkdir(folder);
    const lock = await lockOutput(join(folder, 'users.csv'));
    expect(await rejection(write({}))).toMatchObject({ code: 'state_locked' });
    await lock.release();
    await write({});
    expect(await read('users')).toEqual([]);
  });

  it('touches nothing until something is told', async () => {
    await csvTarget(folder);
    expect(await readdir(join(folder, '..'))).toEqual([]);
  });

  it('needs a folder', async () => {
    expect(await rejection(csvTarget(join(folder, 'a', 'b')))).toMatchObject({ code: 'invalid_input' });
    const file = join(folder, '..', 'file');
    await writeFile(file, '');
    expect(await rejection(csvTarget(file))).toMatchObject({ message: expect.stringContaining('is a file') });
  });

  it('stays flat in memory, whatever the size', async () => {
    const many = function* (count: number): Generator<Row> {
      for (let n = 0; n < count; n += 1) yield { groupId: `00g${n % 100}`, userId: `00u${n}` };
    };
    await write({ memberships: many(1_000) });
    // Of this thread alone: other tests run in the same process.
    const used = () => {
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const before = used();
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, used());
    }, 10);
    await write({ memberships: { [Symbol.iterator]: () => many(200_000) } });
    clearInterval(watch);
    expect((most - before) / 1024 / 1024).toBeLessThan(60);
    expect((await stat(join(folder, 'memberships.csv'))).size).toBeGreaterThan(2_000_000);
  });
});
