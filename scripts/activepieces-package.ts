// node scripts/activepieces-package.ts: writes the piece for Activepieces except its bundle, which tsdown.activepieces.config.ts makes.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { PIECE } from '../src/hosts/activepieces/names.ts';
import { piecePackage } from '../src/hosts/activepieces/package.ts';
import { manifest } from '../src/manifest/manifest.ts';

const root = join(import.meta.dirname, '..');
const target = join(root, 'dist', PIECE);
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const files = {
  ...piecePackage(manifest(), packageJson.license),
  LICENSE: readFileSync(join(root, 'LICENSE'), 'utf8'),
};
for (const [path, text] of Object.entries(files)) writeFileSync(join(target, path), text);
