import type { FileHandle } from 'node:fs/promises';
import { OktaError } from '../errors/errors.ts';
import { deferred } from '../http/deferred.ts';

/** Appends lines to a file; lines added during a write are combined into the next one. */
export interface Appender {
  /** Resolves when the line is in the file, and with `sync` on the disk. */
  append(line: string): Promise<void>;
  close(): Promise<void>;
}

/** @param sync survive a power failure; without it, only a killed process. */
export function appender(handle: FileHandle, { sync }: { sync: boolean }): Appender {
  let waiting: string[] = [];
  let written = deferred<void>();
  let writing: Promise<void> | undefined;
  let broken: unknown;

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const { resolve, reject } = written;
      const text = waiting.join('');
      waiting = [];
      written = deferred();
      try {
        if (broken) throw broken;
        await handle.appendFile(text);
        if (sync) await handle.datasync();
        resolve();
      } catch (error) {
        // The file may end with half a line now: nothing can follow it.
        broken ??= unwritable(error);
        reject(broken);
      }
    }
    writing = undefined;
  }

  return {
    append(line) {
      waiting.push(`${line}\n`);
      const { promise } = written;
      writing ??= write();
      return promise;
    },
    async close() {
      await writing;
      if (!broken) await handle.datasync();
      await handle.close();
    },
  };
}

/** The error for a failed write. */
export function unwritable(error: unknown): OktaError {
  return new OktaError(`The results cannot be written (${(error as NodeJS.ErrnoException).code})`, {
    code: 'internal_error',
    actor: 'caller',
    hint: 'Free some space, then continue with --resume.',
  });
}
