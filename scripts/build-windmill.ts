// node scripts/build-windmill.ts: writes dist/windmill, which `wmill sync push` takes.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { windmillFiles } from '../src/hosts/windmill/files.ts';
import { manifest } from '../src/manifest/manifest.ts';

const target = join(import.meta.dirname, '../dist/windmill');
rmSync(target, { recursive: true, force: true });
for (const [path, text] of Object.entries(windmillFiles(manifest()))) {
  mkdirSync(dirname(join(target, path)), { recursive: true });
  writeFileSync(join(target, path), text);
}
