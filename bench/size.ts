/** Prints what the built library costs: time to import it, and megabytes of its runtime dependencies. */
import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const MAX_IMPORT_MS = 150;
const MAX_MB = 15;

interface Lock {
  packages: Record<string, { dev?: boolean; optional?: boolean }>;
}

function bytesOf(path: string): number {
  const info = lstatSync(path, { throwIfNoEntry: false });
  if (!info) return 0;
  if (!info.isDirectory()) return info.size;
  // A package's own node_modules are packages of their own in the lock file.
  return readdirSync(path)
    .filter((name) => name !== 'node_modules')
    .reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
const runtime = Object.entries(packages)
  .filter(([path, { dev, optional }]) => path !== '' && !dev && !optional)
  .map(([path]) => ({ name: path.replace('node_modules/', ''), mb: bytesOf(join(root, path)) / 1e6 }))
  .sort((a, b) => b.mb - a.mb);
const total = runtime.reduce((sum, one) => sum + one.mb, 0);

const code =
  "const t = performance.now(); await import('./dist/index.js'); console.log(performance.now() - t)";
const times = Array.from({ length: 9 }, () =>
  Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: root, encoding: 'utf8' }),
  ),
).sort((a, b) => a - b);
const median = times[4] as number;

console.log(
  `import of dist/index.js: ${median.toFixed(0)} ms (median of ${times.length}, bar ${MAX_IMPORT_MS})`,
);
console.log(`runtime dependencies: ${total.toFixed(1)} MB in ${runtime.length} packages (bar ${MAX_MB})`);
for (const { name, mb } of runtime.slice(0, 8)) console.log(`  ${mb.toFixed(2).padStart(6)} MB  ${name}`);
if (total > MAX_MB) process.exitCode = 1;
