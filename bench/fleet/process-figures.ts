import { readFileSync } from 'node:fs';

/** Ticks of the kernel's CPU figures in a second; 100 on every Linux that Node runs on. */
const TICKS = 100;

/** CPU time that a process has used so far, in seconds. Linux only. */
export function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Memory of a process that it shares with no other, in MB. */
export function memoryMbOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  const kilobytes = [...text.matchAll(/^Private_\w+:\s+(\d+) kB/gm)].map(([, value]) => Number(value));
  return (kilobytes.reduce((sum, value) => sum + value, 0) * 1024) / 1e6;
}
