/** Builds after an install, where there is something to build with: `npm ci --omit=dev` installs no compiler. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (existsSync('node_modules/tsdown')) {
  const { status } = spawnSync('tsdown --logLevel error', { shell: true, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
