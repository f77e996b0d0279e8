import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Identifies the scope of process ids: containers can share a host name without sharing processes. */
export function machine(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** This process, as seen by others on the machine. */
export const processId = (): number => process.pid;

/** Start time, to tell this process from another with the same id; undefined where the system does not provide it. */
export const processStart = (): string | undefined => statOf('self')?.started;

/**
 * True when a process on this machine exists, or cannot be queried. A zombie (ended, but not reaped) does not exist.
 * @param started its `processStart`, if known: another process may have its id by now.
 */
export function isRunning(pid: number, started?: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = statOf(pid);
  if (!now) return true;
  return !['Z', 'X'].includes(now.state) && (started === undefined || now.started === started);
}

/**
 * State and start time of a process on Linux.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function statOf(pid: number | 'self'): { state: string; started: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the name, in parentheses; it may itself contain blanks and parentheses.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const started = rest[18];
    return state && started ? { state, started } : undefined;
  } catch {
    return undefined;
  }
}

/** The runtime of this program, for the User-Agent. */
export const runtime = (): string => `node/${process.versions.node}`;
