import { readFileSync } from 'node:fs';

/** The kernel's peak memory of this program; getrusage would include the parent's peak from before the start. */
export function peakRssMb(): number {
  try {
    return (Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024) / 1e6;
  } catch {
    return (process.resourceUsage().maxRSS * 1024) / 1e6;
  }
}
