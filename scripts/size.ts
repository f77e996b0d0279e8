import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A file that a host ships, and what it may weigh before somebody has to look why. */
export interface Shipped {
  path: string;
  /** What to call it; its own name unless given. */
  name?: string;
  /** Bytes; those of the file on disk unless given. */
  bytes?: number;
  maxMb?: number;
}

const mb = (bytes: number): string => (bytes / 1e6).toFixed(2);

/** One line for what a host ships: `size  zapier okta-keys  index.js 3.99 MB  build.zip 3.98 MB (at most 5)`. */
export function sizeLine(host: string, files: readonly Shipped[]): string {
  const weighed = files.map(({ path, name = basename(path), bytes = statSync(path).size, maxMb }) => {
    const bound = maxMb === undefined ? '' : ` (at most ${maxMb})`;
    return `${name} ${mb(bytes)} MB${bound}`;
  });
  return ['size', host, ...weighed].join('  ');
}

/** Prints that line. @throws Error for a file that is larger than it may be. */
export function boundSizes(host: string, files: readonly Shipped[]): void {
  console.log(sizeLine(host, files));
  for (const { path, name = basename(path), bytes = statSync(path).size, maxMb = Infinity } of files)
    if (bytes > maxMb * 1e6) throw new Error(`${host}: ${name} is ${mb(bytes)} MB, and may be ${maxMb}`);
}

/** Bytes of a module and of what it imports from beside it, when it is loaded. */
export function bytesWithImports(path: string, seen = new Set<string>()): number {
  if (seen.has(path)) return 0;
  seen.add(path);
  const text = readFileSync(path, 'utf8');
  const beside = [...text.matchAll(/(?:from|import)\s*["'](\.\/[^"']+)["']/g)];
  return beside.reduce(
    (sum, [, name = '']) => sum + bytesWithImports(join(dirname(path), name), seen),
    Buffer.byteLength(text),
  );
}
