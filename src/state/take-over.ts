import { randomUUID } from 'node:crypto';
import { chmodSync, chownSync, existsSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isOktaError } from '../errors/errors.ts';
import { fileFailure } from './file-failure.ts';
import { withFileLock } from './file-lock.ts';
import { type Content, lasting, lostLock, STALE_MS } from './json-file.ts';
import { isHeld } from './lease.ts';
import { openDatabase } from './sqlite.ts';
import { STATE_FILE, StateEntries } from './sqlite-entries.ts';

/**
 * Makes a state file, or takes over what is in a JSON file: a complete new file takes the place of the old one, which is lost at no
 * moment. A file that somebody holds a record of stays: the holder expects what it wrote.
 * @param read what the JSON file has; undefined if there is no file. It throws if the file is something else by now.
 * @returns whether the file is one now.
 * @throws OktaError `state_locked` when it cannot be locked or written: nothing was changed.
 */
export async function takeOver(
  path: string,
  read: () => Content | undefined,
  now: () => number,
  wasUsable: boolean,
): Promise<boolean> {
  const isFree = (content: Content | undefined) =>
    !Object.values(content ?? {}).some(({ text }) => isHeld(text, now()));
  if (!isFree(read())) return false;
  /** The new file is nobody's business: what failed is this one. */
  const failure = (error: unknown) => {
    const { code = 'EIO', message } = error as NodeJS.ErrnoException;
    const reason = isOktaError(error) ? (message.includes('is full') ? 'ENOSPC' : 'EIO') : code;
    return fileFailure(`The state file ${path}`, 'written', { code: reason }, wasUsable);
  };
  const work = async () => {
    const lockedAt = performance.now();
    const content = read();
    if (!isFree(content)) return false;
    const part = `${realPath(path)}.${randomUUID()}`;
    const clear = () => {
      for (const end of ['', '-wal', '-shm', '-journal']) rmSync(part + end, { force: true });
    };
    try {
      await build(part, lasting(content ?? {}, now()));
      // A process suspended here may have lost the lock: it must not overwrite its successor's state.
      if (performance.now() - lockedAt > STALE_MS / 2) {
        clear();
        return undefined;
      }
      keepOwner(path, part);
      // The log of a file that somebody deleted would be played into the new one.
      for (const end of ['-wal', '-shm']) rmSync(realPath(path) + end, { force: true });
      renameSync(part, realPath(path));
    } catch (error) {
      clear();
      throw failure(error);
    }
    await syncFolder(path);
    return true;
  };
  const isTaken = await withFileLock(path, work, { staleMs: STALE_MS, wasUsable });
  if (isTaken === undefined) throw lostLock(path);
  return isTaken;
}

async function build(part: string, content: Content): Promise<void> {
  const file = await openDatabase(part, STATE_FILE, 'beside');
  try {
    file.guarded(() => {
      file.database.exec('PRAGMA synchronous = FULL');
      new StateEntries(file).addAll(content);
    });
  } finally {
    file.close();
  }
  // Closing moved everything into the file itself; with a log beside it, half of it would be renamed.
  if (existsSync(`${part}-wal`)) throw Object.assign(new Error('the log is not empty'), { code: 'EBUSY' });
}

/** A link stays a link. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function keepOwner(path: string, part: string): void {
  const before = statSync(path, { throwIfNoEntry: false });
  chmodSync(part, 0o600);
  try {
    if (before) chownSync(part, before.uid, before.gid);
  } catch {
    // Only root may give a file away.
  }
}

/** The new name must not come undone by a power cut after something was written under it. */
async function syncFolder(path: string): Promise<void> {
  // Some systems cannot.
  const folder = await open(dirname(realPath(path)), 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
