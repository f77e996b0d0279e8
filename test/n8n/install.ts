import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Where what is installed is kept between runs. */
const cache = process.env.N8N_CACHE || join(root, '.okta-connector/n8n');

/** The isolate of n8n 1 is compiled code, which is not installed; that of n8n 2 comes ready-made. */
export const environments = { '1': { N8N_EXPRESSION_ENGINE: 'legacy' }, '2': {} };

export const folder = join(root, 'dist/n8n-nodes-okta-connector');

/** npm as this machine has it, quiet about settings that it does not know. */
export function npm(args: string[], cwd: string): string {
  const env = { ...process.env, npm_config_loglevel: 'error', npm_config_fetch_retries: '1' };
  return execFileSync('npm', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

/**
 * Installs what a folder beside this file names, exactly as locked. No script of a package runs: nothing is compiled,
 * and n8n needs neither its sqlite (Postgres is there) nor its isolate (N8N_EXPRESSION_ENGINE=legacy).
 * @returns the folder with its node_modules.
 */
export function install(name: '1' | '2' | 'lint'): string {
  const target = join(cache, name);
  const source = join(import.meta.dirname, name);
  const lock = readFileSync(join(source, 'package-lock.json'));
  const stamp = join(target, '.installed');
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return target;
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(source)) cpSync(join(source, file), join(target, file));
  // Not ci: it refuses a lock without the optional packages for other systems, which not every registry has.
  npm(['install', '--no-save', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], target);
  writeFileSync(stamp, wanted);
  return target;
}

/** Runs what a page of docs says first under a heading, word for word, as a person with another home folder. */
export function installAsPrinted(home: string, page: string, heading: string): void {
  const [, under = ''] = readFileSync(join(root, 'docs', page), 'utf8').split(`\n${heading}\n`);
  const [, commands] = /```sh\n([\s\S]*?)```/.exec(under) ?? [];
  if (!commands) throw new Error(`docs/${page} has no commands under ${heading}`);
  const env = {
    ...process.env,
    HOME: home,
    npm_config_loglevel: 'error',
    npm_config_userconfig: process.env.npm_config_userconfig ?? join(homedir(), '.npmrc'),
    npm_config_cache: process.env.npm_config_cache ?? join(homedir(), '.npm'),
  };
  execFileSync('bash', ['-euc', commands], { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** n8n's lint of the source, and the scan that n8n runs over packages before they are verified. */
export function lint(): { code: number | null; output: string } {
  const tools = install('lint');
  const copy = join(tools, 'n8n-nodes-okta-connector');
  rmSync(copy, { recursive: true, force: true });
  cpSync(folder, copy, { recursive: true });
  const run = (args: string[]) => {
    // n8n's command looks for eslint on the path; vitest's NODE_ENV would put its rules into a test mode.
    const { NODE_ENV: _, ...own } = process.env;
    const env = { ...own, PATH: `${join(tools, 'node_modules/.bin')}:${own.PATH}` };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: copy,
      env,
      encoding: 'utf8',
    });
    return { code: status, output: stdout + stderr };
  };
  const linted = run([join(tools, 'node_modules/@n8n/node-cli/bin/n8n-node.mjs'), 'lint']);
  if (linted.code !== 0) return linted;
  rmSync(join(copy, 'eslint.config.mjs'));
  const scanner = join(tools, 'node_modules/@n8n/scan-community-package/scanner/scanner.mjs');
  const scan = `
    const { analyzePackage, SOURCE_FILE_PATTERNS } = await import(${JSON.stringify(scanner)});
    for (const patterns of [['package.json', 'dist/**/*.js', 'dist/**/*.json'], SOURCE_FILE_PATTERNS]) {
      const { passed, message, details } = await analyzePackage(process.cwd(), patterns);
      if (!passed) throw new Error(message + details);
    }`;
  return run(['--input-type=module', '--eval', scan]);
}
