/**
 * Writes what is derived from the definition: connector.json and docs/reference. With --check it writes nothing and
 * fails when a file differs from what it would write.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { connector } from '../src/index.ts';
import { manifest, manifestFile } from '../src/manifest/manifest.ts';
import { errorPage, indexPage, referencePage, scopesPage } from './reference-page.ts';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');

const data = manifest();
const wanted = new Map([
  ['connector.json', `${JSON.stringify(manifestFile(), undefined, 2)}\n`],
  ['docs/reference/README.md', indexPage(data)],
  ['docs/reference/errors.md', errorPage()],
  ['docs/reference/scopes.md', scopesPage(data)],
  ...[...data.actions, ...data.triggers].map(
    (operation) => [`docs/reference/${operation.key}.md`, referencePage(operation)] as const,
  ),
]);

const present = (await readdir(join(root, 'docs/reference')).catch(() => [])).map(
  (name) => `docs/reference/${name}`,
);
const stale: string[] = present.filter((path) => !wanted.has(path));
for (const [path, text] of wanted) {
  const now = await readFile(join(root, path), 'utf8').catch(() => undefined);
  if (now !== text) stale.push(path);
}

if (check && stale.length > 0) {
  console.error(`Not what the definition says: ${stale.join(', ')}. Run "npm run generate" and commit.`);
  process.exit(1);
}
if (!check) {
  for (const path of stale) {
    const text = wanted.get(path);
    if (text === undefined) await rm(join(root, path));
    else {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
  }
}
console.log(
  `${connector.actions.length} actions, ${connector.triggers.length} triggers, ${wanted.size} files: ${check ? 'as defined' : `${stale.length} written`}`,
);
