/** Records which Node-RED uses a folder: two at once would overwrite each other's flows. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Name of the file in the folder. */
export const RUNNING = 'running.json';

interface Running {
  /** Process id of Node-RED or, while it is starting, of the process that starts it. */
  pid: number;
  /** Absent while Node-RED is starting. */
  url?: string;
}

/** Node-RED takes about three seconds to start or stop. */
const PATIENCE_MS = 15_000;

/** Claims the folder for this process. @throws if a Node-RED is running in it; one that was killed does not count. */
export async function claim(folder: string): Promise<void> {
  const file = join(folder, RUNNING);
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify({ pid: process.pid } satisfies Running), { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const running = await answering(file);
    if (running) {
      throw new Error(
        `Node-RED runs already in ${folder}: ${running.url} (process ${running.pid}). Use that one, or end it first.`,
      );
    }
    rmSync(file, { force: true });
  }
}

/** Records where this Node-RED is running. */
export function announce(folder: string, running: Required<Running>): void {
  writeFileSync(join(folder, RUNNING), JSON.stringify(running));
}

export function leave(folder: string): void {
  rmSync(join(folder, RUNNING), { force: true });
}

/**
 * The Node-RED recorded in the file, once it answers; undefined if its process is gone. A process that never answers is an
 * unrelated one that got the process id of a killed Node-RED.
 */
async function answering(file: string): Promise<Required<Running> | undefined> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(200)) {
    const running = read(file);
    if (!running || !isAlive(running.pid)) return undefined;
    const { pid, url } = running;
    if (url && (await answers(url))) return { pid, url };
  }
  return undefined;
}

function read(file: string): Running | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Running;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether a Node-RED answers at this address; it says 401 if people must sign in. */
export const answers = (url: string): Promise<boolean> =>
  fetch(`${url}flows`, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok, status }) => ok || status === 401,
    () => false,
  );
