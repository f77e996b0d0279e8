import { access, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { OktaError } from '../errors/errors.ts';
import { fileFailure } from './file-failure.ts';
import { withFileLock, writePrivateFile } from './file-lock.ts';
import type { StateStore } from './store.ts';

const contentSchema = z.record(z.string(), z.object({ text: z.string(), until: z.number().optional() }));
type Content = z.output<typeof contentSchema>;

/**
 * State in one JSON file, readable by its owner only. Each write replaces the file in one step, so that a process killed
 * at any moment leaves the old state or the new one; a lock keeps processes apart.
 *
 * A file that cannot be used from the start is refused. One that was written and then fails (a full disk, a share that is
 * away, a file that is gone) may come back: `state_locked` with `retryable`, and nothing was changed.
 * @throws OktaError `state_locked` when it cannot be locked or written; `invalid_input` when the file is something else.
 */
export function fileStateStore(file: string, now: () => number = Date.now): StateStore {
  const path = resolve(file);
  const name = `The state file ${path}`;
  // What this process wrote last need not be parsed again: it is a large part of what a save costs.
  let last: { text: string; content: Content } | undefined;
  const contentNow = async () => {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (last) {
        if (error.code === 'ENOENT' && !keepsAnything(last.content)) return '{}';
        throw fileFailure(name, 'read', error, true);
      }
      if (error.code === 'ENOENT') return '{}';
      throw unusable(path, error.code ?? 'unreadable');
    });
    return text === last?.text ? last.content : parsed(path, text);
  };
  return {
    get: async (key) => textOf(await contentNow(), key, now()),
    async compareAndSet(key, expected, next, ttlMs) {
      let lockedAt = 0;
      const work = async () => {
        lockedAt = performance.now();
        const old = await contentNow();
        if (textOf(old, key, now()) !== expected) return false;
        const until = ttlMs === undefined ? undefined : now() + ttlMs;
        const content = { ...old, [key]: { text: next, until } };
        // A process that was suspended in here may have lost the lock: it must not write over its successor.
        if (performance.now() - lockedAt > STALE_MS / 2) throw lostLock(path);
        const text = JSON.stringify(content);
        await writePrivateFile(path, text).catch((error) => {
          throw fileFailure(name, 'written', error, last !== undefined);
        });
        last = { text, content };
        return true;
      };
      // The lock would make the folder again, in the place of the one that is to come back.
      if (last && keepsAnything(last.content)) {
        await access(path).catch((error) => {
          throw fileFailure(name, 'read', error, true);
        });
      }
      return withFileLock(path, work, { staleMs: STALE_MS, wasUsable: last !== undefined });
    },
  };
}

/** Writing takes milliseconds, so a killed process need not keep its successor waiting for long. */
const STALE_MS = 2_000;

function textOf(content: Content, key: string, now: number): string | undefined {
  const entry = content[key];
  return entry && (entry.until === undefined || entry.until > now) ? entry.text : undefined;
}

/** False where all is forgotten sooner or later anyway (a budget): whoever deletes such a file loses nothing. */
const keepsAnything = (content: Content): boolean =>
  Object.values(content).some(({ until }) => until === undefined);

function parsed(path: string, text: string): Content {
  try {
    return contentSchema.parse(JSON.parse(text));
  } catch {
    throw unusable(path, 'it is no state file');
  }
}

function lostLock(path: string): OktaError {
  return new OktaError(`The lock of ${path} was lost while this process was stopped`, {
    code: 'state_locked',
    actor: 'caller',
    retryable: true,
  });
}

function unusable(path: string, why: string): OktaError {
  return new OktaError(`The state file ${path} cannot be used (${why})`, {
    code: 'invalid_input',
    actor: 'caller',
    hint: 'Use another state file, or move the file away to start anew: events since then are found again by since.',
  });
}
