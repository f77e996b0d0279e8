import { access, readFile } from 'node:fs/promises';
import { OktaError } from '../errors/errors.ts';
import { fileFailure } from '../state/file-failure.ts';
import { withFileLock, writePrivateFile } from '../state/file-lock.ts';
import type { TokenStore, Tokens } from './token-source.ts';
import { tokensSchema } from './tokens.ts';

/**
 * Tokens in a file that only its owner can read (mode 0600), replaced atomically, locked across processes. After a first
 * successful use, failures (a full disk, an unmounted share) are `state_locked` with `retryable`: they may pass.
 * @param seed used while the file does not exist.
 */
export function fileTokenStore(path: string, seed?: Tokens): TokenStore {
  const name = `The token file ${path}`;
  let wasUsable = false;
  return {
    async read() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        // The seed would be an older sign-in than the missing file.
        if (wasUsable) throw fileFailure(name, 'read', error, true);
        if (error.code === 'ENOENT') return undefined;
        throw unreadable(path, error.code ?? 'unreadable');
      });
      if (text === undefined) return seed;
      try {
        const tokens = tokensSchema.parse(JSON.parse(text));
        wasUsable = true;
        return tokens;
      } catch {
        throw unreadable(path, 'not a token file');
      }
    },
    async write(tokens) {
      await writePrivateFile(path, `${JSON.stringify(tokens, undefined, 2)}\n`).catch((error) => {
        throw fileFailure(name, 'written', error, wasUsable);
      });
      wasUsable = true;
    },
    async exclusively(work) {
      // Locking would create a folder where the unmounted one is expected back.
      if (wasUsable) {
        await access(path).catch((error) => {
          throw fileFailure(name, 'read', error, true);
        });
      }
      return withFileLock(path, work, { wasUsable });
    },
  };
}

function unreadable(path: string, why: string): OktaError {
  return new OktaError(`The token file ${path} cannot be read (${why})`, {
    code: 'invalid_connection',
    actor: 'caller',
    hint: 'Name another file, or delete this one; then sign in again ("okta-connector login") where a person signs in.',
  });
}
