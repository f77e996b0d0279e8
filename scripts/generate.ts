/**
 * Writes the files derived from the definitions: connector.json, docs/reference, and in handwritten pages the counts and the table of causes. With
 * --check, writes nothing and fails if a file is out of date.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import stringify from 'json-stringify-pretty-compact';
import { fleetJsonSchema } from '../src/fleet/file-schema.ts';
import { connector } from '../src/index.ts';
import { manifest, manifestFile } from '../src/manifest/manifest.ts';
import { mappingJsonSchema } from '../src/sync/mapping/json-schema.ts';
import { withCauses } from './causes-table.ts';
import { countsOf, withCounts } from './counts.ts';
import { jobsPage } from './jobs-page.ts';
import { errorPage, indexPage, referencePage, scopesPage } from './reference-page.ts';
import { sandboxPage } from './sandbox-page.ts';
import { tellMeWhenPage } from './tell-me-when-page.ts';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');

const data = manifest();
/** Pages of docs that are generated whole. */
const GENERATED = ['what-you-can-do.md', 'tell-me-when.md'];
const pages = [
  'README.md',
  'src/hosts/node-red/README.md',
  ...(await readdir(join(root, 'docs')))
    .filter((name) => name.endsWith('.md') && !GENERATED.includes(name))
    .map((name) => `docs/${name}`),
];
const counts = countsOf(data);
const counted = async (path: string) =>
  [path, withCauses(withCounts(await readFile(join(root, path), 'utf8'), counts))] as const;
const wanted = new Map([
  // One line for what fits into one: half the size, and still a line to compare for each field.
  ['connector.json', `${stringify(manifestFile(), { maxLength: 120, indent: 1 })}\n`],
  ['schema/sync-mapping.schema.json', `${stringify(mappingJsonSchema(), { maxLength: 120, indent: 2 })}\n`],
  ['schema/fleet.schema.json', `${stringify(fleetJsonSchema(), { maxLength: 120, indent: 2 })}\n`],
  ['docs/what-you-can-do.md', jobsPage(connector)],
  ['docs/tell-me-when.md', tellMeWhenPage(data)],
  ['docs/reference/README.md', indexPage(data)],
  ['docs/reference/errors.md', errorPage()],
  ['docs/reference/sandbox-routes.md', await sandboxPage()],
  ['docs/reference/scopes.md', scopesPage(data)],
  ...[...data.actions, ...data.triggers].map(
    (operation) => [`docs/reference/${operation.key}.md`, referencePage(operation)] as const,
  ),
  ...(await Promise.all(pages.map(counted))),
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
  console.error(`Out of date: ${stale.join(', ')}. Run "npm run generate" and commit.`);
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
  `${connector.actions.length} actions, ${connector.triggers.length} triggers, ${wanted.size} files: ${check ? 'up to date' : `${stale.length} written`}`,
);
