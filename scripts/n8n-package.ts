// node scripts/n8n-package.ts: writes the sources of the n8n package and compiles its nodes; tsdown.n8n.config.ts bundles the rest.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import packageJson from '../package.json' with { type: 'json' };
import { n8nPackage } from '../src/hosts/n8n/package.ts';
import { manifest } from '../src/manifest/manifest.ts';

const target = join(import.meta.dirname, '../dist/n8n-nodes-okta-connector');

function write(path: string, text: string): void {
  const file = join(target, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

rmSync(target, { recursive: true, force: true });
for (const [path, text] of Object.entries(n8nPackage(manifest(), packageJson))) {
  write(path, text);
  if (/^(icons|nodes)\/.*\.(svg|json)$/.test(path)) write(`dist/${path}`, text);
  if (path.endsWith('.ts') && !path.endsWith('.d.ts')) {
    const { outputText } = ts.transpileModule(text, {
      fileName: path,
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    write(`dist/${path.replace(/\.ts$/, '.js')}`, outputText);
  }
}
