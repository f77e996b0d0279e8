import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Where process ids mean the same: containers can share a host name without sharing processes. */
export function machine(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** This process, as others of the machine see it. */
export const processId = (): number => process.pid;

/** True when a process of this machine is there, or may not be asked. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** What runs this program, for the User-Agent. */
export const runtime = (): string => `node/${process.versions.node}`;
