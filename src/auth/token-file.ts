import { readFile } from 'node:fs/promises';
import { OktaError } from '../errors/errors.ts';
import { withFileLock, writePrivateFile } from '../state/file-lock.ts';
import type { TokenStore, Tokens } from './token-source.ts';
import { tokensSchema } from './tokens.ts';

/**
 * Tokens in a file that only its owner can read (mode 0600), replaced atomically, locked across processes.
 * @param seed used while there is no file yet.
 */
export function fileTokenStore(path: string, seed?: Tokens): TokenStore {
  return {
    async read() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw unreadable(path, error.code ?? 'unreadable');
      });
      if (text === undefined) return seed;
      try {
        return tokensSchema.parse(JSON.parse(text));
      } catch {
        throw unreadable(path, 'not a token file');
      }
    },
    write: (tokens) => writePrivateFile(path, `${JSON.stringify(tokens, undefined, 2)}\n`),
    exclusively: (work) => withFileLock(path, work),
  };
}

function unreadable(path: string, why: string): OktaError {
  return new OktaError(`The token file ${path} cannot be read (${why})`, {
    code: 'invalid_connection',
    actor: 'caller',
    hint: 'Sign in again ("okta-connector login").',
  });
}
