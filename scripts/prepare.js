/** Builds after an install if the build tools are installed: `npm ci --omit=dev` installs none. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (existsSync('node_modules/tsdown')) {
  const { status } = spawnSync('tsdown --logLevel error', { shell: true, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
