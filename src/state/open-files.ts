import { type OpenDatabase, openDatabase } from './sqlite.ts';
import { STATE_FILE, StateEntries } from './sqlite-entries.ts';

/** Closed when it was not used for so long: soon after the last write, the file is whole and has nothing beside it. */
const IDLE_MS = 1_000;
/** How long SQLite itself waits for another process: nothing else can run meanwhile. */
const BLOCKING_MS = 20;
/** The log is moved into the file at half a megabyte: it shares the disk with the file, which is smaller than that. */
const LOG_PAGES = 128;

/** A state file that this process has open, for all its stores. */
export interface OpenFile extends Pick<OpenDatabase, 'guarded' | 'assertInPlace' | 'close'> {
  entries: StateEntries;
  /** It is in use. */
  touch(): void;
}

const files = new Map<string, Promise<OpenFile>>();
const closing = new Set<() => void>();
let isWatched = false;

/** The file if this process has it open: then nothing but SQLite may open it here, see isDatabase. */
export const openFile = (path: string): Promise<OpenFile> | undefined => files.get(path);

/**
 * Opens an existing state file, for all stores of this process.
 * @param wasUsable it worked before, so that a failure may pass.
 * @throws as openDatabase.
 */
export function openStateFile(path: string, wasUsable: boolean): Promise<OpenFile> {
  const known = files.get(path);
  if (known) return known;
  const opened = open(path, wasUsable);
  files.set(path, opened);
  opened.catch(() => files.delete(path));
  return opened;
}

/** A process that ends in order leaves nothing beside its files. */
function closeAll(): void {
  for (const close of closing) close();
}

async function open(path: string, wasUsable: boolean): Promise<OpenFile> {
  const file = await openDatabase(path, STATE_FILE, 'beside', { mustExist: true, wasUsable });
  const { database, guarded, assertInPlace } = file;
  const settings = { synchronous: 'FULL', wal_autocheckpoint: LOG_PAGES, busy_timeout: BLOCKING_MS };
  guarded(() => {
    for (const [setting, value] of Object.entries(settings)) database.exec(`PRAGMA ${setting} = ${value}`);
  });
  const close = () => {
    clearTimeout(idle);
    files.delete(path);
    closing.delete(close);
    file.close();
  };
  const idle = setTimeout(close, IDLE_MS).unref();
  closing.add(close);
  if (!isWatched) process.on('exit', closeAll);
  isWatched = true;
  return { entries: new StateEntries(file), guarded, assertInPlace, close, touch: () => void idle.refresh() };
}
