import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { memoryScimStore } from '../../../src/scim/store/memory.ts';
import { sqliteScimStore } from '../../../src/scim/store/sqlite.ts';
import type { ScimEvent } from '../../../src/scim/store/store.ts';
import { sqliteStore } from '../../../src/sync/store/sqlite.ts';
import { event, put, scimStoreContract } from './contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-scim-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const newPath = () => join(folder, `${++count}.db`);

scimStoreContract('in memory', async () => memoryScimStore());
scimStoreContract('in SQLite', () => sqliteScimStore(newPath()));

describe('a SCIM state in a SQLite file', () => {
  it('is found again, and only its owner can read it', async () => {
    const path = newPath();
    const first = await sqliteScimStore(path);
    await first.commit([put('User', 'u1', { userName: 'ana' })], [event('1')]);
    for (const end of ['', '-wal', '-shm', '-lock'])
      expect((statSync(path + end).mode & 0o777).toString(8)).toBe('600');
    await first.close();
    await first.close();
    const again = await sqliteScimStore(path);
    expect(await again.find('User', 'name', 'ana')).toMatchObject({ id: 'u1', version: 1 });
    expect(await again.events(0, 10)).toMatchObject([{ seq: 1, id: '1' }]);
    await again.close();
  });

  it('numbers events on after those that were dropped', async () => {
    const path = newPath();
    const first = await sqliteScimStore(path);
    await first.commit([], [event('1'), event('2')]);
    await first.acknowledge('all', 2);
    await first.close();
    const again = await sqliteScimStore(path);
    await again.commit([], [event('3')]);
    expect(await again.events(await again.position('all'), 10)).toMatchObject([{ seq: 3, id: '3' }]);
    await again.close();
  });

  it('is no snapshot of a sync, nor another file', async () => {
    const [snapshot, text] = [newPath(), newPath()];
    await (await sqliteStore(snapshot)).close();
    writeFileSync(text, 'no database '.repeat(500));
    for (const path of [snapshot, text, folder, join(folder, 'none', 'x.db')]) {
      await expect(sqliteScimStore(path)).rejects.toMatchObject({
        name: 'InputError',
        hint: expect.any(String),
      });
    }
  });

  it('commits of one moment stand alone: one that fails takes no other with it', async () => {
    const store = await sqliteScimStore(newPath());
    const outcomes = await Promise.allSettled([
      store.commit([put('User', 'u1', { userName: 'ana' })], [event('1')]),
      store.commit([put('User', 'u2', { userName: 'ANA' })], [event('2')]),
      store.commit([put('User', 'u3', { userName: 'eva' })], [event('3')]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await store.events(0, 10)).map(({ id }) => id)).toEqual(['1', '3']);
    expect(await store.count('User')).toBe(2);
    await store.close();
  });
});

describe('a killed server', () => {
  const script = fileURLToPath(new URL('writer.ts', import.meta.url));
  const linesOf = (child: ChildProcess) => createInterface({ input: child.stdout as NodeJS.ReadableStream });

  it.concurrent.each([1, 7, 20, 45])(
    'loses nothing that it answered, and repeats nothing, after %i lines',
    async (limit) => {
      const path = newPath();
      const created = new Map<string, string>();
      const titled = new Map<string, string>();
      const grouped = new Map<string, string>();
      const events: string[] = [];
      for (let run = 0; run < 3; run += 1) {
        const child = spawn(process.execPath, [script, path, String(Math.max(created.size / 3 - 1, 0) | 0)], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let lines = 0;
        for await (const line of linesOf(child)) {
          if (line === 'ready') continue;
          const [what = '', one = '', two = ''] = line.split(' ');
          if (what === 'created') created.set(one, two);
          if (what === 'titled') titled.set(one, two);
          if (what === 'grouped') grouped.set(one, two);
          if (what === 'event') events.push(one);
          lines += 1;
          if (lines === limit + run) child.kill('SIGKILL');
        }
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
        expect(child.signalCode).toBe('SIGKILL');
      }
      const store = await sqliteScimStore(path);
      for (const [name, id] of created)
        expect(await store.find('User', 'name', name), name).toMatchObject({ id });
      for (const [name, id] of titled) {
        expect((await store.get('User', [id]))[0]?.attributes.title).toBe(`title of ${name}`);
      }
      for (const [name, id] of grouped) {
        expect(await store.find('Group', 'name', `group ${name}`)).toMatchObject({ id });
        expect(await store.members(id, { limit: 10 })).toMatchObject([{ attributes: { userName: name } }]);
      }
      // Told are all events, in order, none with two ids; those of the last moments may come twice.
      const rest = await store.events(await store.position('stdout'), 100_000);
      const all = [...new Set([...events, ...rest.map(({ id }) => id)])];
      const stored = new Map<string, ScimEvent>(rest.map((one) => [one.id, one]));
      const firstLeft = rest[0] ? all.indexOf(rest[0].id) : all.length;
      expect(all.slice(firstLeft)).toEqual(rest.map(({ id }) => id));
      expect(stored.size).toBe(rest.length);
      const users = await store.page('User', { limit: 100_000 });
      const groups = await store.page('Group', { limit: 100_000 });
      const titles = users.filter(({ attributes }) => attributes.title !== undefined);
      // One event for each creation and each title, and two for each group with its member.
      expect(all.length).toBe(users.length + titles.length + 2 * groups.length);
      await store.close();
    },
  );
});
