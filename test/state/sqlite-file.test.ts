import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { fileStateStore } from '../../src/state/file.ts';
import { jsonFileStore } from '../../src/state/json-file.ts';
import { hold } from '../../src/state/lease.ts';
import { openFile } from '../../src/state/open-files.ts';
import { sqliteFileStore } from '../../src/state/sqlite-file.ts';
import type { PieceStore } from '../../src/state/store.ts';
import { entriesOf } from '../support/state-file.ts';
import { killed, start, useFolder } from './support.ts';

const path = useFolder();
let count = 0;
const fresh = () => path(`${++count}/state.json`);
const clock = { now: () => Date.now(), sleep: async () => {} };
const passing = { code: 'state_locked', retryable: true, hint: expect.any(String) };

/** As a store does when it was idle. */
async function close(file: string): Promise<void> {
  (await openFile(file))?.close();
}

const isSqlite = (file: string) => readFileSync(file, 'latin1').startsWith('SQLite format 3');
const rowsOf = (file: string) => {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare('SELECT n, list, element FROM piece ORDER BY n').all();
  database.close();
  return rows.map(({ n, list, element }) => [n, list, JSON.parse(String(element))]);
};

describe('a SQLite state file', () => {
  it('is made with its folder, for its owner alone, and has nothing beside it when it is idle', async () => {
    const file = path('new/deep/state.json');
    await fileStateStore(file).compareAndSet('a', undefined, 'x');
    for (const name of readdirSync(dirname(file)))
      expect(statSync(`${dirname(file)}/${name}`).mode & 0o777, name).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
    await close(file);
    expect(readdirSync(dirname(file))).toEqual(['state.json']);
    expect(isSqlite(file)).toBe(true);
    expect(await fileStateStore(file).get('a')).toBe('x');
  });

  it('is not made by reading', async () => {
    const file = fresh();
    expect(await sqliteFileStore(file).get('a')).toBeUndefined();
    expect(await sqliteFileStore(file).pieces?.read('a')).toBeUndefined();
    expect(existsSync(dirname(file))).toBe(false);
  });

  it.each([
    ['empty', ''],
    ['no JSON', 'hello'],
    ['cut off', '{"a":{"text":"x"'],
    ['something else', '{"name":"package"}'],
    ['damaged', `SQLite format 3\0${'x'.repeat(5_000)}`],
  ])('that is %s is refused with its name and a hint, and not changed', async (_, content) => {
    const file = fresh();
    mkdirSync(dirname(file));
    writeFileSync(file, content);
    const store = sqliteFileStore(file);
    const refusal = {
      code: 'invalid_input',
      message: expect.stringContaining(file),
      hint: expect.any(String),
    };
    await expect(store.get('a')).rejects.toMatchObject(refusal);
    await expect(store.compareAndSet('a', undefined, 'x')).rejects.toMatchObject(refusal);
    expect(readFileSync(file, 'utf8')).toBe(content);
    expect(readdirSync(dirname(file))).toEqual(['state.json']);
  });

  it('of another program is refused', async () => {
    const file = fresh();
    mkdirSync(dirname(file));
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE theirs (a)');
    other.close();
    await expect(sqliteFileStore(file).compareAndSet('a', undefined, 'x')).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('another database'),
    });
  });

  it('that is a folder, or in one that is a file, is refused', async () => {
    const file = fresh();
    mkdirSync(file, { recursive: true });
    await expect(sqliteFileStore(file).get('a')).rejects.toMatchObject({ code: 'invalid_input' });
    writeFileSync(path('a file'), '{}');
    await expect(
      sqliteFileStore(path('a file/state.json')).compareAndSet('a', undefined, 'x'),
    ).rejects.toMatchObject({
      code: 'state_locked',
      retryable: false,
      hint: expect.stringContaining('folder'),
    });
  });

  it('loses no increment of four processes', async () => {
    const file = fresh();
    const children = Array.from({ length: 4 }, () => start('count', file, '15'));
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(await sqliteFileStore(file).get('n')).toBe('60');
    expect(readdirSync(dirname(file)).filter((name) => name.includes('-wal'))).toHaveLength(1);
  });

  it('waits for another process that writes, without standing still', async () => {
    const file = fresh();
    const store = sqliteFileStore(file);
    await store.compareAndSet('a', undefined, 'x');
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const written = store.compareAndSet('a', 'x', 'y');
    // Several tries fail meanwhile.
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setTimeout(resolve, 25));
    expect(await store.get('a')).toBe('x');
    other.exec('COMMIT');
    other.close();
    expect(await written).toBe(true);
  });

  it('that was deleted is an error until it is back, and its folder is not made again', async () => {
    const file = fresh();
    const store = sqliteFileStore(file);
    await store.compareAndSet('a', undefined, 'x');
    renameSync(dirname(file), `${dirname(file)}.away`);
    for (const attempt of [() => store.get('a'), () => store.compareAndSet('a', 'x', 'y')]) {
      await expect(attempt()).rejects.toMatchObject({
        ...passing,
        message: expect.stringContaining('ENOENT'),
      });
    }
    expect(existsSync(dirname(file))).toBe(false);
    renameSync(`${dirname(file)}.away`, dirname(file));
    expect(await store.compareAndSet('a', 'x', 'y')).toBe(true);
  });

  it('that was replaced counts from then on: its content, not the one before', async () => {
    const [file, backup] = [fresh(), fresh()];
    await sqliteFileStore(file).compareAndSet('a', undefined, 'old');
    await close(file);
    mkdirSync(dirname(backup));
    copyFileSync(file, backup);
    const store = sqliteFileStore(file);
    await store.compareAndSet('a', 'old', 'new');
    for (const name of readdirSync(dirname(file))) rmSync(`${dirname(file)}/${name}`);
    renameSync(backup, file);
    expect(await store.compareAndSet('a', 'new', 'newer')).toBe(false);
    expect(await store.get('a')).toBe('old');
  });

  it('whose log was deleted keeps what was written', async () => {
    const file = fresh();
    const store = sqliteFileStore(file);
    await store.compareAndSet('a', undefined, 'x');
    rmSync(`${file}-wal`);
    expect(await store.compareAndSet('a', 'x', 'y')).toBe(true);
    await close(file);
    expect(await sqliteFileStore(file).get('a')).toBe('y');
  });

  it('that holds only what is forgotten anyway may be deleted, and what is left of it counts for nothing', async () => {
    const file = fresh();
    const store = sqliteFileStore(file);
    await store.compareAndSet('budget', undefined, 'x', 60_000);
    rmSync(file);
    expect(await store.get('budget')).toBeUndefined();
    expect(await store.compareAndSet('budget', undefined, 'y', 60_000)).toBe(true);
    expect(entriesOf(file)).toEqual({ budget: 'y' });
  });

  it('drops what has expired', async () => {
    const file = fresh();
    let now = 1_000;
    const store = sqliteFileStore(file, () => now);
    await store.compareAndSet('short', undefined, 'x', 100);
    now = 2_000;
    await store.compareAndSet('other', undefined, 'y');
    expect(entriesOf(file)).toEqual({ other: 'y' });
  });

  it('of a process that was killed has its last write', async () => {
    const file = fresh();
    await killed('hold', file);
    expect(existsSync(`${file}-wal`)).toBe(true);
    const held = await hold<string>(sqliteFileStore(file), 'k', clock);
    expect(held.value).toBe('from a process that died');
    await held.release();
  });
});

describe('lists in pieces', () => {
  const setUp = async () => {
    const file = fresh();
    const store = sqliteFileStore(file);
    const { pieces } = store as { pieces: PieceStore };
    let mark: string | undefined;
    const put = async (lists: Record<string, readonly unknown[]>, text = '{"value":{}}') => {
      mark = await pieces.write('k', mark, { text, lists });
      expect(mark).toEqual(expect.any(String));
    };
    return { file, store, pieces, put };
  };

  it('are written where they are new, and removed where they are gone', async () => {
    const { file, put } = await setUp();
    await put({ seen: ['a', 'b'], inbox: [] });
    expect(rowsOf(file)).toEqual([
      [1, 'seen', 'a'],
      [2, 'seen', 'b'],
    ]);
    const event = { uuid: '1' };
    await put({ seen: ['b', 'c'], inbox: [event] });
    expect(rowsOf(file)).toEqual([
      [2, 'seen', 'b'],
      [3, 'seen', 'c'],
      [4, 'inbox', event],
    ]);
    await put({ seen: ['b', 'c d'], inbox: [event, { uuid: '2' }] });
    expect(rowsOf(file).map(([n]) => n)).toEqual([2, 4, 5, 6]);
    await put({ seen: ['b', 'c d'] });
    expect(rowsOf(file).map(([n]) => n)).toEqual([2, 5]);
  });

  it('stay as they are when an element becomes the same text again', async () => {
    const { file, pieces, put } = await setUp();
    const another = sqliteFileStore(file).pieces as PieceStore;
    const late = (text: string) => ({ toJSON: () => text });
    await put({ seen: ['a', late('b')] });
    const rows = [
      [1, 'seen', 'a'],
      [2, 'seen', 'b'],
    ];
    for (const { read, write } of [pieces, another]) {
      const found = await read('k');
      await write('k', found?.mark, { text: '{"value":{}}', lists: { seen: [late('a'), late('b')] } });
      expect(rowsOf(file)).toEqual(rows);
    }
  });

  it('are read as they were written, by another store as well, and by get in one text', async () => {
    const { file, store, put } = await setUp();
    await put(
      { seen: ['a'], inbox: [], ids: [1, null, { deep: ['x'] }] },
      '{"lease":{},"value":{"cursor":"c"}}',
    );
    const lists = { seen: ['a'], inbox: [], ids: [1, null, { deep: ['x'] }] };
    for (const one of [store, sqliteFileStore(file)]) {
      expect(await one.pieces?.read('k')).toMatchObject({
        text: '{"lease":{},"value":{"cursor":"c"}}',
        lists,
      });
      expect(JSON.parse((await one.get('k')) ?? '')).toEqual({ lease: {}, value: { cursor: 'c', ...lists } });
    }
  });

  // Any change of a list, against what a plain text would have.
  it('are the same as in one text, whatever changes', async () => {
    const { file, store, put } = await setUp();
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    let list: unknown[] = [];
    for (let turn = 0; turn < 150; turn += 1) {
      const next = list.slice(random(list.length + 1) * random(2));
      for (let more = random(4); more > 0; more -= 1)
        next.push(random(2) ? `${random(9)}` : { n: random(9) });
      if (random(5) === 0) next.splice(random(next.length + 1), random(3), 'middle');
      if (random(9) === 0) next.reverse();
      list = next;
      await put({ list });
      if (random(4) === 0) await close(file);
      const read = await (random(2) ? store : sqliteFileStore(file)).pieces?.read('k');
      expect(read?.lists).toEqual({ list });
    }
  });

  it('are fenced: an older version writes nothing, not even when the text is the same again', async () => {
    const { store, pieces } = await setUp();
    const text = '{"value":{}}';
    const first = await pieces.write('k', undefined, { text, lists: { seen: ['a'] } });
    expect(await pieces.write('k', undefined, { text, lists: {} })).toBeUndefined();
    const second = await pieces.write('k', first, { text, lists: { seen: ['a', 'b'] } });
    expect(await pieces.write('k', first, { text, lists: { seen: ['a', 'x'] } })).toBeUndefined();
    expect(await pieces.read('k')).toEqual({ text, lists: { seen: ['a', 'b'] }, mark: second });
    const whole = '{"value":{"seen":["a","b"]}}';
    expect(await store.compareAndSet('k', text, 'x')).toBe(false);
    expect(await store.compareAndSet('k', whole, '{"value":{"seen":["c"]}}')).toBe(true);
    expect(await pieces.write('k', second, { text, lists: {} })).toBeUndefined();
    expect(await pieces.read('k')).toMatchObject({ text: '{"value":{"seen":["c"]}}', lists: {} });
  });

  it('belong to a key: two records with lists do not meet', async () => {
    const { pieces } = await setUp();
    const text = '{"value":{}}';
    const a = await pieces.write('a', undefined, { text, lists: { seen: ['1'] } });
    const b = await pieces.write('b', undefined, { text, lists: { seen: ['2'] } });
    await pieces.write('a', a, { text, lists: { seen: [] } });
    expect((await pieces.read('b'))?.lists).toEqual({ seen: ['2'] });
    await pieces.write('b', b, { text, lists: { seen: ['2', '3'] } });
    expect((await pieces.read('a'))?.lists).toEqual({ seen: [] });
  });
});

describe('a lease with lists in a SQLite file', () => {
  interface State {
    cursor: string;
    seen: string[];
  }
  const take = (file: string) => hold<State>(sqliteFileStore(file), 'k', clock, { lists: ['seen'] });

  it('hands them on, one holder at a time, and fences off who lost it', async () => {
    const file = fresh();
    const first = await take(file);
    await first.save({ cursor: '1', seen: ['a'] });
    await first.save({ cursor: '2', seen: ['a', 'b'] });
    await expect(take(file)).rejects.toMatchObject(passing);
    await first.release();
    const second = await take(file);
    expect(second.value).toEqual({ cursor: '2', seen: ['a', 'b'] });
    await second.save({ cursor: '3', seen: ['b', 'c'] });
    await expect(first.save({ cursor: 'late', seen: [] })).rejects.toMatchObject(passing);
    expect(first.isLost).toBe(true);
    await second.release();
    expect(rowsOf(file).map(([, , element]) => element)).toEqual(['b', 'c']);
  });
});

describe('a JSON state file of before', () => {
  const record = (value: unknown, lease?: object) => JSON.stringify({ lease, value });
  const laid = (content: object) => {
    const file = fresh();
    mkdirSync(dirname(file));
    writeFileSync(file, JSON.stringify(content), { mode: 0o644 });
    return file;
  };

  it('is read as it is, and taken over with all its keys by the first write', async () => {
    const value = { cursor: 'c', seen: ['abc'] };
    const soon = Date.now() + 60_000;
    const file = laid({
      k: { text: record(value) },
      other: { text: 'x' },
      budget: { text: 'b', until: soon },
      gone: { text: 'g', until: 1 },
    });
    const store = fileStateStore(file);
    expect(await store.get('other')).toBe('x');
    expect(readFileSync(file, 'utf8')).toMatch(/^{/);
    const held = await hold<typeof value>(store, 'k', clock, { lists: ['seen'] });
    expect(held.value).toEqual(value);
    await held.save({ cursor: 'd', seen: ['abc', 'def'] });
    await held.release();
    await close(file);
    expect(isSqlite(file)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(file))).toEqual(['state.json']);
    expect(Object.keys(entriesOf(file))).toEqual(['k', 'other', 'budget']);
    expect(JSON.parse(entriesOf(file).k ?? '')).toEqual({ value: { cursor: 'd', seen: ['abc', 'def'] } });
  });

  it('stays JSON while somebody holds a record in it', async () => {
    const lease = { owner: 'somebody', host: 'another', pid: 1, until: Date.now() + 60_000 };
    const file = laid({ theirs: { text: record({}, lease) }, mine: { text: record({ cursor: 'c' }) } });
    const held = await hold(fileStateStore(file), 'mine', clock, { lists: ['seen'] });
    await held.save({ cursor: 'd', seen: ['a'] });
    expect(JSON.parse(JSON.parse(readFileSync(file, 'utf8')).mine.text).value).toEqual({
      cursor: 'd',
      seen: ['a'],
    });
    // It ends, and so does this one: the next write takes the file over.
    const old = jsonFileStore(file);
    await old.compareAndSet('theirs', record({}, lease), record({ cursor: 'theirs' }));
    await held.save({ cursor: 'e', seen: ['a', 'b'] });
    expect(readFileSync(file, 'utf8')).toMatch(/^{/);
    await held.release();
    const next = await hold(fileStateStore(file), 'mine', clock, { lists: ['seen'] });
    expect(next.value).toEqual({ cursor: 'e', seen: ['a', 'b'] });
    await next.release();
    await close(file);
    expect(isSqlite(file)).toBe(true);
    expect(entriesOf(file).theirs).toBe(record({ cursor: 'theirs' }));
  });

  it('is taken over once by many at the same time', async () => {
    const file = laid({ n: { text: '0' } });
    const stores = Array.from({ length: 5 }, () => fileStateStore(file));
    const wins = await Promise.all(stores.map((store, at) => store.compareAndSet('n', '0', `${at + 1}`)));
    expect(wins.filter(Boolean)).toHaveLength(1);
    expect(await stores[0]?.get('n')).toBe(`${wins.indexOf(true) + 1}`);
  });

  it('through a link stays behind the link', async () => {
    const file = laid({ n: { text: '0' } });
    const link = `${file}.link`;
    symlinkSync(file, link);
    expect(await fileStateStore(link).compareAndSet('n', '0', '1')).toBe(true);
    expect(await fileStateStore(file).get('n')).toBe('1');
    await close(link);
    await close(file);
    expect(isSqlite(file)).toBe(true);
  });

  it('is whole when the new one cannot be written', async () => {
    const file = laid({ n: { text: '0' } });
    const before = readFileSync(file, 'utf8');
    chmodSync(dirname(file), 0o555);
    const { stdout } = start('refuse', file);
    const [said] = await once(stdout as NodeJS.ReadableStream, 'data');
    chmodSync(dirname(file), 0o755);
    expect(String(said)).toContain('cannot be locked (EACCES)');
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(dirname(file))).toEqual(['state.json']);
  });
});
