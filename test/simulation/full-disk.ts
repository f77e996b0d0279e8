/**
 * Loaded before a program: while `$FULL_DISK.full` is there, files in the folder `$FULL_DISK` cannot be written (ENOSPC).
 * For machines on which no small disk can be mounted.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { resolve, sep } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const folder = resolve(process.env.FULL_DISK as string);

function assertRoom(path: unknown, flags: unknown): void {
  const isRead = flags === undefined || flags === 'r' || flags === fs.constants.O_RDONLY;
  if (isRead || typeof path !== 'string' || !resolve(path).startsWith(folder + sep)) return;
  if (!fs.existsSync(`${folder}.full`)) return;
  const message = `ENOSPC: no space left on device, open '${path}'`;
  throw Object.assign(new Error(message), { code: 'ENOSPC', errno: -28, syscall: 'open', path });
}

const { open, openSync } = fs;
const { open: openPromise } = fs.promises;
fs.open = Object.assign((...all: Parameters<typeof open>) => {
  const done = all.at(-1) as unknown as (error: unknown) => void;
  try {
    assertRoom(all[0], all[1]);
  } catch (error) {
    return process.nextTick(done, error);
  }
  return open(...all);
}, open);
fs.openSync = (path, flags, mode) => {
  assertRoom(path, flags);
  return openSync(path, flags, mode);
};
fs.promises.open = async (path, flags, mode) => {
  assertRoom(path, flags);
  return openPromise(path, flags, mode);
};
syncBuiltinESMExports();

const { prototype } = DatabaseSync;
const { exec } = prototype;
prototype.exec = function (sql) {
  if (sql === 'COMMIT' && this.location()?.startsWith(folder + sep) && fs.existsSync(`${folder}.full`)) {
    throw Object.assign(new Error('database or disk is full'), {
      ...{ code: 'ERR_SQLITE_ERROR', errcode: 13, errstr: 'database or disk is full' },
    });
  }
  return exec.call(this, sql);
};
