import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Folders of src from the top down: a file imports from its own layer and from those below. What stands alone at the top of src
 * is named with its ending.
 */
const LAYERS = [
  ['cli', 'hosts', 'fleet', 'index.ts'],
  ['connect.ts'],
  ['client.ts', 'manifest'],
  ['connector.ts'],
  ['bulk', 'export'],
  ['actions', 'triggers', 'sync', 'sso', 'scim'],
  ['session'],
  ['resources'],
  ['define.ts'],
  ['auth', 'http', 'state'],
  ['errors', 'schema', 'text'],
];

const src = join(import.meta.dirname, '../src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .sort();

/** Files of src that a file imports, those for types alone included. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  const named = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+\.ts)'/g)].map(([, path = '']) => path);
  return named.map((path) => normalize(join(dirname(file), path))).filter((path) => !path.startsWith('..'));
}

const graph = new Map(files.map((file) => [file, importsOf(file)]));
const placeOf = (file: string) => file.split('/')[0] as string;
const layerOf = (file: string) => LAYERS.findIndex((layer) => layer.includes(placeOf(file)));

describe('F2.5 the arrows between folders', () => {
  it('know every folder', () => {
    const places = new Set(files.map(placeOf));
    places.delete('sandbox');
    expect([...places].sort()).toEqual(LAYERS.flat().sort());
  });

  it('run downwards', () => {
    const upward = [...graph].flatMap(([file, imports]) =>
      placeOf(file) === 'sandbox'
        ? []
        : imports
            .filter((one) => placeOf(one) !== 'sandbox' && layerOf(one) < layerOf(file))
            .map((one) => `${file} -> ${one}`),
    );
    expect(upward).toEqual([]);
  });

  it('lead from the sandbox to errors alone, and to the sandbox from the command line alone', () => {
    const from = [...graph].flatMap(([file, imports]) =>
      imports
        .filter((one) => (placeOf(file) === 'sandbox') !== (placeOf(one) === 'sandbox'))
        .map((one) => `${placeOf(file)} -> ${placeOf(one)}`),
    );
    expect([...new Set(from)].sort()).toEqual(['cli -> sandbox', 'sandbox -> errors']);
  });

  it('F2.6 lead from n8n to client.hook, not to its parts', () => {
    const parts = [...graph].flatMap(([file, imports]) =>
      file.startsWith('hosts/n8n/') ? imports.filter((one) => one.startsWith('triggers/sources/')) : [],
    );
    expect(parts).toEqual([]);
  });

  it('make no circle, not even of types', () => {
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: string[]) => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (done.has(file) || path.includes(file)) return;
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });
});

/** Names that a file declares and exports; overloads, and a schema and its type of the same name, are one. */
const exportsOf = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/^export (?:async )?(?:const|function\*?|class|interface|type|enum) (\w+)/gm)].map(
      ([, name = '']) => name,
    ),
  );

/** Names that several of these files export, with the files. The sandbox may use a name twice within itself. */
function twice(texts: ReadonlyMap<string, string>): string[] {
  const declared = new Map<string, string[]>();
  for (const [file, text] of texts) {
    for (const name of exportsOf(text)) declared.set(name, [...(declared.get(name) ?? []), file]);
  }
  return [...declared]
    .filter(([, places]) => places.length > 1 && !places.every((file) => placeOf(file) === 'sandbox'))
    .map(([name, places]) => `${name}: ${places.join(', ')}`)
    .sort();
}

describe('F2.3 no exported name means two things', () => {
  // The stand-ins have the names of the modules that they replace.
  const own = files.filter((file) => !file.startsWith('hosts/n8n/stand-ins/'));

  it('in the whole of src: rename one, or export only where it is imported', () => {
    expect(twice(new Map(own.map((file) => [file, readFileSync(join(src, file), 'utf8')])))).toEqual([]);
  });

  it('and a second one is found, whatever it declares', () => {
    const texts = new Map([
      ['http/a.ts', 'export async function* read() {}\nexport interface Page {}\nexport const one = 1;'],
      ['bulk/b.ts', 'export const read = 1;\nexport type Page = string;\nfunction one() {}'],
      ['sandbox/c.ts', 'export class Page {}\nexport const two = 2;'],
      ['sandbox/d.ts', 'export function two(): void;\nexport function two() {}'],
    ]);
    expect(twice(texts)).toEqual(['Page: http/a.ts, bulk/b.ts, sandbox/c.ts', 'read: http/a.ts, bulk/b.ts']);
  });
});

describe('what n8n runs on Node 20', () => {
  const newer = /URL\.parse\(|(?:Map|Object)\.groupBy\(|Array\.fromAsync\(|Promise\.(?:withResolvers|try)\(/;

  it('calls nothing of newer versions', () => {
    const own = files.filter((file) => !['cli', 'sandbox'].includes(placeOf(file)));
    expect(own.filter((file) => newer.test(readFileSync(join(src, file), 'utf8')))).toEqual([]);
  });
});
