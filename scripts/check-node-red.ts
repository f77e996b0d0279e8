/** Checks the package with node-red-dev, the linter of the Node-RED project, without internet access. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { PACKAGE_NAME } from '../src/hosts/node-red/package.ts';

const root = resolve(import.meta.dirname, '..');

/** Warnings that are reported but accepted, with the reason. */
const KNOWN: [RegExp, string][] = [
  [/P04 New Packages should use a scoped name/, 'the scope is chosen when the package is published'],
];

// Inherited by its child process. Node splits the options at blanks, so a path with a blank needs quotes.
const offline = resolve(root, 'scripts/offline-catalogue.cjs');

const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [
    '--no-deprecation',
    resolve(root, 'node_modules/node-red-dev/bin/run'),
    ...['validate', '-p', resolve(root, 'dist', PACKAGE_NAME)],
  ],
  {
    env: { ...process.env, NODE_OPTIONS: `--require ${JSON.stringify(offline)}` },
    encoding: 'utf8',
    timeout: 60_000,
  },
);
console.log(stdout);
// A warning may span several lines; each warning starts with this sign.
const warnings = stripVTControlCharacters(stderr)
  .split('›')
  .map((text) => text.replace(/\s+/g, ' ').trim())
  .filter((text) => text !== '');
const isKnown = (text: string) => KNOWN.some(([pattern]) => pattern.test(text));
for (const text of warnings) console.log(isKnown(text) ? `known: ${text}` : `NOT OK: ${text}`);

const passed = stdout.split('\n').filter((line) => line.startsWith('✅')).length;
const isComplete = /^Complete$/m.test(stdout) && !stdout.includes('Unable to parse');
if (status !== 0 || !isComplete || passed < 10 || !warnings.every(isKnown)) {
  console.error('node-red-dev is not content with the package; build it first with npm run build:node-red');
  process.exitCode = 1;
}
