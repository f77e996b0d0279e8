import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/**
 * A disk of this size in a folder, until the tests of the file end; needs root, and a system that lets it mount. What removes the
 * folder must be registered before: hooks run in reverse.
 */
export function smallDisk(folder: string, size: string): string | undefined {
  const path = join(folder, 'disk');
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    console.warn('The tests of a full disk are skipped: no tmpfs can be mounted here (that takes root).');
    return undefined;
  }
  afterAll(() => void execFileSync('umount', ['-l', path]));
  return path;
}
