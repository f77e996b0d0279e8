import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { jsonFileStore } from '../../src/state/json-file.ts';
import { killed, start, useFolder } from './support.ts';

const path = useFolder();
let count = 0;
const fresh = () => path(`${++count}.json`);

describe('a JSON state file', () => {
  it('is made with its folder, for its owner alone, and leaves nothing beside it', async () => {
    const file = path('new/deep/state.json');
    await jsonFileStore(file).compareAndSet('a', undefined, 'x');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
    expect(readdirSync(dirname(file))).toEqual(['state.json']);
  });

  it('becomes private when it was not', async () => {
    const file = fresh();
    writeFileSync(file, '{}', { mode: 0o644 });
    chmodSync(file, 0o644);
    await jsonFileStore(file).compareAndSet('a', undefined, 'x');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is not made by reading', async () => {
    const file = fresh();
    expect(await jsonFileStore(file).get('a')).toBeUndefined();
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    ['empty', ''],
    ['no JSON', 'hello'],
    ['cut off', '{"a":{"text":"x"'],
    ['something else', '{"name":"package"}'],
  ])('that is %s is refused with its name and a hint, and not changed', async (_, content) => {
    const file = fresh();
    writeFileSync(file, content);
    const store = jsonFileStore(file);
    const refusal = {
      code: 'invalid_input',
      message: expect.stringContaining(file),
      hint: expect.any(String),
    };
    await expect(store.get('a')).rejects.toMatchObject(refusal);
    await expect(store.compareAndSet('a', undefined, 'x')).rejects.toMatchObject(refusal);
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  it('that is a folder is refused', async () => {
    const file = fresh();
    mkdirSync(file);
    await expect(jsonFileStore(file).get('a')).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('that cannot be locked is refused with the reason', async () => {
    const file = fresh();
    writeFileSync(file, '{}');
    await expect(
      jsonFileStore(`${file}/state.json`).compareAndSet('a', undefined, 'x'),
    ).rejects.toMatchObject({
      code: 'state_locked',
      retryable: false,
      hint: expect.stringContaining('folder'),
    });
  });

  it('in a folder that cannot be written is refused at once', { timeout: 10_000 }, async () => {
    const folder = fresh();
    mkdirSync(folder);
    chmodSync(dirname(folder), 0o755);
    chmodSync(folder, 0o555);
    const { stdout } = start('refuse', `${folder}/state.json`);
    const [said] = await once(stdout as NodeJS.ReadableStream, 'data');
    expect(String(said)).toContain('cannot be locked (EACCES)');
  });

  it('is free again when who locked it was killed, and its content is whole', async () => {
    const file = fresh();
    const store = jsonFileStore(file);
    await store.compareAndSet('a', undefined, 'before');
    await killed('lock', file);
    expect(existsSync(`${file}.lock`)).toBe(true);
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(`${file}.lock`, longAgo, longAgo);
    expect(await store.get('a')).toBe('before');
    expect(await store.compareAndSet('a', 'before', 'after')).toBe(true);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });
});

describe('F1.5 a JSON state file that was usable', () => {
  const passing = { code: 'state_locked', retryable: true, hint: expect.any(String) };

  it.each(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE', 'EACCES', 'EPERM', 'ESTALE', 'EBUSY'])(
    'and fails with %s may come back, whatever it was doing',
    async (code) => {
      for (const call of ['mkdir', 'access', 'readFile', 'open', 'rename'] as const) {
        const fails = failing(call, code);
        const { jsonFileStore } = await import('../../src/state/json-file.ts');
        const file = fresh();
        const store = jsonFileStore(file);
        await store.compareAndSet('a', undefined, 'before');
        const entries = readdirSync(dirname(file)).length;
        fails.on = true;
        const error = await store.compareAndSet('a', 'before', 'after').catch((reason: unknown) => reason);
        expect(error, call).toMatchObject({ ...passing, message: expect.stringContaining(code) });
        expect(readFileSync(file, 'utf8'), call).toContain('before');
        fails.on = false;
        expect(await store.compareAndSet('a', 'before', 'after')).toBe(true);
        expect(readdirSync(dirname(file))).toHaveLength(entries);
        fails.undo();
      }
    },
  );

  it('is refused for the same when it never worked', async () => {
    for (const [call, refusal] of [
      ['access', 'state_locked'],
      ['readFile', 'invalid_input'],
      ['open', 'state_locked'],
    ] as const) {
      const fails = failing(call, 'EIO');
      const { jsonFileStore } = await import('../../src/state/json-file.ts');
      fails.on = true;
      await expect(jsonFileStore(fresh()).compareAndSet('a', undefined, 'x')).rejects.toMatchObject({
        code: refusal,
        retryable: false,
      });
      fails.undo();
    }
  });

  it('and is gone is waited for; its folder is not made in its place', async () => {
    const file = path(`gone/${++count}.json`);
    const store = jsonFileStore(file);
    await store.compareAndSet('a', undefined, 'x');
    renameSync(dirname(file), `${dirname(file)}.away`);
    await expect(store.get('a')).rejects.toMatchObject(passing);
    await expect(store.compareAndSet('a', 'x', 'y')).rejects.toMatchObject(passing);
    expect(existsSync(dirname(file))).toBe(false);
    renameSync(`${dirname(file)}.away`, dirname(file));
    expect(await store.compareAndSet('a', 'x', 'y')).toBe(true);
  });

  it('and holds only what is forgotten anyway may be deleted', async () => {
    const file = fresh();
    const store = jsonFileStore(file);
    await store.compareAndSet('budget', undefined, 'x', 60_000);
    rmSync(file);
    expect(await store.get('budget')).toBeUndefined();
    expect(await store.compareAndSet('budget', undefined, 'y', 60_000)).toBe(true);
  });
});

/** Lets one call of node:fs/promises fail while `on`. */
function failing(call: string, code: string) {
  const fails = { on: false, undo: () => {} };
  vi.resetModules();
  vi.doMock('node:fs/promises', async (original) => {
    const fs = (await original()) as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const one = async (...args: unknown[]) => {
      if (fails.on) throw Object.assign(new Error(`${code}: ${call}`), { code, syscall: call });
      return fs[call]?.(...args);
    };
    return { ...fs, [call]: one, default: { ...fs, [call]: one } };
  });
  fails.undo = () => {
    vi.doUnmock('node:fs/promises');
    vi.resetModules();
  };
  return fails;
}
