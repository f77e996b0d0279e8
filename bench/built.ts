import { pathToFileURL } from 'node:url';

/** The library as published. Its types come from the source, so that they exist before a build. */
type Library = typeof import('../src/index.ts');
type SandboxEntry = typeof import('../src/sandbox/index.ts');

// From where npm runs scripts: what is measured is built itself, in another folder.
const built = (name: string) => import(pathToFileURL(`dist/${name}.js`).href);

export const library = (): Promise<Library> => built('index');
export const sandboxEntry = (): Promise<SandboxEntry> => built('sandbox');
