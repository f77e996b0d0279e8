import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '../..');
const entries = Object.entries(packageJson.exports).filter(([, path]) => path.endsWith('.js'));

/** What Node finds under the name that a program writes. */
const exportsOf = (name: string): string[] =>
  JSON.parse(
    execFileSync(
      process.execPath,
      ['--input-type=module', '-e', `console.log(JSON.stringify(Object.keys(await import('${name}'))))`],
      { cwd: root, encoding: 'utf8', timeout: 20_000 },
    ),
  );

describe('F2.6 the built package', () => {
  it.each(entries)('has the entry %s, with types', (entry, path) => {
    expect(exportsOf(entry.replace('.', 'okta-connector'))).not.toEqual([]);
    expect(existsSync(join(root, path.replace(/\.js$/, '.d.ts')))).toBe(true);
  });

  it('has the page of the wizard in its tarball', () => {
    const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      ...{ cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    });
    const paths: string[] = JSON.parse(packed)[0].files.map(({ path }: { path: string }) => path);
    for (const name of ['wizard.html', 'wizard.css', 'wizard.js'])
      expect(paths).toContain(`dist/page/${name}`);
  });

  it('has the tools of a host', () => {
    expect(exportsOf('okta-connector/hosts')).toEqual(
      expect.arrayContaining(['hostFields', 'nest', 'effectOf', 'plainError']),
    );
  });
});
