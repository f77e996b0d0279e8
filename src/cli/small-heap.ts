import { setFlagsFromString } from 'node:v8';

/**
 * Holds the heap of this process near what lives in it, for a server or a trigger that a command runs: what a request makes dies with
 * it, but V8 lets the space for young objects grow to 100 MB as requests come, and collects old ones when there are four times as many as
 * live. A library must not do this to its host.
 */
export function holdHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
}
