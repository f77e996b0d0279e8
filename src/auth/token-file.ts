import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { OktaError } from '../errors/errors.ts';
import type { TokenStore, Tokens } from './token-source.ts';

/** Shape of stored tokens; also `auth.tokens` of a connection. */
export const tokensSchema = z.object({
  accessToken: z.string().min(1),
  tokenType: z.enum(['Bearer', 'DPoP']),
  expiresAt: z.number(),
  scope: z.string(),
  refreshToken: z.string().optional(),
  dpopKey: z.looseObject({ kty: z.string() }).optional(),
});

/** A lock older than this belongs to a process that died. */
const STALE_MS = 30_000;

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
    async write(tokens) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const { default: writeFileAtomic } = await import('write-file-atomic');
      await writeFileAtomic(path, `${JSON.stringify(tokens, undefined, 2)}\n`, { mode: 0o600 });
    },
    async exclusively(work) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const { default: lockfile } = await import('proper-lockfile');
      const release = await lockfile
        .lock(path, {
          realpath: false,
          stale: STALE_MS,
          retries: { retries: 200, factor: 1, minTimeout: 100, maxTimeout: 300 },
        })
        .catch(() => {
          throw new OktaError(`The token file ${path} is locked by another process`, {
            code: 'state_locked',
            actor: 'caller',
            retryable: true,
            hint: 'Wait for the other process to end, or remove the .lock beside the file if there is none.',
          });
        });
      try {
        return await work();
      } finally {
        await release();
      }
    },
  };
}

function unreadable(path: string, why: string): OktaError {
  return new OktaError(`The token file ${path} cannot be read (${why})`, {
    code: 'invalid_connection',
    actor: 'caller',
    hint: 'Run "okta-connector login" to make a new one.',
  });
}
