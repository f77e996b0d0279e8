import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../../src/sync/store/open.ts';
import { sqliteStore } from '../../../src/sync/store/sqlite.ts';
import { storeContract } from './contract.ts';
import { compareAtRandom } from './random.ts';
import { group, user } from './rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const newPath = () => join(folder, `${++count}.db`);
const { DatabaseSync } = process.getBuiltinModule('node:sqlite');

storeContract('SQLite', () => sqliteStore(newPath()));

describe('SQLite and memory', () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))('answer the same, seed %i', async (seed) => {
    const store = await sqliteStore(newPath());
    await compareAtRandom(seed, 50, store);
    await store.close();
  });
});

describe('a snapshot in a SQLite file', () => {
  it('is found again, and only its owner can read it', async () => {
    const path = newPath();
    const first = await openStore(path);
    await first.putUsers([user('u1')], 5, 1);
    await first.putGroups([group('g1')], 5);
    await first.addListed('g1', ['u1', 'u2'], 'page 2');
    for (const end of ['', '-wal', '-shm', '-lock']) {
      expect((statSync(`${path}${end}`).mode & 0o777).toString(8), end).toBe('600');
    }
    await first.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
    const again = await openStore(path);
    expect(await again.dueUsers(5, 10)).toMatchObject([{ id: 'u1', raw: '{"id":"u1"}' }]);
    expect(await again.toList(10)).toEqual([{ id: 'g1', next: 'page 2', size: 0 }]);
    await again.close();
  });

  it('is used by one process at a time', async () => {
    const path = newPath();
    const first = await openStore(path);
    await expect(openStore(path)).rejects.toMatchObject({ code: 'state_locked', retryable: true });
    await first.close();
    await (await openStore(path)).close();
  });

  it('shows no warning of Node', () => {
    const module = new URL('../../../src/sync/store/open.ts', import.meta.url);
    const script = `const { openStore } = await import(${JSON.stringify(module)});
      await (await openStore(${JSON.stringify(newPath())})).close();
      process.emitWarning('another');`;
    const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
    expect(status).toBe(0);
    expect(stderr.toString()).not.toContain('SQLite');
    expect(stderr.toString()).toContain('Warning: another');
  });
});

describe('a place that cannot be a snapshot', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([
    ['an empty one', '', /empty/],
    ['another kind of database', 'mysql://user:secret@host/db', /in mysql$/],
    ['a folder that does not exist', join(folder, 'missing', 'a.db'), /folder .*missing does not exist/],
    ['a folder', folder, /it is a folder/],
  ])('%s', async (_, place, message) => {
    const error = await openStore(place).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'InputError', message: expect.stringMatching(message) });
    expect(error.hint).toBeTruthy();
    expect(JSON.stringify(error)).not.toContain('secret');
  });

  it('another file or database, which stays as it is', async () => {
    const text = newPath();
    writeFileSync(text, 'some text that is no database. '.repeat(200));
    const other = newPath();
    const database = new DatabaseSync(other);
    database.exec('CREATE TABLE own (n)');
    database.close();
    for (const [path, why] of [
      [text, /not a SQLite database/],
      [other, /another database/],
    ] as const) {
      const before = readFileSync(path);
      await expect(openStore(path)).rejects.toMatchObject({
        ...{ name: 'InputError', message: expect.stringMatching(why), hint: expect.stringContaining('move') },
      });
      expect(readFileSync(path).equals(before)).toBe(true);
    }
  });

  it('one that a newer version wrote', async () => {
    const path = newPath();
    await (await openStore(path)).close();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(openStore(path)).rejects.toMatchObject({
      ...{ name: 'InputError', message: expect.stringContaining('newer version') },
    });
  });

  it('a damaged one', async () => {
    const path = newPath();
    const store = await openStore(path);
    await store.putUsers(
      Array.from({ length: 2_000 }, (_, n) => user(`u${n}`, 'x'.repeat(1_000))),
      0,
    );
    await store.close();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xaa, 8_192));
    const damaged = async () => {
      const opened = await openStore(path);
      try {
        await opened.dueUsers(0, 3_000);
        await opened.counts();
      } finally {
        await opened.close();
      }
    };
    await expect(damaged()).rejects.toMatchObject({
      ...{ name: 'InputError', message: expect.stringContaining('damaged'), hint: expect.any(String) },
    });
  });

  it('any file, where Node has no SQLite', async () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never);
    const path = newPath();
    await expect(openStore(path)).rejects.toMatchObject({
      ...{
        name: 'InputError',
        message: expect.stringContaining('has no SQLite'),
        hint: expect.stringContaining('Postgres'),
      },
    });
    expect(existsSync(path)).toBe(false);
  });
});

describe('a killed process', () => {
  const script = fileURLToPath(new URL('./load.ts', import.meta.url));
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  it.each([3, 11, 26])('leaves exactly the transactions that were complete, after %i', async (after) => {
    const path = newPath();
    const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    let last = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      last = Number(line);
      if (last === after) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(last).toBeGreaterThanOrEqual(after);
    const store = await openStore(path);
    const done = (await store.get<number>('done')) ?? 0;
    // The last one may have been complete before it could be told.
    expect([last, last + 1]).toContain(done);
    expect(await store.counts()).toMatchObject({
      ...{ users: done * 50, memberships: done * 50, toldUsers: done * 50, groups: done },
    });
    expect((await store.groups(1_000)).map(({ size }) => size)).toEqual(Array(done).fill(50));
    expect(await store.firstOut()).toEqual([1]);
    await store.close();
    const database = new DatabaseSync(path);
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    database.close();
  });
});
