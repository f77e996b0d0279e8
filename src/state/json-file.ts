import { access, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { isOktaError, OktaError } from '../errors/errors.ts';
import { fileFailure } from './file-failure.ts';
import { withFileLock, writePrivateFile } from './file-lock.ts';
import type { StateStore } from './store.ts';

const contentSchema = z.record(z.string(), z.object({ text: z.string(), until: z.number().optional() }));
/** The texts by key, and until when they hold: milliseconds since the epoch. */
export type Content = z.output<typeof contentSchema>;

/**
 * State in one JSON file, readable by its owner only. Each write replaces the file atomically, so that a process killed at
 * any moment leaves the old state or the new one; a lock prevents concurrent access.
 *
 * A file that is unusable from the start is rejected. One that worked and then fails (a full disk, an unmounted share, a
 * missing file) may recover: `state_locked` with `retryable`, and nothing was changed.
 * @param read reads the file; its errors pass, unless they are those of `fs`.
 * @throws OktaError `state_locked` when it cannot be locked or written; `invalid_input` when the file is something else.
 */
export function jsonFileStore(
  file: string,
  now: () => number = Date.now,
  read: (path: string) => Promise<string> = (path) => readFile(path, 'utf8'),
): StateStore {
  const path = resolve(file);
  const name = `The state file ${path}`;
  // Do not parse again what this process wrote last: parsing is a large part of the cost of a save.
  let last: { text: string; content: Content } | undefined;
  const contentNow = async () => {
    const text = await read(path).catch((error: NodeJS.ErrnoException) => {
      if (!error.code || isOktaError(error)) throw error;
      if (last) {
        if (error.code === 'ENOENT' && !keepsAnything(last.content)) return '{}';
        throw fileFailure(name, 'read', error, true);
      }
      if (error.code === 'ENOENT') return '{}';
      throw unusable(path, error.code ?? 'unreadable');
    });
    return text === last?.text ? last.content : contentOf(path, text);
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
        const content = { ...lasting(old, now()), [key]: { text: next, until } };
        // A process suspended here may have lost the lock: it must not overwrite its successor's state.
        if (performance.now() - lockedAt > STALE_MS / 2) throw lostLock(path);
        const text = JSON.stringify(content);
        await writePrivateFile(path, text).catch((error) => {
          throw fileFailure(name, 'written', error, last !== undefined);
        });
        last = { text, content };
        return true;
      };
      // Locking would create a folder where the unmounted one is expected back.
      if (last && keepsAnything(last.content)) {
        await access(path).catch((error) => {
          throw fileFailure(name, 'read', error, true);
        });
      }
      return withFileLock(path, work, { staleMs: STALE_MS, wasUsable: last !== undefined });
    },
  };
}

/** A write takes milliseconds, so the lock of a killed process can expire quickly. */
export const STALE_MS = 2_000;

function textOf(content: Content, key: string, now: number): string | undefined {
  const entry = content[key];
  return entry && (entry.until === undefined || entry.until > now) ? entry.text : undefined;
}

/** Without what has expired: a file that many keys pass through would only ever grow. */
export const lasting = (content: Content, now: number): Content =>
  Object.fromEntries(Object.entries(content).filter(([, { until }]) => until === undefined || until > now));

/** False for short-lived data (a budget), where a deleted file loses nothing. */
const keepsAnything = (content: Content): boolean => Object.values(content).some(isLasting);

export const isLasting = ({ until }: Content[string]): boolean => until === undefined;

/** What a state file has. @throws OktaError `invalid_input` when it is something else. */
export function contentOf(path: string, text: string): Content {
  try {
    return contentSchema.parse(JSON.parse(text));
  } catch {
    throw unusable(path, 'it is not a state file');
  }
}

export function lostLock(path: string): OktaError {
  return new OktaError(`The lock of ${path} was lost while this process was suspended`, {
    code: 'state_locked',
    actor: 'caller',
    retryable: true,
  });
}

export function unusable(path: string, why: string): OktaError {
  return new OktaError(`The state file ${path} cannot be used (${why})`, {
    code: 'invalid_input',
    actor: 'caller',
    hint: 'Use another state file, or move this one away to start over; pass since to re-read from that time.',
  });
}
