import { execFile } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { fileTokenStore } from '../../src/auth/token-file.ts';
import type { Tokens } from '../../src/auth/token-source.ts';
import { rejection } from '../support/server.ts';

const TOKENS: Tokens = {
  accessToken: 's3cr3t-access',
  tokenType: 'DPoP',
  expiresAt: 1_770_000_000_000,
  scope: 'okta.users.read',
  refreshToken: 's3cr3t-refresh',
  dpopKey: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 's3cr3t-d' },
};

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'okta-tokens-'));
  path = join(directory, 'deep', 'tokens.json');
  const made = directory;
  onTestFinished(() => rm(made, { recursive: true, force: true }));
});

/** As the connector does it: under the lock, which also makes the directory. */
async function writeTo(file: string, tokens: Tokens): Promise<void> {
  const store = fileTokenStore(file);
  await store.exclusively(() => store.write(tokens));
}

const modeOf = async (file: string) => (await stat(file)).mode & 0o777;

describe('the token file', () => {
  it('reads back what was written, also through another store', async () => {
    await writeTo(path, TOKENS);
    expect(await fileTokenStore(path).read()).toEqual(TOKENS);
  });

  it('can be read by its owner only, and so can a directory that is made for it', async () => {
    await writeTo(path, TOKENS);
    expect(await modeOf(path)).toBe(0o600);
    expect(await modeOf(join(directory, 'deep'))).toBe(0o700);
  });

  it('takes away the rights of others from a file that was there', async () => {
    await mkdir(join(directory, 'deep'));
    await writeFile(path, '{}', { mode: 0o644 });
    await chmod(path, 0o644);
    await writeTo(path, TOKENS);
    expect(await modeOf(path)).toBe(0o600);
  });

  // The store is public, and TokenStore.write does not say that it needs the lock.
  it('makes its directory also when it is written without the lock', async () => {
    await fileTokenStore(path).write(TOKENS);
    expect(await modeOf(path)).toBe(0o600);
  });

  it('is replaced as a whole: whoever reads meanwhile sees the old or the new tokens', async () => {
    const store = fileTokenStore(path);
    await writeTo(path, { ...TOKENS, accessToken: 'a'.repeat(50_000) });
    let writing = true;
    const writes = (async () => {
      for (let at = 0; at < 20; at += 1) {
        await writeTo(path, { ...TOKENS, accessToken: (at % 2 ? 'a' : 'b').repeat(50_000) });
      }
      writing = false;
    })();
    let reads = 0;
    while (writing) {
      const { accessToken } = (await store.read()) as Tokens;
      expect(new Set(accessToken).size).toBe(1);
      expect(accessToken).toHaveLength(50_000);
      reads += 1;
    }
    await writes;
    expect(reads).toBeGreaterThan(0);
    expect(await readdir(join(directory, 'deep'))).toEqual(['tokens.json']);
  });

  it('is the seed while there is none, and wins over it afterwards', async () => {
    const seed = { ...TOKENS, accessToken: 'seed' };
    const store = fileTokenStore(path, seed);
    expect(await store.read()).toBe(seed);
    expect(await fileTokenStore(path).read()).toBeUndefined();
    await writeTo(path, TOKENS);
    expect((await store.read())?.accessToken).toBe('s3cr3t-access');
  });

  it.each([
    ['cut off', '{"accessToken":"s3cr3t-access","tok'],
    ['empty', ''],
    ['no JSON', 's3cr3t-access'],
    ['JSON of something else', '{"accessToken":7}'],
    ['null', 'null'],
    ['an unknown token type', JSON.stringify({ ...TOKENS, tokenType: 'mac' })],
  ])('%s is an error that names the file and the way out, not its content', async (_, text) => {
    await mkdir(join(directory, 'deep'));
    await writeFile(path, text);
    const error = await rejection(fileTokenStore(path, TOKENS).read());
    expect(error).toMatchObject({
      code: 'invalid_connection',
      message: expect.stringContaining(path),
      hint: expect.stringContaining('okta-connector login'),
    });
    expect(`${JSON.stringify(error)}${error.stack}`).not.toContain('s3cr3t');
  });

  it('a directory in its place is an error with its reason', async () => {
    await mkdir(path, { recursive: true });
    expect((await rejection(fileTokenStore(path).read())).message).toContain('EISDIR');
  });
});

describe('F1.5 a token file that could be used', () => {
  const passing = { code: 'state_locked', retryable: true, hint: expect.any(String) };

  it('and is gone may come back: the seed would be an older sign-in', async () => {
    const store = fileTokenStore(path, { ...TOKENS, accessToken: 'seed' });
    await store.write(TOKENS);
    await rename(join(directory, 'deep'), join(directory, 'away'));
    expect(await rejection(store.read())).toMatchObject(passing);
    expect(await rejection(store.exclusively(async () => 1))).toMatchObject(passing);
    expect(await readdir(directory)).toEqual(['away']);
    await rename(join(directory, 'away'), join(directory, 'deep'));
    expect(await store.exclusively(() => store.read())).toEqual(TOKENS);
  });

  it('and cannot be written may be written later; one that never could is refused', async () => {
    const store = fileTokenStore(path);
    await store.write(TOKENS);
    await rm(path);
    await mkdir(path);
    expect(await rejection(store.write(TOKENS))).toMatchObject(passing);
    expect(await rejection(store.read())).toMatchObject(passing);
    expect(await rejection(fileTokenStore(path).write(TOKENS))).toMatchObject({ retryable: false });
    await rm(path, { recursive: true });
    await store.write(TOKENS);
    expect(await readdir(join(directory, 'deep'))).toEqual(['tokens.json']);
  });
});

describe('the lock', () => {
  it('lets one at a time work, and hands out the result', async () => {
    const store = fileTokenStore(path);
    let inside = 0;
    let most = 0;
    const work = (value: number) =>
      store.exclusively(async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 20));
        inside -= 1;
        return value;
      });
    expect(await Promise.all([work(1), work(2), work(3)])).toEqual([1, 2, 3]);
    expect(most).toBe(1);
  });

  it('is free again after an error, and leaves nothing behind', async () => {
    const store = fileTokenStore(path);
    const failing = store.exclusively(async () => {
      throw new Error('no token');
    });
    expect((await rejection(failing)).message).toBe('no token');
    expect(await store.exclusively(async () => 'free')).toBe('free');
    expect(await readdir(join(directory, 'deep'))).toEqual([]);
  });

  it('of a process that died long ago is taken over', async () => {
    await mkdir(`${path}.lock`, { recursive: true });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${path}.lock`, longAgo, longAgo);
    expect(await fileTokenStore(path).exclusively(async () => 'free')).toBe('free');
  });

  describe('seen by the lock library', () => {
    const lock = vi.fn();
    beforeEach(() => {
      lock.mockReset();
      vi.doMock('proper-lockfile', () => ({ default: { lock } }));
      onTestFinished(() => void vi.doUnmock('proper-lockfile'));
    });

    it('that somebody else holds for too long is an error that may be tried again', async () => {
      lock.mockRejectedValue(
        Object.assign(new Error('Lock file is already being held'), { code: 'ELOCKED' }),
      );
      const { holdFileLock } = await import('../../src/state/file-lock.ts');
      const error = await rejection(holdFileLock(path, { waitMs: 200 }));
      expect(error).toMatchObject({
        code: 'state_locked',
        retryable: true,
        message: expect.stringContaining(path),
      });
      expect(lock.mock.calls.length).toBeGreaterThan(1);
    });

    it('a directory that cannot be written is called by its name, and not tried again', async () => {
      lock.mockRejectedValue(Object.assign(new Error('permission denied'), { code: 'EACCES' }));
      const error = await rejection(fileTokenStore(path).exclusively(async () => 1));
      expect(error).toMatchObject({ retryable: false, message: expect.stringContaining('EACCES') });
    });

    // Without it the library throws out of a timer, which ends the whole host process.
    it('a lock that is lost meanwhile does not end the process', async () => {
      lock.mockResolvedValue(async () => {});
      await fileTokenStore(path).exclusively(async () => 1);
      expect(lock.mock.calls[0]?.[1]).toHaveProperty('onCompromised', expect.any(Function));
    });

    it('a lock that cannot be given back does not lose the result', async () => {
      lock.mockResolvedValue(async () => {
        throw Object.assign(new Error('Lock is not acquired/owned by you'), { code: 'ENOTACQUIRED' });
      });
      expect(await fileTokenStore(path).exclusively(async () => 'renewed')).toBe('renewed');
    });
  });

  it('holds across processes: of three that find an old token one renews, all get the new one', async () => {
    const log = join(directory, 'renewals.log');
    await writeTo(path, {
      ...TOKENS,
      tokenType: 'Bearer',
      expiresAt: Date.now() + 1_000,
      refreshToken: 'r1',
    });
    const script = fileURLToPath(new URL('../support/renew-tokens.ts', import.meta.url));
    const run = () => promisify(execFile)(process.execPath, [script, path, log]);
    const outputs = await Promise.all([run(), run(), run()]);
    expect(await readFile(log, 'utf8')).toBe('renewed with r1\n');
    expect(new Set(outputs.map(({ stdout }) => stdout)).size).toBe(1);
    expect((await fileTokenStore(path).read())?.refreshToken).toBe('r2');
    expect(await modeOf(path)).toBe(0o600);
  });
});
