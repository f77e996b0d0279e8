/** The cost of a package before it does anything: megabytes on disk and milliseconds to import. */
import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

interface Package {
  dependencies?: Record<string, string>;
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Package>;
};

/** The folder from which `from` resolves the package `name`, by Node's rules. */
function resolved(from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (packages[path]) return path;
    if (at === '') return undefined;
  }
}

function closure(path: string, found = new Set<string>()): Set<string> {
  for (const name of Object.keys(packages[path]?.dependencies ?? {})) {
    const dependency = resolved(path, name);
    if (dependency === undefined || found.has(dependency)) continue;
    found.add(dependency);
    closure(dependency, found);
  }
  return found;
}

function bytesOf(path: string): number {
  const info = lstatSync(path, { throwIfNoEntry: false });
  if (!info) return 0;
  if (!info.isDirectory()) return info.size;
  // Packages in a package's own node_modules have separate entries in the lock file.
  return readdirSync(path)
    .filter((name) => name !== 'node_modules')
    .reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

/** The packages that an installation includes, largest first; `''` stands for the dependencies of this project. */
export function installed(path: string): { name: string; mb: number }[] {
  return [...closure(path, new Set(path === '' ? [] : [path]))]
    .map((name) => ({ name: name.replace('node_modules/', ''), mb: bytesOf(join(root, name)) / 1e6 }))
    .sort((a, b) => b.mb - a.mb);
}

/** Size of the files that this project publishes, in megabytes. */
export function publishedMb(): number {
  const env = { ...process.env, npm_config_loglevel: 'silent' };
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [packed] = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8', env }));
  return packed.unpackedSize / 1e6;
}

/** Duration in milliseconds of each of `times` imports, each in a new process, fastest first. */
export function coldImports(specifier: string, times = 9): number[] {
  const code = `const t = performance.now(); await import(${JSON.stringify(specifier)}); console.log(performance.now() - t)`;
  const once = () =>
    Number(
      execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: root, encoding: 'utf8' }),
    );
  return Array.from({ length: times }, once).sort((a, b) => a - b);
}
