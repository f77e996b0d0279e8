/** Prints the cost of the built library: its import time, and the size of its runtime dependencies in megabytes. */
import { coldImports, installed } from './footprint.ts';

const MAX_IMPORT_MS = 100;
const MAX_MB = 15;

const runtime = installed('');
const total = runtime.reduce((sum, one) => sum + one.mb, 0);
const times = coldImports('./dist/index.js');
const median = times[4] as number;

console.log(
  `import of dist/index.js: ${median.toFixed(0)} ms (median of ${times.length}, bar ${MAX_IMPORT_MS})`,
);
console.log(`runtime dependencies: ${total.toFixed(1)} MB in ${runtime.length} packages (bar ${MAX_MB})`);
for (const { name, mb } of runtime.slice(0, 8)) console.log(`  ${mb.toFixed(2).padStart(6)} MB  ${name}`);
if (total > MAX_MB) process.exitCode = 1;
