import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openScimStore } from '../../../src/scim/open.ts';
import { smallDisk } from '../../support/small-disk.ts';
import { opened } from '../support.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-scim-faults-'));

afterAll(() => rmSync(folder, { recursive: true }));
const disk = smallDisk(folder, '1m');

const script = fileURLToPath(new URL('writer.ts', import.meta.url));

describe('the SQLite file of a SCIM server', () => {
  it('is free at once when the server was killed, and has what it answered', async () => {
    const path = join(folder, 'killed.db');
    for (let round = 0; round < 3; round += 1) {
      const child = spawn(process.execPath, [script, path, `${round * 1_000}`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      if (round === 0) {
        await expect(openScimStore(path)).rejects.toMatchObject({
          ...{ code: 'state_locked', retryable: true, message: expect.stringContaining('in use by another') },
        });
      }
      child.kill('SIGKILL');
      await once(child, 'exit');
      const began = performance.now();
      const server = opened({ store: await openScimStore(path) });
      const { status, body } = await server.get('/Users?count=0');
      // A lock that has to grow stale takes seconds.
      expect(performance.now() - began).toBeLessThan(1_000);
      expect(status).toBe(200);
      expect(body.totalResults).toBeGreaterThan(0);
      await server.close();
    }
  }, 60_000);

  it.skipIf(!disk)(
    'on a full disk: 503 with Retry-After, nothing half, and on when there is space',
    async () => {
      const server = opened({ store: await openScimStore(join(disk as string, 'full.db')) });
      const made: string[] = [];
      const title = 'x'.repeat(20_000);
      let refused: Awaited<ReturnType<typeof server.call>> | undefined;
      for (let i = 0; i < 100 && !refused; i += 1) {
        const answer = await server.call('POST', '/Users', { userName: `user${i}`, title });
        if (answer.status === 201) made.push(answer.body.id);
        else refused = answer;
      }
      expect(refused).toMatchObject({ status: 503, body: { status: '503' } });
      expect(refused?.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(server.log.at(-1)?.error).toMatch(/full/);
      expect((await server.get('/Users?count=0')).body.totalResults).toBe(made.length);
      expect((await server.get(`/Users/${made[0]}`)).status).toBe(200);
      expect((await server.events()).length).toBe(made.length);
      execFileSync('mount', ['-o', 'remount,size=4m', disk as string]);
      expect((await server.call('POST', '/Users', { userName: 'after', title })).status).toBe(201);
      await server.close();
    },
  );

  it('that cannot be written is refused in words', () => {
    const own = join(folder, 'read-only');
    mkdirSync(own);
    const path = join(own, 'people.db');
    execFileSync(process.execPath, ['--input-type=module', '-e', opens(path)], { stdio: 'ignore' });
    // Root may write everything. It becomes nobody once the modules are loaded, which only root may be able to read.
    const nobody = 65_534;
    if (process.getuid?.() === 0) for (const one of [folder, own, path]) chownSync(one, nobody, nobody);
    chmodSync(path, 0o400);
    const became = `if (process.getuid() === 0) process.setuid(${nobody});`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', opens(path, became)]);
    expect(JSON.parse(stdout.toString())).toEqual({
      ...{
        name: 'InputError',
        message: expect.stringMatching(/people\.db cannot be used: it cannot be written/),
      },
      hint: expect.stringContaining('Give another file'),
    });
  });

  it('that is damaged is refused, and one that gets damaged answers 500 and names it in the log', async () => {
    const path = join(folder, 'damaged.db');
    const first = opened({ store: await openScimStore(path) });
    for (let i = 0; i < 300; i += 1) await first.user(`user${i}`, { title: 'x'.repeat(500) });
    await first.close();
    const { size } = statSync(path);
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(size - 40_960, 0x5a), 0, size - 40_960, 40_960);
    const again = opened({ store: await openScimStore(path) });
    const { status, body } = await again.get('/Users?count=1000');
    expect([status, body.status]).toEqual([500, '500']);
    expect(again.log.at(-1)?.error).toMatch(/damaged\.db cannot be used: it is damaged/);
    await again.close();
    writeSync(file, Buffer.alloc(4_096 - 100, 0x5a), 0, 4_096 - 100, 100);
    await expect(openScimStore(path)).rejects.toMatchObject({
      ...{ name: 'InputError', message: expect.stringContaining('it is damaged') },
    });
  });

  it.each([
    ['file', ''],
    ['log', '-wal'],
  ])('whose %s is deleted while it is used takes no more changes: they would be gone', async (_, end) => {
    const path = join(folder, `deleted${end}.db`);
    const server = opened({ store: await openScimStore(path) });
    await server.user('ana');
    rmSync(path + end);
    const answer = await server.call('POST', '/Users', { userName: 'ben' });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30']);
    expect(server.log.at(-1)?.error).toContain(`${path}${end} was deleted or replaced`);
    writeFileSync(path + end, '');
    expect((await server.call('POST', '/Users', { userName: 'ben' })).status).toBe(503);
    expect((await server.get('/Users')).body.totalResults).toBe(1);
    await server.close();
  });

  it('of another program stays as it is, and is refused', async () => {
    const path = join(folder, 'other.db');
    const database = new DatabaseSync(path);
    database.exec('CREATE TABLE own (n)');
    database.close();
    const before = readFileSync(path);
    const text = join(folder, 'notes.txt');
    writeFileSync(text, 'notes '.repeat(1_000));
    await expect(openScimStore(path)).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(/another database/),
    });
    await expect(openScimStore(text)).rejects.toMatchObject({
      ...{ name: 'InputError', message: expect.stringMatching(/not a SQLite database/) },
    });
    expect(readFileSync(path)).toEqual(before);
    expect(readFileSync(text, 'utf8')).toBe('notes '.repeat(1_000));
  });
});

/** A script that opens a state and says why it cannot. */
const opens = (path: string, before = '') => `
  const { sqliteScimStore } = await import(${JSON.stringify(new URL('../../../src/scim/store/sqlite.ts', import.meta.url))});
  ${before}
  await sqliteScimStore(${JSON.stringify(path)}).then(
    (store) => store.close(),
    ({ name, message, hint }) => console.log(JSON.stringify({ name, message, hint })),
  );`;
