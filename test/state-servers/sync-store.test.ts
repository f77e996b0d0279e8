import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/sync/store/open.ts';
import { storeContract } from '../sync/store/contract.ts';
import { compareAtRandom } from '../sync/store/random.ts';
import { user } from '../sync/store/rows.ts';
import { describeInPostgres } from './in-postgres.ts';

describeInPostgres('the snapshot in Postgres', ({ url: address, place, sql }) => {
  storeContract('Postgres', () => openStore(place()));

  it.each(Array.from({ length: 5 }, (_, seed) => seed))('answers as memory does, seed %i', async (seed) => {
    const store = await openStore(place());
    await compareAtRandom(seed, 50, store);
    await store.close();
  });

  it('is found again', async () => {
    const first = await openStore(place('again'));
    await first.putUsers([user('u1')], 2 ** 41, 1);
    await first.close();
    const second = await openStore(place('again'));
    expect(await second.dueUsers(2 ** 41, 10)).toMatchObject([{ id: 'u1' }]);
    await second.close();
  });

  it('is used by one process at a time, and two schemas by two', async () => {
    const first = await openStore(place('one'));
    const other = await openStore(place('two'));
    await expect(openStore(place('one'))).rejects.toMatchObject({ code: 'state_locked', retryable: true });
    await first.close();
    await (await openStore(place('one'))).close();
    await other.close();
  });

  it('has what a killed process completed, and is free at once', async () => {
    const script = fileURLToPath(new URL('../sync/store/load.ts', import.meta.url));
    const child = spawn(process.execPath, [script, place('killed')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let last = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      last = Number(line);
      if (last === 7) child.kill('SIGKILL');
    }
    const store = await openStore(place('killed'));
    const done = (await store.get<number>('done')) ?? 0;
    expect([last, last + 1]).toContain(done);
    expect(await store.counts()).toMatchObject({ users: done * 50, memberships: done * 50, groups: done });
    await store.close();
  });

  it('says that its connection is lost, and takes nothing of the transaction', async () => {
    const store = await openStore(place('lost'));
    await store.set('a', 1);
    const cut = store.transaction(async () => {
      await store.set('a', 2);
      await sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'okta-connector'`,
      );
      await store.set('b', 2);
    });
    await expect(cut).rejects.toMatchObject({ name: 'OktaError', code: 'state_locked', retryable: true });
    await expect(store.get('a')).rejects.toMatchObject({ code: 'state_locked', retryable: true });
    await store.close();
    const again = await openStore(place('lost'));
    expect([await again.get('a'), await again.get('b')]).toEqual([1, undefined]);
    await again.close();
  });

  it('refuses a schema with something else, and one of a newer version', async () => {
    await sql('CREATE SCHEMA foreign_one; CREATE TABLE foreign_one.users (n INTEGER)');
    await expect(openStore(place('foreign_one'))).rejects.toMatchObject({
      ...{ name: 'InputError', message: expect.stringContaining('other tables') },
    });
    await (await openStore(place('newer'))).close();
    await sql('UPDATE newer.okta_connector SET version = 99');
    await expect(openStore(place('newer'))).rejects.toMatchObject({
      ...{ name: 'InputError', message: expect.stringContaining('newer version') },
    });
  });

  it.each([
    ['a wrong database', (url: string) => url.replace(/postgres$/, 'missing'), false],
    ['no server', () => 'postgres://user@127.0.0.1:1/db', true],
  ])('says what failed without the password: %s', async (_, change, retryable) => {
    const url = change(address()).replace(/\/\/\w+@/, '//postgres:p%40ssw0rd@');
    const error = await openStore(url).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'OktaError', code: 'state_locked', retryable });
    expect(JSON.stringify(error)).not.toMatch(/ssw0rd/);
  });
});

describe('an address of Postgres', () => {
  it.each([
    ['that is no URL', 'postgres://user:secret@host:port/db', /is no URL/],
    ['with a schema that needs quotes', 'postgres://user:secret@host/db?schema=a"b', /schema "a\\"b"/],
  ])('%s is refused, without the password', async (_, url, message) => {
    const error = await openStore(url).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'InputError', message: expect.stringMatching(message) });
    expect(error.hint).toBeTruthy();
    expect(JSON.stringify(error)).not.toContain('secret');
  });
});
