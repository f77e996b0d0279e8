/**
 * Runs the tests that depend on Node itself (sockets, files, processes, crypto) and the contract suite on the versions of Node
 * beside the one that development uses: the oldest that package.json allows, and the newest. Versions are installed from npm
 * into .okta-connector and kept there. Arguments choose some of the folders.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const VERSIONS = ['22.20.0', '25.9.0'];
const ALL = ['http', 'auth', 'state', 'sync/store', 'contract', 'export', 'e2e/command-line'];
const parts = process.argv.slice(2);
const TESTS = (parts.length > 0 ? parts : ALL).map((part) => `test/${part}`);

const system = { win32: 'win' }[process.platform as string] ?? process.platform;
const name = `node-${system}-${process.arch}`;

for (const version of VERSIONS) {
  const folder = resolve('.okta-connector', `node-${version}`);
  const node = join(folder, 'node_modules', name, 'bin', system === 'win' ? 'node.exe' : 'node');
  if (!existsSync(node)) {
    const install = [
      'install',
      '--prefix',
      folder,
      '--no-save',
      '--no-audit',
      '--no-fund',
      `${name}@${version}`,
    ];
    execFileSync('npm', install, { stdio: 'inherit', shell: system === 'win' });
  }
  console.log(`Node ${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()}`);
  const vitest = resolve('node_modules/vitest/vitest.mjs');
  const PATH = `${join(node, '..')}:${process.env.PATH}`;
  const options = ['--reporter=dot', '--exclude=test/state-servers/**', '--maxWorkers=100%'];
  execFileSync(node, [vitest, 'run', ...options, ...TESTS], {
    stdio: 'inherit',
    env: { ...process.env, PATH },
  });
}
