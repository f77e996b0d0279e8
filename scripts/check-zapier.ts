/** Checks dist/zapier with Zapier's own command line: the definition, the package that is uploaded, and its size. */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { version } from 'zapier-platform-core';
import { ZAPIER_VARIANTS } from '../src/hosts/zapier/names.ts';
import { boundSizes } from './size.ts';

/** Zapier takes 120 MB; this is what ours is worth, before it grows unnoticed. */
const MAX_ZIP_MB = 5;

const root = join(import.meta.dirname, '..');
const cache = join(root, '.okta-connector/zapier-cli');
const cli = join(cache, 'node_modules/zapier-platform-cli');

/** The command line that belongs to the core: 190 MB, kept between runs. */
function install(): void {
  const found = join(cli, 'package.json');
  if (existsSync(found) && JSON.parse(readFileSync(found, 'utf8')).version === version) return;
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'package.json'), '{"private":true}\n');
  const args = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '-E'];
  execFileSync('npm', [...args, `zapier-platform-cli@${version}`], { cwd: cache, stdio: 'inherit' });
}

async function check(variant: (typeof ZAPIER_VARIANTS)[number]): Promise<void> {
  // The command line writes into the folder that it checks.
  const folder = join(cache, variant);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, 'dist/zapier', variant), folder, { recursive: true });
  const core = 'node_modules/zapier-platform-core';
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(root, core), join(folder, core));
  const zapier = async (...args: string[]) =>
    (await promisify(execFile)(process.execPath, [join(cli, 'src/bin/run'), ...args], { cwd: folder }))
      .stdout;

  const validated = await zapier('validate', '--without-style');
  if (!validated.includes('structurally sound')) throw new Error(`${variant}: ${validated}`);
  // What the server says about style needs an account at Zapier.
  await zapier('build', '--disable-dependency-detection', '--skip-validation');
  boundSizes(`zapier ${variant}`, [
    { path: join(folder, 'index.js') },
    { path: join(folder, 'build/build.zip'), maxMb: MAX_ZIP_MB },
  ]);
}

install();
// One after the other: at once, one of them fails when Zapier's command line tests the build.
for (const variant of ZAPIER_VARIANTS) await check(variant);
