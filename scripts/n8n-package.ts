// node scripts/n8n-package.ts: writes the sources of the n8n packages and compiles the nodes of the first one; tsdown.n8n.config.ts
// bundles the rest.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import packageJson from '../package.json' with { type: 'json' };
import { PACKAGE } from '../src/hosts/n8n/names.ts';
import { n8nPackage } from '../src/hosts/n8n/package.ts';
import { PROVISIONS_PACKAGE, provisionsPackage } from '../src/hosts/n8n/provisions/package.ts';
import { manifest } from '../src/manifest/manifest.ts';

const dist = join(import.meta.dirname, '../dist');

function write(target: string, path: string, text: string): void {
  const file = join(dist, target, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

for (const target of [PACKAGE, PROVISIONS_PACKAGE])
  rmSync(join(dist, target), { recursive: true, force: true });
for (const [path, text] of Object.entries(n8nPackage(manifest(), packageJson))) {
  write(PACKAGE, path, text);
  if (/^(icons|nodes)\/.*\.(svg|json)$/.test(path)) write(PACKAGE, `dist/${path}`, text);
  if (path.endsWith('.ts') && !path.endsWith('.d.ts')) {
    const { outputText } = ts.transpileModule(text, {
      fileName: path,
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    write(PACKAGE, `dist/${path.replace(/\.ts$/, '.js')}`, outputText);
  }
}
for (const [path, text] of Object.entries(provisionsPackage(packageJson)))
  write(PROVISIONS_PACKAGE, path, text);
